import { expect } from 'vitest';
import { FEED } from '../feed/documents.ts';
import { openCase } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { TestSocket } from '../support/socket.ts';
import { call, refusalOf } from './organisation-calls.ts';

test('who is removed loses everything at once, his open subscription too; the cases stay', async ({ world }) => {
  const org = await world.org();
  const [admin, leaver] = [await org.member('admin'), await org.member('assessor')];
  const opened = await openCase(admin, { assignedTo: leaver.userId });
  const socket = await TestSocket.open(leaver);
  const feed = socket.subscribe(FEED);
  await feed.event();
  expect(await call(admin, 'memberRemove', { userId: leaver.userId })).toMatchObject({
    ok: true,
    outcome: 'UPDATED',
    member: null,
  });
  expect((await feed.failure()).extensions.code).toBe('FORBIDDEN');
  expect((await leaver.send('{ cases { totalCount } }')).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  expect((await admin.data(`{ case(id: "${opened.id}") { assignedTo { id } } }`)).case.assignedTo).toBeNull();
  expect(await refusalOf(admin, 'memberRemove', { userId: leaver.userId })).toBe('NOT_FOUND');
  await socket.close();
});

test('a retry with its key is answered as the first time', async ({ world }) => {
  const org = await world.org();
  const [admin, leaver] = [await org.member('admin'), await org.member('assessor')];
  const input = { userId: leaver.userId, idempotencyKey: 'remove-dana-1' };
  const answers = await Promise.all([1, 2, 3].map(() => call(admin, 'memberRemove', input)));
  expect(answers.map((one) => one.outcome)).toEqual(['UPDATED', 'UPDATED', 'UPDATED']);
  expect(answers.filter((one) => one.idempotency.replayed)).toHaveLength(2);
});

test('of two admins who remove each other at once, one stays', async ({ world }) => {
  for (let round = 0; round < 8; round++) {
    const org = await world.org();
    const [a, b] = [await org.member('admin'), await org.member('admin')];
    const codes = await Promise.all([
      refusalOf(a, 'memberRemove', { userId: b.userId }),
      refusalOf(b, 'memberRemove', { userId: a.userId }),
    ]);
    expect(codes.filter((code) => code === null)).toHaveLength(1);
    expect(await world.db.query('select from user_orgs where org_id = $1', [org.id])).toHaveLength(1);
  }
});

test('nobody removes himself, a developer removes no admin, and others remove nobody', async ({ world }) => {
  const org = await world.org();
  const [admin, developer, assessor] = [
    await org.member('admin'),
    await org.member('developer'),
    await org.member('assessor'),
  ];
  await org.member('admin');
  expect(await refusalOf(admin, 'memberRemove', { userId: admin.userId })).toBe('VALIDATION_FAILED');
  expect(await refusalOf(developer, 'memberRemove', { userId: admin.userId })).toBe('FORBIDDEN');
  for (const caller of [assessor, await org.member('assistant'), await org.apiKey()])
    expect(await refusalOf(caller, 'memberRemove', { userId: developer.userId })).toBe('FORBIDDEN');
  expect(await refusalOf(developer, 'memberRemove', { userId: assessor.userId })).toBeNull();
});
