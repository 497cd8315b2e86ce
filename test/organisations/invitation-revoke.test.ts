import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { test } from '../support/fixtures.ts';
import { call, refusalOf } from './organisation-calls.ts';

test('revoking makes the code worthless, and twice is no mistake', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { code, invitation } = await call(admin, 'memberInvite', { role: 'ASSESSOR' });
  expect(await call(admin, 'invitationRevoke', { id: invitation.id })).toMatchObject({
    outcome: 'UPDATED',
    invitation: { state: 'REVOKED' },
  });
  expect(await call(admin, 'invitationRevoke', { id: invitation.databaseId })).toMatchObject({ outcome: 'UNCHANGED' });
  expect(await refusalOf(await world.user(), 'invitationAccept', { code })).toBe('NOT_FOUND');
});

test('an invitation that is revoked and accepted at once is one of the two', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  for (let round = 0; round < 5; round++) {
    const { code, invitation } = await call(admin, 'memberInvite', { role: 'ASSESSOR' });
    const dana = await world.user();
    const [revoked, accepted] = await Promise.all([
      refusalOf(admin, 'invitationRevoke', { id: invitation.id }),
      refusalOf(dana, 'invitationAccept', { code }),
    ]);
    expect([
      ['VALIDATION_FAILED', null],
      [null, 'NOT_FOUND'],
    ]).toContainEqual([revoked, accepted]);
  }
});

test("only administrators revoke, and another organisation's invitation is none at all", async ({ world }) => {
  const org = await world.org();
  const { code, invitation } = await call(await org.member('admin'), 'memberInvite', { role: 'ASSESSOR' });
  for (const caller of [await org.member('assessor'), await org.member('assistant'), await org.apiKey()])
    expect(await refusalOf(caller, 'invitationRevoke', { id: invitation.id })).toBe('FORBIDDEN');
  const stranger = await (await world.org()).member('admin');
  const nowhere = await call(stranger, 'invitationRevoke', { id: randomUUID() });
  expect(nowhere.userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'id'] }]);
  expect(await call(stranger, 'invitationRevoke', { id: invitation.id })).toEqual(nowhere);
  expect((await call(await world.user(), 'invitationAccept', { code })).ok).toBe(true);
});

test('a revoked invitation stays revoked, past the server either', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const { invitation } = await call(admin, 'memberInvite', { role: 'ASSESSOR' });
  await call(admin, 'invitationRevoke', { id: invitation.id });
  const owner = {
    identity: { kind: 'USER', userId: admin.userId, expiresAt: null },
    requestId: 'r',
    requestedOrg: null,
  } as const;
  const undo = (sql: string) => world.server.app.database.write(owner, (scope) => scope.sql(sql));
  await expect(undo('update org_invitations set revoked_at = null')).rejects.toMatchObject({ code: 'CG002' });
  await expect(undo("update org_invitations set expires_at = now() + interval '9 years'")).rejects.toMatchObject({
    code: '42501',
  });
  await expect(undo('select code_hash from org_invitations')).rejects.toMatchObject({ code: '42501' });
});
