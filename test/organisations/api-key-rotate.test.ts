import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { openCase } from '../support/cases.ts';
import { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';
import { TestSocket } from '../support/socket.ts';
import { call, refusalOf } from './organisation-calls.ts';

const GRANT = {
  name: 'make',
  permissions: ['case.read', 'case.write'],
  operations: ['case.get'],
  writablePointers: ['/valuation'],
  strictStatus: true,
};

test('the new key is good for the same as the old one, which goes on for a day beside it', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const old = await call(admin, 'apiKeyCreate', { ...GRANT, expiresAt: '2030-01-01T00:00:00Z' });
  const before = Date.now();
  const rotated = await call(admin, 'apiKeyRotate', { id: old.apiKey.id });
  expect(rotated).toMatchObject({
    ok: true,
    outcome: 'CREATED',
    apiKey: { ...GRANT, expiresAt: '2030-01-01T00:00:00.000Z' },
    replaced: { id: old.apiKey.id, state: 'LIVE' },
  });
  expect(rotated.apiKey.id).not.toBe(old.apiKey.id);
  expect(rotated.key.slice(0, 12)).toBe(rotated.apiKey.prefix);
  const leftMs = Date.parse(rotated.replaced.expiresAt) - before;
  expect([leftMs >= 86_400_000, leftMs < 86_460_000]).toEqual([true, true]);
  for (const key of [old.key, rotated.key])
    expect((await new TestClient(world.server.url, key).data('{ __typename }')).__typename).toBe('Query');
});

test('the old key ends when it is told to, and never later than it would have', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { apiKey } = await call(admin, 'apiKeyCreate', { name: 'make', expiresAt: '2027-06-01T00:00:00Z' });
  const endOf = async (oldEndsAt: string) =>
    (await call(admin, 'apiKeyRotate', { id: apiKey.id, oldEndsAt, expiresAt: '2031-01-01T00:00:00Z' })).replaced
      .expiresAt;
  expect(await endOf('2027-07-01T00:00:00Z')).toBe('2027-06-01T00:00:00.000Z');
  expect(await endOf('2027-05-01T00:00:00Z')).toBe('2027-05-01T00:00:00.000Z');
  expect(await refusalOf(admin, 'apiKeyRotate', { id: apiKey.id, oldEndsAt: '2001-01-01T00:00:00Z' })).toBe(
    'VALIDATION_FAILED',
  );
});

test('an open socket of the old key ends with it, though its end was set after the socket was opened', async ({
  world,
}) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const { key, apiKey } = await call(admin, 'apiKeyCreate', { name: 'make' });
  const program = new TestClient(world.server.url, key);
  const socket = await TestSocket.open(program);
  expect((await call(admin, 'apiKeyRotate', { id: apiKey.id })).ok).toBe(true);
  // As if the day had passed.
  await world.db.query('update api_keys set expires_at = now() where id = $1', [apiKey.databaseId]);
  expect(await socket.closed).toMatchObject({ code: 4403 });
  expect((await program.send('{ viewer { role } }')).status).toBe(401);
});

test('a replay has no key to show and makes none', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { apiKey } = await call(admin, 'apiKeyCreate', { name: 'make' });
  const input = { id: apiKey.id, idempotencyKey: 'rotate-once' };
  const [first, again] = [await call(admin, 'apiKeyRotate', input), await call(admin, 'apiKeyRotate', input)];
  expect(first.key).toMatch(/^cgk_/);
  expect(again).toMatchObject({ key: null, apiKey: { id: first.apiKey.id }, idempotency: { replayed: true } });
  expect(await world.db.query('select from api_keys')).toHaveLength(2);
  const [kept] = await world.db.query<{ text: string }>(
    'select string_agg(i::text, $1) as text from gateway.idempotency i',
    [' '],
  );
  expect(kept!.text).not.toContain(first.key);
});

test('a key that has ended, one of another organisation and one that never was are not rotated', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const foreign = await (await world.org()).apiKey();
  const { apiKey } = await call(admin, 'apiKeyCreate', { name: 'old' });
  await call(admin, 'apiKeyRevoke', { id: apiKey.id });
  expect(await refusalOf(admin, 'apiKeyRotate', { id: apiKey.id })).toBe('VALIDATION_FAILED');
  const nowhere = await call(admin, 'apiKeyRotate', { id: randomUUID() });
  expect(nowhere.userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'id'] }]);
  expect(await call(admin, 'apiKeyRotate', { id: foreign.id })).toEqual(nowhere);
  expect(await world.db.query('select from api_keys')).toHaveLength(2);
});

test('who may not manage keys, or lacks what the key holds, does not rotate it', async ({ world }) => {
  const org = await world.org();
  const [admin, assessor, key] = [await org.member('admin'), await org.member('assessor'), await org.apiKey()];
  for (const client of [assessor, key])
    expect(await refusalOf(client, 'apiKeyRotate', { id: key.id })).toBe('FORBIDDEN');
  await world.db.query("delete from role_permissions where role = 'admin' and permission = 'case.write'");
  expect(await refusalOf(admin, 'apiKeyRotate', { id: key.id })).toBe('FORBIDDEN');
  await openCase(key);
});
