import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { FEED } from '../feed/documents.ts';
import { openCase } from '../support/cases.ts';
import { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';
import { TestSocket } from '../support/socket.ts';
import { call, refusalOf } from './organisation-calls.ts';

test('a revoked key is refused at its next request, and its sockets are closed, those included on which nothing goes on', async ({
  world,
}) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const { key, apiKey } = await call(admin, 'apiKeyCreate', { name: 'leaked' });
  const program = new TestClient(world.server.url, key);
  await openCase(program);
  const [following, idle] = [await TestSocket.open(program), await TestSocket.open(program)];
  await following.subscribe(FEED).event();
  const others = await TestSocket.open(await org.apiKey());
  const revoked = await call(admin, 'apiKeyRevoke', { id: apiKey.id });
  expect(revoked).toMatchObject({ ok: true, outcome: 'UPDATED', apiKey: { id: apiKey.id, state: 'REVOKED' } });
  for (const socket of [following, idle]) expect(await socket.closed).toMatchObject({ code: 4403 });
  expect((await program.send('{ viewer { orgId } }')).errors).toMatchObject([
    { extensions: { code: 'UNAUTHENTICATED' } },
  ]);
  const again = new TestSocket(world.server.url);
  await again.init({ apikey: key });
  expect(await again.closed).toMatchObject({ code: 4403 });
  expect((await others.subscribe(FEED).event()).__typename).toBe('FeedReady');
  await others.close();
});

test('revoking twice, and three times in parallel, is no mistake and keeps the first moment', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { apiKey } = await call(admin, 'apiKeyCreate', { name: 'old' });
  const answers = await Promise.all([1, 2, 3].map(() => call(admin, 'apiKeyRevoke', { id: apiKey.databaseId })));
  expect(answers.map((one) => one.outcome).sort()).toEqual(['UNCHANGED', 'UNCHANGED', 'UPDATED']);
  expect(new Set(answers.map((one) => one.apiKey.revokedAt)).size).toBe(1);
});

test("another organisation's key is no key at all, under whichever id", async ({ world }) => {
  const foreign = await (await world.org()).member('admin');
  const { key, apiKey } = await call(foreign, 'apiKeyCreate', { name: 'theirs' });
  const admin = await (await world.org()).member('admin');
  const nowhere = await call(admin, 'apiKeyRevoke', { id: randomUUID() });
  for (const id of [apiKey.id, apiKey.databaseId]) {
    expect(await call(admin, 'apiKeyRevoke', { id })).toEqual(nowhere);
    expect(await refusalOf(admin, 'apiKeyUpdate', { id, name: 'mine' })).toBe('NOT_FOUND');
  }
  expect(nowhere.userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'id'] }]);
  expect(await refusalOf(admin, 'apiKeyRevoke', { id: 'no id' })).toBe('VALIDATION_FAILED');
  expect((await new TestClient(world.server.url, key).data('{ viewer { role } }')).viewer).not.toBeNull();
});

test('a user of two organisations ends keys of the one the request names only', async ({ world }) => {
  const [first, second] = [await world.org(), await world.org()];
  const both = await first.member('admin');
  await world.db.query("insert into user_orgs (org_id, user_id, role) values ($1, $2, 'admin')", [
    second.id,
    both.userId,
  ]);
  const key = await second.apiKey();
  expect(await refusalOf(both, 'apiKeyRevoke', { id: key.id })).toBe('NOT_FOUND');
  const inSecond = new TestClient(both.url, both.token, { 'x-org-id': second.id });
  expect(await refusalOf(inSecond, 'apiKeyRevoke', { id: key.id })).toBeNull();
});
