import { connect } from 'node:net';
import { expect } from 'vitest';
import { signToken } from '../../src/auth/jwt.ts';
import { openCase, SAVE, save } from '../support/cases.ts';
import { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';
import { JWT_SECRET } from '../support/secrets.ts';
import { TestSocket } from '../support/socket.ts';
import { openEventSource } from '../support/sse.ts';
import { CHANGED_VERSIONS, FEED } from './documents.ts';

/** Accepted still, for clocks differ; the grace after its end is over in two to three seconds. */
const ENDING_S = -2;

test('a socket closes with 4403 when its token ends, and its subscriptions with it', async ({ world, server }) => {
  const admin = await (await world.org()).member('admin');
  const opened = await openCase(admin);
  const token = await signToken(JWT_SECRET, { role: 'authenticated', userId: admin.userId }, ENDING_S);
  const socket = await TestSocket.open(new TestClient(admin.url, token));
  await socket.subscribe(CHANGED_VERSIONS, { caseId: opened.id }).event();
  expect(await socket.closed).toEqual({ code: 4403, reason: 'The token has expired' });
  await expect.poll(() => server.app.hub.waiting).toBe(0);
});

test('a stream of server-sent events ends with UNAUTHENTICATED when its token does', async ({ world, server }) => {
  const admin = await (await world.org()).member('admin');
  const opened = await openCase(admin);
  const token = await signToken(JWT_SECRET, { role: 'authenticated', userId: admin.userId }, ENDING_S);
  const stream = openEventSource(new TestClient(admin.url, token), CHANGED_VERSIONS, { caseId: opened.id });
  expect(await stream.event()).toMatchObject({ __typename: 'FeedReady' });
  expect((await stream.failure()).extensions.code).toBe('UNAUTHENTICATED');
  expect(server.app.hub.waiting).toBe(0);
});

test.for([
  ['unsigned', 'eyJhbGciOiJub25lIn0.e30.'],
  ['made up', 'not-a-token'],
  ['an API key nobody has', 'cgk_nothing'],
])('a token that is %s closes the socket with 4403', async ([, token], { world }) => {
  const socket = new TestSocket(world.anonymous().url);
  await socket.init({ authorization: `Bearer ${token}` });
  expect(await socket.closed).toMatchObject({ code: 4403 });
});

test('an expired token closes the socket with 4403', async ({ world }) => {
  const token = await signToken(JWT_SECRET, { role: 'service_role' }, -60);
  const socket = new TestSocket(world.anonymous().url);
  await socket.init({ Authorization: `Bearer ${token}` });
  expect(await socket.closed).toMatchObject({ code: 4403 });
});

test('an operation before connection_init is answered with 4401, a message that is none with 4400', async ({
  world,
}) => {
  const early = new TestSocket(world.anonymous().url);
  early.socket.once('open', () => early.subscribe('{ viewer { role } }'));
  expect(await early.closed).toMatchObject({ code: 4401 });
  const garbage = new TestSocket(world.anonymous().url);
  garbage.socket.once('open', () => garbage.socket.send('{"type":"what"}'));
  expect(await garbage.closed).toMatchObject({ code: 4400 });
});

test('a message larger than any subscription needs closes its socket, and no other', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const [large, other] = [await TestSocket.open(admin), await TestSocket.open(admin)];
  const stream = other.subscribe(FEED);
  await stream.event();
  large.subscribe(FEED, { after: 'x'.repeat(300_000) });
  expect(await large.closed).toMatchObject({ code: 1009 });
  await openCase(admin);
  expect(await stream.event()).toMatchObject({ entity: 'cases' });
  await other.close();
});

test.for(['//', '/other', '/graphql/..', '*'])(
  'an upgrade to %s is refused, and the server lives',
  async (path, { world }) => {
    const url = new URL(world.anonymous().url);
    const raw = connect(Number(url.port), url.hostname);
    raw.on('error', () => undefined);
    const ended = new Promise((resolve) => raw.once('close', resolve));
    raw.write(`GET ${path} ${UPGRADE}`);
    raw.resume();
    await ended;
    expect((await fetch(`${url.origin}/health`)).status).toBe(200);
  },
);

test('subscriptions of one socket are independent: one fails, one is stopped, the third goes on', async ({
  world,
  server,
}) => {
  const admin = await (await world.org()).member('admin');
  const opened = await openCase(admin);
  const socket = await TestSocket.open(admin);
  const first = socket.subscribe(CHANGED_VERSIONS, { caseId: opened.id });
  const stopped = socket.subscribe(FEED);
  const failing = socket.subscribe(FEED, { after: 'nonsense' });
  const invalid = socket.subscribe('subscription { nothing }');
  await first.event();
  await stopped.event();
  expect((await failing.failure()).extensions).toMatchObject({ code: 'INVALID_CURSOR', field: ['after'] });
  const { extensions } = await invalid.failure();
  expect(extensions.code).toMatch(/VALIDATION_FAILED$/);
  // What is meant for an HTTP response is nothing for a message.
  expect(extensions).not.toHaveProperty('http');
  await expect.poll(() => server.app.hub.waiting).toBe(2);
  stopped.stop();
  await expect.poll(() => server.app.hub.waiting).toBe(1);
  await save(admin, { caseId: opened.id, expectedVersion: 0, helper: { a: 1 } });
  expect(await first.event()).toMatchObject({ version: 1 });
  expect(stopped.unread).toBe(0);
  socket.cut();
  await expect.poll(() => server.app.hub.waiting).toBe(0);
});

