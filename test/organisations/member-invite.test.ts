import { expect } from 'vitest';
import { test } from '../support/fixtures.ts';
import { loggedTest } from '../support/logged-server.ts';
import { textOf } from './database-text.ts';
import { call, documentOf, refusalOf } from './organisation-calls.ts';

test('an invitation is a code to hand over, good for seven days unless said otherwise', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const invited = await call(admin, 'memberInvite', { role: 'ASSESSOR', note: 'for Dana' });
  expect(invited).toMatchObject({
    ok: true,
    outcome: 'CREATED',
    invitation: { role: 'ASSESSOR', note: 'for Dana', state: 'OPEN', createdBy: { id: admin.userId } },
  });
  expect(invited.code).toMatch(/^cgi_[\w-]{43}$/);
  const days = (Date.parse(invited.invitation.expiresAt) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(6.9);
  expect(days).toBeLessThanOrEqual(7);
  const { nodes } = (await admin.data('{ invitations { nodes { role note state acceptedBy { id } } } }')).invitations;
  expect(nodes).toEqual([{ role: 'ASSESSOR', note: 'for Dana', state: 'OPEN', acceptedBy: null }]);
});

test('the same call sent three times in parallel makes one invitation and shows its code once', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const input = { role: 'ASSISTANT', idempotencyKey: 'invite-dana-1' };
  const invited = await Promise.all([1, 2, 3].map(() => call(admin, 'memberInvite', input)));
  expect(invited.filter((one) => one.code !== null)).toHaveLength(1);
  expect(new Set(invited.map((one) => one.invitation.id)).size).toBe(1);
  expect((await call(admin, 'memberInvite', input)).code).toBeNull();
});

loggedTest('the code stands nowhere in the database and in no log, used or not', async ({ world, db, loggedText }) => {
  const admin = await (await world.org()).member('admin');
  const { code, invitation } = await call(admin, 'memberInvite', { role: 'ASSESSOR', idempotencyKey: 'invite-dana-1' });
  const dana = await world.user();
  expect((await call(dana, 'invitationAccept', { code })).ok).toBe(true);
  expect(await refusalOf(await world.user(), 'invitationAccept', { code })).toBe('NOT_FOUND');
  expect(await textOf(db)).toContain(invitation.databaseId);
  expect(await textOf(db)).not.toContain(code.slice(4));
  expect(loggedText()).not.toContain(code.slice(4));
});

test('only who manages members invites, and only an admin invites an admin, past the server either', async ({
  world,
}) => {
  const org = await world.org();
  const key = await org.apiKey(['org.read', 'case.read', 'dev.write']);
  for (const caller of [await org.member('assessor'), await org.member('assistant'), key, await world.user()])
    expect(await refusalOf(caller, 'memberInvite', { role: 'ASSISTANT' })).toBe('FORBIDDEN');
  const nobody = await world.anonymous().send(documentOf('memberInvite'), { input: { role: 'ASSISTANT' } });
  expect(nobody.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);

  const [developer, admin] = [await org.member('developer'), await org.member('admin')];
  expect(await call(developer, 'memberInvite', { role: 'ADMIN' })).toMatchObject({
    code: null,
    userErrors: [{ code: 'FORBIDDEN', field: ['input', 'role'] }],
  });
  expect(await refusalOf(developer, 'memberInvite', { role: 'DEVELOPER' })).toBeNull();
  expect(await refusalOf(admin, 'memberInvite', { role: 'ADMIN' })).toBeNull();
  const owner = {
    identity: { kind: 'USER', userId: developer.userId, expiresAt: null },
    requestId: 'r',
    requestedOrg: null,
  } as const;
  const past = world.server.app.database.write(owner, (scope) =>
    scope.sql("insert into org_invitations (org_id, role, code_hash) values ($1, 'admin', sha256('mine'))", [org.id]),
  );
  await expect(past).rejects.toMatchObject({ code: '42501' });
});

test('bad input is refused naming the field', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const cases: [Record<string, unknown>, string][] = [
    [{ expiresAt: '2001-01-01T00:00:00Z' }, 'expiresAt'],
    [{ expiresAt: '2099-01-01T00:00:00Z' }, 'expiresAt'],
    [{ note: 'x'.repeat(301) }, 'note'],
    [{ note: 'a\u0000b' }, 'note'],
    [{ idempotencyKey: 'short' }, 'idempotencyKey'],
  ];
  for (const [input, field] of cases)
    expect((await call(admin, 'memberInvite', { role: 'ASSESSOR', ...input })).userErrors, field).toMatchObject([
      { code: 'VALIDATION_FAILED', field: ['input', field] },
    ]);
  const unknown = await admin.send(documentOf('memberInvite'), { input: { role: 'OWNER' } });
  expect(unknown.errors).toMatchObject([{ extensions: { code: 'VALIDATION_FAILED' } }]);
  expect(await world.db.query('select from org_invitations')).toEqual([]);
});
