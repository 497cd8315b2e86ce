import { expect } from 'vitest';
import { signToken } from '../../src/auth/jwt.ts';
import { findServiceKey, generateServiceKey, readServiceKeys } from '../../src/auth/service-keys.ts';
import { openCase, save } from '../support/cases.ts';
import { TestClient } from '../support/client.ts';
import { createWorld } from '../support/fixtures.ts';
import { loggedTest as test } from '../support/logged-server.ts';
import { rest } from '../support/rest.ts';
import { JWT_SECRET } from '../support/secrets.ts';
import { startTestServer } from '../support/server.ts';
import { TestSocket } from '../support/socket.ts';

const VIEWER = '{ viewer { actor { kind id } } }';
/** What a browser sends beside what a page asks for; either is enough. */
const BROWSERS: Record<string, string>[] = [
  { origin: 'https://office.example.com' },
  { origin: 'null' },
  { 'sec-fetch-site': 'same-origin' },
];

test('a service key acts for every organisation, and what it writes bears its name', async ({ db }) => {
  const made = generateServiceKey('make');
  const server = await startTestServer(db, { environment: { SERVICE_KEYS: made.entry } });
  const world = await createWorld(db, server);
  const org = await world.org();
  const opened = await openCase(await org.member('admin'));
  for (const headers of [{ authorization: `Bearer ${made.key}` }, { apikey: made.key }]) {
    const client = new TestClient(server.url, null, headers as unknown as Record<string, string>);
    expect((await client.data(VIEWER)).viewer.actor).toEqual({ kind: 'SERVICE', id: 'make' });
  }
  const client = new TestClient(server.url, made.key);
  const saved = await save(client, { caseId: opened.id, expectedVersion: 0, helper: { by: 'make' } });
  expect(saved.helper.savedBy).toMatchObject({ kind: 'SERVICE', id: 'make' });
  const [entry] = await db.query("select actor from feed.change_log where entity = 'case_helper'");
  expect(entry).toEqual({ actor: 'SERVICE:make' });
  await server.stop();
});

test('while one key replaces another both are good, under one name; the one taken out is refused', async ({ db }) => {
  const [old, fresh, other] = [generateServiceKey('make'), generateServiceKey('make'), generateServiceKey('backup')];
  const answers = async (entries: string[]) => {
    const server = await startTestServer(db, { environment: { SERVICE_KEYS: entries.join(', ') } });
    const seen = [];
    for (const { key } of [old, fresh, other]) {
      const { status, data } = await new TestClient(server.url, key).send(VIEWER);
      seen.push(status === 200 ? data.viewer.actor.id : status);
    }
    await server.stop();
    return seen;
  };
  expect(await answers([old.entry, other.entry])).toEqual(['make', 401, 'backup']);
  expect(await answers([old.entry, other.entry, fresh.entry])).toEqual(['make', 'make', 'backup']);
  expect(await answers([other.entry, fresh.entry])).toEqual([401, 'make', 'backup']);
});

test('only the whole key is a key, and its digest is none', () => {
  const made = generateServiceKey('make');
  const keys = readServiceKeys(made.entry)!;
  expect(findServiceKey(keys, made.key)).toBe(keys[0]);
  for (const wrong of [
    made.key.slice(0, -1),
    `${made.key}A`,
    made.key.toUpperCase(),
    made.entry.split(':')[1]!,
    made.entry,
    '',
  ])
    expect(findServiceKey(keys, wrong), wrong).toBeNull();
  expect(findServiceKey([], made.key)).toBeNull();
});

test('with tokens of the service role turned off one is refused, and told what to use; users go on', async ({ db }) => {
  const server = await startTestServer(db, { environment: { SERVICE_TOKENS: 'off' } });
  const world = await createWorld(db, server);
  const refused = await (await world.service()).send(VIEWER);
  expect(refused).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  expect(refused.errors![0]!.message).toContain('SERVICE_TOKENS');
  expect((await (await world.user()).data(VIEWER)).viewer.actor.kind).toBe('USER');
  await server.stop();
});

test('a browser that sends a service key or token is refused and told why, whichever way it asks', async ({ db }) => {
  const made = generateServiceKey('make');
  const server = await startTestServer(db, { environment: { SERVICE_KEYS: made.entry } });
  for (const token of [made.key, await signToken(JWT_SECRET, { role: 'service_role' }, 60)]) {
    for (const headers of BROWSERS) {
      const client = new TestClient(server.url, token, headers);
      const answer = await client.send(VIEWER);
      expect(answer).toMatchObject({ status: 403, errors: [{ extensions: { code: 'FORBIDDEN' } }] });
      expect(answer.errors![0]!.message).toContain('browser');
      expect(JSON.stringify(answer.errors)).not.toContain(token);
      const gateway = await rest(client, 'GET', '/gateway/cases.list');
      expect([gateway.status, gateway.body.errors[0].code]).toEqual([403, 'FORBIDDEN']);
    }
    const socket = new TestSocket(server.url, { origin: 'https://office.example.com' });
    await socket.init({ apikey: token });
    expect(await socket.closed).toMatchObject({ code: 4403, reason: expect.stringContaining('not for browsers') });
    // What a page writes into connectionParams is not what its browser says.
    const server2server = new TestSocket(server.url);
    await server2server.init({ apikey: token, origin: 'https://office.example.com' });
    await server2server.acknowledged();
    await server2server.close();
    // As Node's own fetch does.
    expect((await new TestClient(server.url, token, { 'sec-fetch-mode': 'cors' }).send(VIEWER)).status).toBe(200);
  }
  await server.stop();
});

test('users and keys of organisations are answered in browsers as elsewhere', async ({ world }) => {
  const org = await world.org();
  for (const client of [await org.member('admin'), await org.apiKey()])
    for (const headers of BROWSERS) expect((await client.data(VIEWER, {}, headers)).viewer.actor).toBeTruthy();
});