test('subscriptions stopped or cut before they have begun leave nothing behind', async ({ world, server }) => {
  const admin = await (await world.org()).member('admin');
  const opened = await openCase(admin);
  const sockets = await Promise.all(Array.from({ length: 10 }, () => TestSocket.open(admin)));
  for (const [index, socket] of sockets.entries()) {
    for (let n = 0; n < 5; n++) socket.subscribe(CHANGED_VERSIONS, { caseId: opened.id, afterVersion: 0 }).stop();
    socket.subscribe(CHANGED_VERSIONS, { caseId: opened.id });
    if (index > 0) socket.cut();
  }
  await expect.poll(() => server.app.hub.waiting).toBe(1);
  await sockets[0]!.close();
  await expect.poll(() => server.app.hub.waiting).toBe(0);
  await expect.poll(() => world.db.query(OPEN_TRANSACTIONS)).toEqual([]);
});

test('queries and mutations work over a socket, and leave no scope open', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const opened = await openCase(admin);
  const socket = await TestSocket.open(admin);
  for (let version = 0; version < 20; version++) {
    const input = { caseId: opened.id, expectedVersion: version, helper: { version } };
    const saved = socket.subscribe(SAVE, { input });
    expect((await saved.event()).helper.version).toBe(version + 1);
    await saved.complete();
    const read = socket.subscribe('query ($id: ID!) { case(id: $id) { version helper { helperJson } } }', {
      id: opened.id,
    });
    expect(await read.event()).toEqual({ version: version + 1, helper: { helperJson: { version } } });
    await read.complete();
  }
  expect(await world.db.query(OPEN_TRANSACTIONS)).toEqual([]);
  await socket.close();
});

test('a hundred subscriptions need no hundred connections, and all are let go of', async ({ world, server }) => {
  const admin = await (await world.org()).member('admin');
  const opened = await openCase(admin);
  const sockets = await Promise.all(Array.from({ length: 10 }, () => TestSocket.open(admin)));
  const streams = sockets.flatMap((socket) =>
    Array.from({ length: 10 }, () => socket.subscribe(CHANGED_VERSIONS, { caseId: opened.id })),
  );
  await Promise.all(streams.map((stream) => stream.event()));
  await expect.poll(() => server.app.hub.waiting).toBe(100);
  expect(await world.db.query(OPEN_TRANSACTIONS)).toEqual([]);
  await save(admin, { caseId: opened.id, expectedVersion: 0, helper: { a: 1 } });
  for (const stream of streams) expect(await stream.event()).toMatchObject({ version: 1 });
  await expect.poll(() => server.app.hub.waiting).toBe(100);
  for (const socket of sockets) socket.cut();
  await expect.poll(() => server.app.hub.waiting).toBe(0);
  await expect.poll(() => world.db.query(OPEN_TRANSACTIONS)).toEqual([]);
});

test('stopping the server closes sockets with 1012 and breaks streams off: clients take either as “connect again”', {
  timeout: 10_000,
}, async ({ world, server }) => {
  const admin = await (await world.org()).member('admin');
  const opened = await openCase(admin);
  const socket = await TestSocket.open(admin);
  await socket.subscribe(CHANGED_VERSIONS, { caseId: opened.id }).event();
  const stream = openEventSource(admin, CHANGED_VERSIONS, { caseId: opened.id });
  await stream.event();
  const stopped = server.stop();
  expect(await socket.closed).toEqual({ code: 1012, reason: 'The server restarts' });
  expect(await stream.broken).toBe(true);
  await stopped;
  expect(server.app.hub.waiting).toBe(0);
});

test('a client that never answers the goodbye does not hold up the stop', { timeout: 12_000 }, async ({
  world,
  server,
}) => {
  const url = new URL(world.anonymous().url);
  const silent = connect(Number(url.port), url.hostname);
  const upgraded = new Promise((resolve) => silent.once('data', resolve));
  silent.write(`GET /graphql ${UPGRADE}`);
  await upgraded;
  await server.stop();
  silent.destroy();
});

const UPGRADE =
  'HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n';

const OPEN_TRANSACTIONS = `select state from pg_stat_activity
  where datname = current_database() and application_name = 'casegraph' and state <> 'idle'`;
