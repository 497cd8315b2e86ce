import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { test as base, expect } from 'vitest';
import { startEmbeddedPostgres } from '../../src/db/embedded/embedded-postgres.ts';
import { findPostmaster } from '../../src/db/embedded/postmaster.ts';
import { openCase, SAVE } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import type { TestDatabase } from '../support/database.ts';
import { createWorld, test as worldTest } from '../support/fixtures.ts';
import { startTestServer } from '../support/server.ts';
import { TestSocket } from '../support/socket.ts';
import { openEventSource } from '../support/sse.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { CHANGED_VERSIONS, FEED, seqOf } from './documents.ts';

/** A cluster of one test's own that can crash and come back, behind an address that stays. */
interface Cluster {
  readonly db: TestDatabase;
  /** As a power cut: no goodbye, recovery at the next start. */
  crash(): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
}

const test = base.extend<{ cluster: Cluster }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads what a fixture needs from its pattern
  cluster: async ({}, use) => {
    const dataDir = join(tmpdir(), `casegraph-outage-${randomUUID()}`);
    const handles = [await startEmbeddedPostgres({ dataDir })];
    const proxy = await startTcpProxy(handles[0]!.port);
    const url = new URL(handles[0]!.url());
    url.port = String(proxy.port);
    const pool = new pg.Pool({ connectionString: url.href, max: 2 });
    pool.on('error', () => undefined);
    await use({
      db: {
        adminUrl: url.href,
        query: async (sql, values = []) => (await pool.query(sql, values)).rows,
        drop: async () => undefined,
      },
      crash: async () => {
        const postmaster = await findPostmaster(join(dataDir, 'pgdata'));
        process.kill(postmaster!.pid, 'SIGKILL');
      },
      stop: () => handles.at(-1)!.stop(),
      start: async () => {
        handles.push(await startEmbeddedPostgres({ dataDir }));
        proxy.redirect(handles.at(-1)!.port);
      },
    });
    await pool.end();
    for (const handle of handles.reverse()) await handle.stop();
    await proxy.stop();
    await rm(dataDir, { recursive: true, force: true });
  },
});

/** Saves as a careful client does: the same call again, under the same key, until it is answered. */
async function saveSurely(client: TestClient, caseId: string, version: number): Promise<void> {
  const input = { caseId, expectedVersion: version - 1, idempotencyKey: `save-number-${version}`, helper: { version } };
  await expect
    .poll(async () => (await client.send(SAVE, { input })).data?.caseHelperSaveFull?.helper?.version, {
      timeout: 40_000,
      interval: 100,
    })
    .toBe(version);
}

test('the database crashes, then restarts, under its subscribers: they stay connected and miss nothing', {
  timeout: 120_000,
}, async ({ cluster }) => {
  const server = await startTestServer(cluster.db);
  try {
    const world = await createWorld(cluster.db, server);
    const admin = await (await world.org()).member('admin');
    const opened = await openCase(admin);
    const socket = await TestSocket.open(admin);
    const bySocket = socket.subscribe(CHANGED_VERSIONS, { caseId: opened.id });
    const bySse = openEventSource(admin, CHANGED_VERSIONS, { caseId: opened.id });
    const feed = socket.subscribe(FEED);
    const [, , ready] = [await bySocket.event(), await bySse.event(), await feed.event()];
    const saving = (async () => {
      for (let version = 1; version <= 30; version++) await saveSurely(admin, opened.id, version);
    })();
    expect((await bySocket.events(8)).map((event) => event.version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await cluster.crash();
    await cluster.start();
    const afterCrash = (await bySocket.events(10)).map((event) => [event.previousVersion, event.version]);
    expect(afterCrash).toEqual(Array.from({ length: 10 }, (_, index) => [index + 8, index + 9]));
    await cluster.stop();
    expect((await fetch(`${server.url}/ready`)).status).toBe(503);
    await cluster.start();
    await saving;
    const rest = (await bySocket.events(12)).map((event) => event.version);
    expect(rest).toEqual(Array.from({ length: 12 }, (_, index) => index + 19));
    expect((await bySse.events(30)).map((event) => event.version)).toEqual(
      Array.from({ length: 30 }, (_, index) => index + 1),
    );
    const changes = await feed.events(30);
    expect(changes.map((change) => seqOf(change.cursor))).toEqual(
      Array.from({ length: 30 }, (_, index) => seqOf(ready.cursor) + index + 1),
    );
    expect([bySocket.unread, bySse.unread, feed.unread]).toEqual([0, 0, 0]);
    expect(socket.socket.readyState).toBe(socket.socket.OPEN);
    await expect.poll(() => server.app.hub.listening, { timeout: 15_000 }).toBe(true);
    await socket.close();
    bySse.stop();
  } finally {
    await server.stop();
  }
});

worldTest(
  'connections of the server are killed again and again: every version arrives, once and in order',
  {
    timeout: 60_000,
  },
  async ({ world, server }) => {
    const admin = await (await world.org()).member('admin');
    const opened = await openCase(admin);
    const socket = await TestSocket.open(admin);
    const streams = Array.from({ length: 5 }, () => socket.subscribe(CHANGED_VERSIONS, { caseId: opened.id }));
    await Promise.all(streams.map((stream) => stream.event()));
    for (let version = 1; version <= 25; version++) {
      const saved = saveSurely(admin, opened.id, version);
      await world.db.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name like 'casegraph%' and random() < 0.5`,
      );
      await saved;
    }
    for (const stream of streams) {
      const events = (await stream.events(25)).map((event) => [
        event.previousVersion,
        event.version,
        event.helper.version,
      ]);
      expect(events).toEqual(Array.from({ length: 25 }, (_, index) => [index, index + 1, index + 1]));
      expect(stream.unread).toBe(0);
    }
    socket.cut();
    await expect.poll(() => server.app.hub.waiting, { timeout: 10_000 }).toBe(0);
    // Leases of broken connections must have been given back, or the pool would by now be empty.
    await Promise.all(Array.from({ length: 16 }, () => admin.data('{ viewer { orgId } }')));
  },
);
