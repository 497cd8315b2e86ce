import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { FeedHub, type FeedHubOptions } from '../../src/subscriptions/feed-hub.ts';
import { CaseHelperIterator } from '../../src/subscriptions/watch-case-helper.ts';
import { FeedIterator } from '../../src/subscriptions/watch-feed.ts';
import { FaultProxy } from '../fault/proxy.ts';
import { Random } from '../fault/random.ts';
import { openCase, save } from '../support/cases.ts';
import { test as base } from '../support/fixtures.ts';
import { startTestServer } from '../support/server.ts';
import { TestSocket } from '../support/socket.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { CHANGED_VERSIONS, seqOf } from './documents.ts';

const test = base.extend<{
  proxy: TcpProxy;
  hubWith: (options: Partial<FeedHubOptions>) => Promise<FeedHub>;
}>({
  proxy: async ({ db }, use) => {
    const proxy = await startTcpProxy(Number(new URL(db.adminUrl).port));
    await use(proxy);
    await proxy.stop();
  },
  hubWith: async ({ db, server }, use) => {
    const hubs: FeedHub[] = [];
    await use(async (options) => {
      const log = createLogger('silent');
      const hub = new FeedHub({ database: server.app.database, listenUrl: db.adminUrl, log, ...options });
      hubs.push(hub);
      await hub.start();
      return hub;
    });
    for (const hub of hubs) await hub.stop();
  },
});

/** So rare that what arrives while a test lasts was brought by a notice. */
const NEVER_MS = 600_000;
const LISTENERS = `select pid from pg_stat_activity where application_name = 'casegraph-listen' and datname = current_database()`;

const ownerOf = (userId: string) =>
  ({
    identity: { kind: 'USER', userId, expiresAt: null },
    requestId: 'listener-test',
    requestedOrg: null,
  }) as const;

const readiness = async (url: string) => (await fetch(`${url}/ready`)).json();

test('a listener whose connection is ended comes back by itself, and what was saved meanwhile arrives', async ({
  world,
  server,
}) => {
  const admin = await (await world.org()).member('admin');
  const opened = await openCase(admin);
  const socket = await TestSocket.open(admin);
  const stream = socket.subscribe(CHANGED_VERSIONS, { caseId: opened.id });
  await stream.event();
  const versions: number[] = [];
  for (let version = 1; version <= 12; version++) {
    if (version % 4 === 1)
      expect(await world.db.query(LISTENERS.replace('pid', 'pg_terminate_backend(pid) as ended'))).toEqual([
        { ended: true },
      ]);
    await save(admin, { caseId: opened.id, expectedVersion: version - 1, helper: { version } });
    versions.push((await stream.event()).version);
    await expect.poll(() => server.app.hub.listening, { timeout: 10_000 }).toBe(true);
    expect(await world.db.query(LISTENERS)).toHaveLength(1);
  }
  expect(versions).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(await readiness(server.url)).toMatchObject({ status: 'ok', listener: 'ok' });
  await socket.close();
});

test('forged and garbled notices do no harm', async ({ world, server }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const opened = await openCase(admin);
  const socket = await TestSocket.open(admin);
  const stream = socket.subscribe(CHANGED_VERSIONS, { caseId: opened.id });
  await stream.event();
  const payloads = [
    '',
    'x',
    org.id,
    org.id.toUpperCase(),
    randomUUID(),
    `${org.id}'; drop table cases`,
    'é'.repeat(3_000),
  ];
  for (const payload of [...payloads, ...payloads]) await world.db.query('select pg_notify($1, $2)', ['feed', payload]);
  await save(admin, { caseId: opened.id, expectedVersion: 0, helper: { a: 1 } });
  expect(await stream.event()).toMatchObject({ version: 1 });
  expect(stream.unread).toBe(0);
  expect(server.app.hub.listening).toBe(true);
  await socket.close();
});

test('where LISTEN can not connect, news arrives by polling, /ready says so, and the server stops as ever', async ({
  db,
  world,
}) => {
  const dead = new URL(db.adminUrl);
  dead.port = '1';
  const polling = await startTestServer(db, { directUrl: dead.href });
  try {
    const admin = await (await world.org()).member('admin');
    const opened = await openCase(admin);
    const socket = await TestSocket.open(Object.assign(Object.create(admin), { url: polling.url }));
    const stream = socket.subscribe(CHANGED_VERSIONS, { caseId: opened.id });
    await stream.event();
    for (let version = 0; version < 3; version++) {
      await save(admin, { caseId: opened.id, expectedVersion: version, helper: { version } });
      expect(await stream.event()).toMatchObject({ version: version + 1 });
    }
    expect(await readiness(polling.url)).toMatchObject({ status: 'degraded', listener: 'polling', database: 'ok' });
    await socket.close();
  } finally {
    await polling.stop();
  }
});

