import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { generateApiKey } from '../../src/auth/api-keys.ts';
import { signToken } from '../../src/auth/jwt.ts';
import { openCase, save, upsert } from '../support/cases.ts';
import { TestClient } from '../support/client.ts';
import { loggedTest as test } from '../support/logged-server.ts';
import { JWT_SECRET } from '../support/secrets.ts';
import { nowS, tokenOf } from './tokens.ts';

const VIEWER = '{ viewer { actor { kind id name } orgId permissions } }';

test('a refused credential answers 401 UNAUTHENTICATED, and nothing of it is answered or logged', async ({
  world,
  loggedText,
}) => {
  const forged = tokenOf(
    { role: 'authenticated', sub: randomUUID(), aud: 'authenticated', exp: nowS() + 60, email: 'canary@example.com' },
    { secret: 'another-secret-0123456789-0123456789' },
  );
  const { key } = generateApiKey();
  const refused: Record<string, Record<string, string>> = {
    'a forged token': { authorization: `Bearer ${forged}` },
    'a forged token as apikey': { apikey: forged },
    'an unknown key': { authorization: `Bearer ${key}` },
    'an unknown key as apikey': { apikey: key },
    'no scheme': { authorization: forged },
    'another scheme': { authorization: `Basic ${forged}` },
    'Bearer without a token': { authorization: 'Bearer' },
    'two tokens': { authorization: `Bearer ${forged} ${key}` },
    'a key with a quote': { apikey: "cgk_' or '1'='1" },
  };
  for (const [title, headers] of Object.entries(refused)) {
    const client = new TestClient(world.server.url, null, headers);
    for (const query of [VIEWER, '{ __typename }', 'mutation { caseUpsert(input: { plate: "12345" }) { ok } }']) {
      const answer = await client.send(query);
      expect(answer.status, `${title}: ${query}`).toBe(401);
      expect(answer.data ?? null).toBeNull();
      expect(answer.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
      const text = JSON.stringify(answer.errors);
      for (const secret of [key, ...forged.split('.'), 'canary']) expect(text).not.toContain(secret);
    }
  }
  for (const secret of [key, ...forged.split('.'), 'canary']) expect(loggedText()).not.toContain(secret);
});

test('tokens and keys are taken from Authorization and from apikey alike; the scheme is spelled in any case', async ({
  world,
}) => {
  const org = await world.org();
  const [member, key] = [await org.member('admin'), await org.apiKey()];
  for (const [client, kind] of [
    [member, 'USER'],
    [key, 'API_KEY'],
  ] as const)
    for (const headers of [{ authorization: `bearer ${client.token}` }, { apikey: client.token! }])
      expect((await new TestClient(world.server.url, null, headers as never).data(VIEWER)).viewer).toMatchObject({
        actor: { kind },
        orgId: org.id,
      });
});

test('Authorization wins over apikey, and a bad one is not made good by it', async ({ world }) => {
  const org = await world.org();
  const [member, key] = [await org.member('admin'), await org.apiKey()];
  const both = await member.data(VIEWER, {}, { apikey: key.token! });
  expect(both.viewer.actor).toMatchObject({ kind: 'USER', id: member.userId });
  const bad = await new TestClient(world.server.url, 'cgk_unknown').send(VIEWER, {}, { apikey: key.token! });
  expect(bad.status).toBe(401);
});

test("Supabase's anon key beside no user is nobody", async ({ world }) => {
  const anon = new TestClient(world.server.url, tokenOf({ role: 'anon', exp: nowS() + 60 }));
  expect((await anon.data(VIEWER)).viewer).toBeNull();
  expect((await anon.send('{ cases { totalCount } }')).errors).toMatchObject([
    { extensions: { code: 'UNAUTHENTICATED' } },
  ]);
});

test('an expired token is told so', async ({ world }) => {
  const expired = await signToken(JWT_SECRET, { role: 'service_role' }, -60);
  const answer = await new TestClient(world.server.url, expired).send(VIEWER);
  expect(answer.status).toBe(401);
  expect(answer.errors![0]!.message).toContain('expired');
});

test('of an API key the database holds only the SHA-256 and the first characters', async ({ world }) => {
  const key = await (await world.org()).apiKey();
  const dump = await world.db.query<{ row: string }>('select to_jsonb(k)::text as row from public.api_keys k');
  expect(dump).toHaveLength(1);
  expect(dump[0]!.row).not.toContain(key.token!.slice(12));
  const [row] = await world.db.query(
    'select prefix, key_hash = sha256($1::text::bytea) as hashed from public.api_keys',
    [key.token],
  );
  expect(row).toEqual({ prefix: key.token!.slice(0, 12), hashed: true });
});

test('an API key acts for its organisation only, with its permissions only, and its writes bear its name', async ({
  world,
}) => {
  const [org, other] = [await world.org(), await world.org()];
  const foreign = await openCase(await other.member('admin'), { plate: '22222' });
  const key = await org.apiKey();
  const opened = await openCase(key, { plate: '11111' });
  const saved = await save(key, { caseId: opened.id, expectedVersion: 0, helper: { by: 'key' } });
  expect(saved.helper).toMatchObject({
    version: 1,
    source: 'API',
    savedBy: { kind: 'API_KEY', id: key.id, name: 'test key' },
  });
  const [log] = await world.db.query("select actor from feed.change_log where entity = 'case_helper'");
  expect(log).toEqual({ actor: `API_KEY:${key.id}` });
  expect((await key.data('{ cases { nodes { id } } }')).cases.nodes).toEqual([{ id: opened.id }]);
  expect((await key.data(`{ node(id: "${foreign.id}") { id } }`)).node).toBeNull();
  expect((await key.send('{ cases { totalCount } }', {}, { 'x-org-id': other.id })).errors).toHaveLength(1);

  const reader = await org.apiKey(['org.read', 'case.read']);
  expect((await reader.data(VIEWER)).viewer.permissions).toEqual(['case.read', 'org.read']);
  expect((await reader.data('{ cases { totalCount } }')).cases.totalCount).toBe(1);
  expect((await save(reader, { caseId: opened.id, expectedVersion: 1, helper: {} })).userErrors).toMatchObject([
    { code: 'FORBIDDEN' },
  ]);
  expect((await upsert(reader, { plate: '33333' })).userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
});

test('a key for cases alone, without org.read, may make its writes safe to retry', async ({ world }) => {
  const key = await (await world.org()).apiKey(['case.read', 'case.create', 'case.write']);
  const input = { plate: '11111', idempotencyKey: 'from-a-scenario' };
  expect((await upsert(key, input)).idempotency).toMatchObject({ replayed: false });
  expect(await upsert(key, input)).toMatchObject({ outcome: 'CREATED', idempotency: { replayed: true } });
});

test('a key that is revoked or expired is refused at the next request, in the words for one that never was', async ({
  world,
}) => {
  const org = await world.org();
  const endings = {
    revoked: 'revoked_at = now()',
    expired: "expires_at = now() - interval '1 second'",
    gone: 'name = name',
  };
  const messages = new Set<string>();
  for (const [title, change] of Object.entries(endings)) {
    const key = await org.apiKey();
    expect((await key.data(VIEWER)).viewer.orgId).toBe(org.id);
    await world.db.query(`update public.api_keys set ${change} where id = $1`, [key.id]);
    if (title === 'gone') await world.db.query('delete from public.api_keys where id = $1', [key.id]);
    const answer = await key.send(VIEWER);
    expect(answer.status, title).toBe(401);
    messages.add(answer.errors![0]!.message);
  }
  expect(messages.size).toBe(1);
});

test('the rights of a key already at work end with its revocation, not with its connection', async ({ world }) => {
  const org = await world.org();
  const key = await org.apiKey();
  await openCase(key);
  const identity = {
    kind: 'API_KEY',
    apiKeyId: key.id,
    name: 'test key',
    expiresAt: null,
    operations: null,
    writablePointers: null,
    strictStatus: false,
  } as const;
  const owner = { identity, requestId: 'a-request', requestedOrg: null };
  const countCases = () =>
    world.server.app.database.read(owner, async (scope) => (await scope.sql('select id from public.cases')).length);
  expect(await countCases()).toBe(1);
  await world.db.query('update public.api_keys set revoked_at = now()');
  expect(await countCases()).toBe(0);
});
