import { expect } from 'vitest';
import { test } from '../support/fixtures.ts';
import { call, refusalOf } from './organisation-calls.ts';

test('colleagues see the new name, and the same again is UNCHANGED', async ({ world }) => {
  const org = await world.org();
  const [admin, assistant] = [await org.member('admin'), await org.member('assistant')];
  expect(await call(assistant, 'profileUpdate', { name: ' דנה כהן ' })).toMatchObject({
    outcome: 'UPDATED',
    viewer: { actor: { name: 'דנה כהן' } },
  });
  expect(await call(assistant, 'profileUpdate', { name: 'דנה כהן' })).toMatchObject({ outcome: 'UNCHANGED' });
  const { nodes } = (await admin.data('{ members { nodes { userId user { name } } } }')).members;
  expect(nodes).toContainEqual({ userId: assistant.userId, user: { name: 'דנה כהן' } });
});

test('a member whom the sign-in made no profile for names himself all the same', async ({ world }) => {
  const member = await (await world.org()).member('assessor');
  await world.db.query('delete from profiles where user_id = $1', [member.userId]);
  expect((await call(member, 'profileUpdate', { name: 'Dana' })).viewer.actor.name).toBe('Dana');
});

test('a name is of a person, has 1 to 200 characters, and nobody names another', async ({ world }) => {
  const org = await world.org();
  const [member, other] = [await org.member('assessor'), await org.member('assessor')];
  for (const name of ['', '   ', 'x'.repeat(201), 'a\u0000b', '\ud800'])
    expect(await refusalOf(member, 'profileUpdate', { name })).toBe('VALIDATION_FAILED');
  expect(await refusalOf(await org.apiKey(), 'profileUpdate', { name: 'key' })).toBe('FORBIDDEN');
  expect(await refusalOf(await world.user(), 'profileUpdate', { name: 'nobody' })).toBe('FORBIDDEN');
  const owner = {
    identity: { kind: 'USER', userId: member.userId, expiresAt: null },
    requestId: 'r',
    requestedOrg: null,
  } as const;
  await world.db.query('delete from profiles where user_id = $1', [other.userId]);
  const past = world.server.app.database.write(owner, (scope) =>
    scope.sql('insert into profiles (user_id, name) values ($1, $2)', [other.userId, 'forged']),
  );
  await expect(past).rejects.toMatchObject({ code: '42501' });
});
