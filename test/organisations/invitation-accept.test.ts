import { expect } from 'vitest';
import { test } from '../support/fixtures.ts';
import { call, documentOf, refusalOf } from './organisation-calls.ts';

test('who accepts is a member with the role of the invitation, acts for the organisation, and has a name there', async ({
  world,
}) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const { code, invitation } = await call(admin, 'memberInvite', { role: 'ASSESSOR' });
  const dana = await world.user('dana@example.com');
  expect((await dana.data('{ viewer { role orgId } }')).viewer).toEqual({ role: null, orgId: null });
  expect(await call(dana, 'invitationAccept', { code: ` ${code} ` })).toMatchObject({
    ok: true,
    outcome: 'CREATED',
    member: { userId: dana.userId, role: 'ASSESSOR', user: { id: dana.userId, name: 'dana' } },
    org: { databaseId: org.id, name: org.name },
  });
  expect((await dana.data('{ viewer { role orgId } }')).viewer).toEqual({ role: 'assessor', orgId: org.id });
  const { nodes } = (await admin.data('{ invitations { nodes { id state acceptedBy { name } } } }')).invitations;
  expect(nodes).toEqual([{ id: invitation.id, state: 'ACCEPTED', acceptedBy: { name: 'dana' } }]);
});

test('a user without a profile gets one, and keeps the organisation he acts for when he joins another', async ({
  world,
}) => {
  const [first, second] = [await world.org(), await world.org()];
  const dana = await world.user();
  await world.db.query('delete from profiles where user_id = $1', [dana.userId]);
  for (const org of [first, second]) {
    const { code } = await call(await org.member('admin'), 'memberInvite', { role: 'ASSISTANT' });
    expect((await call(dana, 'invitationAccept', { code })).outcome).toBe('CREATED');
  }
  expect((await dana.data('{ viewer { orgId } }')).viewer.orgId).toBe(first.id);
});

test('one code used by ten people at once makes one of them a member', async ({ world }) => {
  const org = await world.org();
  const { code } = await call(await org.member('admin'), 'memberInvite', { role: 'ASSESSOR' });
  const people = await Promise.all(Array.from({ length: 10 }, () => world.user()));
  const codes = await Promise.all(people.map((person) => refusalOf(person, 'invitationAccept', { code })));
  expect(codes.filter((one) => one === null)).toHaveLength(1);
  expect(codes.filter((one) => one === 'NOT_FOUND')).toHaveLength(9);
  expect(await world.db.query('select from user_orgs')).toHaveLength(2);
});

test('one code sent five times at once by one person is one membership, and each call succeeds', async ({ world }) => {
  const { code } = await call(await (await world.org()).member('admin'), 'memberInvite', { role: 'ASSESSOR' });
  const dana = await world.user();
  const answers = await Promise.all(Array.from({ length: 5 }, () => call(dana, 'invitationAccept', { code })));
  expect(answers.map((one) => one.outcome).sort()).toEqual(['CREATED', 'EXISTING', 'EXISTING', 'EXISTING', 'EXISTING']);
  expect(new Set(answers.map((one) => one.member.id)).size).toBe(1);
});

test('two codes used at once by one person make one membership and leave one code good', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const codes = [
    (await call(admin, 'memberInvite', { role: 'ASSESSOR' })).code,
    (await call(admin, 'memberInvite', { role: 'ASSISTANT' })).code,
  ];
  const dana = await world.user();
  const answers = await Promise.all(codes.map((code) => call(dana, 'invitationAccept', { code })));
  expect(answers.map((one) => one.outcome).sort()).toEqual(['CREATED', 'EXISTING']);
  const left = codes[answers.findIndex((one) => one.outcome === 'EXISTING')];
  expect((await call(await world.user(), 'invitationAccept', { code: left })).outcome).toBe('CREATED');
});

test('a member keeps his role whatever he is invited as, and the code stays good for another', async ({ world }) => {
  const org = await world.org();
  const [admin, assistant] = [await org.member('admin'), await org.member('assistant')];
  const { code } = await call(admin, 'memberInvite', { role: 'ADMIN' });
  expect(await call(assistant, 'invitationAccept', { code })).toMatchObject({
    outcome: 'EXISTING',
    member: { role: 'ASSISTANT' },
  });
  expect(await call(await world.user(), 'invitationAccept', { code })).toMatchObject({
    outcome: 'CREATED',
    member: { role: 'ADMIN' },
  });
});

test('a code that is unknown, used, revoked or expired, or no code at all, is answered alike', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const invite = () => call(admin, 'memberInvite', { role: 'ASSESSOR' });
  const [used, revoked, expired] = [await invite(), await invite(), await invite()];
  await call(await world.user(), 'invitationAccept', { code: used.code });
  await call(admin, 'invitationRevoke', { id: revoked.invitation.id });
  await world.db.query("update org_invitations set expires_at = now() - interval '1 second' where id = $1", [
    expired.invitation.databaseId,
  ]);
  const dana = await world.user();
  const unknown = await call(dana, 'invitationAccept', { code: `cgi_${'x'.repeat(43)}` });
  expect(unknown).toMatchObject({
    ok: false,
    member: null,
    org: null,
    userErrors: [{ code: 'NOT_FOUND', field: ['input', 'code'] }],
  });
  for (const code of [used.code, revoked.code, expired.code, '', 'cgi_', used.code.toLowerCase(), 'x'.repeat(100_000)])
    expect(await call(dana, 'invitationAccept', { code })).toEqual(unknown);
  // The states are told to administrators.
  const { nodes } = (await admin.data('{ invitations { nodes { state } } }')).invitations;
  expect(nodes.map(({ state }: { state: string }) => state)).toEqual(['EXPIRED', 'REVOKED', 'ACCEPTED']);
});

test('who was removed does not come back by his old code', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { code } = await call(admin, 'memberInvite', { role: 'ASSESSOR' });
  const dana = await world.user();
  await call(dana, 'invitationAccept', { code });
  await call(admin, 'memberRemove', { userId: dana.userId });
  expect(await refusalOf(dana, 'invitationAccept', { code })).toBe('NOT_FOUND');
  expect((await dana.data('{ viewer { role } }')).viewer.role).toBeNull();
});

test('keys and the service role accept nothing, and nobody is told nothing', async ({ world }) => {
  const org = await world.org();
  const { code } = await call(await org.member('admin'), 'memberInvite', { role: 'ASSESSOR' });
  for (const caller of [await org.apiKey(), await world.service()])
    expect(await refusalOf(caller, 'invitationAccept', { code })).toBe('FORBIDDEN');
  const nobody = await world.anonymous().send(documentOf('invitationAccept'), { input: { code } });
  expect(nobody.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  expect((await call(await world.user(), 'invitationAccept', { code })).ok).toBe(true);
});