test('notices alone bring news where polling is rare', async ({ world, server, hubWith }) => {
  const admin = await (await world.org()).member('admin');
  const opened = await openCase(admin);
  const hub = await hubWith({ pollEveryMs: NEVER_MS });
  const parts = { database: server.app.database, hub, owner: ownerOf(admin.userId) };
  const iterator = new CaseHelperIterator(parts, { caseId: opened.databaseId, afterVersion: null, policy: 'ALL' });
  await iterator.next();
  for (let version = 1; version <= 5; version++) {
    const next = iterator.next();
    await expect.poll(() => hub.waiting).toBe(1);
    await save(admin, { caseId: opened.id, expectedVersion: version - 1, helper: { version } });
    expect((await next).value).toMatchObject({ version });
  }
  await iterator.return();
});

test('a listener whose packets vanish is noticed by its heartbeat, and replaced', async ({ db, proxy, hubWith }) => {
  const url = new URL(db.adminUrl);
  url.port = String(proxy.port);
  const hub = await hubWith({ listenUrl: url.href, listener: { heartbeatEveryMs: 50, heartbeatWithinMs: 200 } });
  expect(hub.listening).toBe(true);
  const { connections } = proxy;
  proxy.blackHole();
  await expect.poll(() => hub.listening, { timeout: 10_000 }).toBe(false);
  proxy.heal();
  await expect.poll(() => hub.listening, { timeout: 15_000 }).toBe(true);
  expect(proxy.connections).toBeGreaterThan(connections);
});

test('a pooler that takes LISTEN and delivers nothing is not taken for a listener', async ({ db, hubWith }) => {
  const pooler = await FaultProxy.start(Number(new URL(db.adminUrl).port), new Random(1), 'postgres');
  try {
    pooler.dropNotifications(true);
    const url = new URL(db.adminUrl);
    url.port = String(pooler.port);
    const hub = await hubWith({ listenUrl: url.href, listener: { heartbeatEveryMs: 20, heartbeatWithinMs: 100 } });
    const seen: boolean[] = [];
    // Given up and connected anew, it is never believed.
    while (pooler.accepted < 4) {
      seen.push(hub.listening);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(new Set(seen)).toEqual(new Set([false]));
    pooler.dropNotifications(false);
    await expect.poll(() => hub.listening, { timeout: 15_000 }).toBe(true);
  } finally {
    await pooler.stop();
  }
});

test('a quiet subscription gives signs of life, whose cursors move past what was not for it', async ({
  world,
  server,
  hubWith,
}) => {
  const admin = await (await world.org()).member('admin');
  const watched = await openCase(admin, { helper: { a: 1 } });
  const other = await openCase(admin, { plate: '1234567' });
  const parts = {
    database: server.app.database,
    hub: await hubWith({ heartbeatMs: 150 }),
    owner: ownerOf(admin.userId),
  };
  const caseId = watched.databaseId;
  for (const iterator of [
    new FeedIterator(parts, { after: null, caseId }),
    new CaseHelperIterator(parts, { caseId, afterVersion: null, policy: 'ALL' }),
  ]) {
    const ready = (await iterator.next()).value;
    const first = (await iterator.next()).value;
    expect(first).toMatchObject({ type: 'FeedHeartbeat', cursor: ready.cursor });
    await save(admin, { caseId: other.id, onConflict: 'FORCE', expectedVersion: 0, helper: { at: ready.cursor } });
    const second = (await iterator.next()).value;
    expect(second.type).toBe('FeedHeartbeat');
    expect(seqOf(second.cursor)).toBe(seqOf(first.cursor) + 1);
    expect(second.at.getTime()).toBeGreaterThan(first.at.getTime());
    await iterator.return();
  }
});

test('return() ends an iterator that waits, at once; stopping the hub ends the others', async ({
  world,
  server,
  hubWith,
}) => {
  const admin = await (await world.org()).member('admin');
  const hub = await hubWith({ pollEveryMs: NEVER_MS, heartbeatMs: NEVER_MS });
  const parts = { database: server.app.database, hub, owner: ownerOf(admin.userId) };
  const [ended, stopped] = [0, 1].map(() => new FeedIterator(parts, { after: null, caseId: null }));
  await ended!.next();
  await stopped!.next();
  const waiting = [ended!.next(), stopped!.next()];
  await expect.poll(() => hub.waiting).toBe(2);
  await ended!.return();
  expect(await waiting[0]).toEqual({ done: true, value: undefined });
  expect(hub.waiting).toBe(1);
  const refused = expect(waiting[1]).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await hub.stop();
  await refused;
  expect(hub.waiting).toBe(0);
});
