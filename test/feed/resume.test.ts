import { createClient } from 'graphql-ws';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { CaseHelperIterator } from '../../src/subscriptions/watch-case-helper.ts';
import { openCase, save } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import type { EventStream } from '../support/event-stream.ts';
import { test } from '../support/fixtures.ts';
import { TestSocket } from '../support/socket.ts';
import { openEventSource } from '../support/sse.ts';
import { CHANGED_VERSIONS } from './documents.ts';

type Connection = { stream: EventStream; cut: () => void };

const CONNECT: Record<string, (client: TestClient, variables: object) => Promise<Connection>> = {
  WebSocket: async (client, variables) => {
    const socket = await TestSocket.open(client);
    return { stream: socket.subscribe(CHANGED_VERSIONS, { ...variables }), cut: () => socket.cut() };
  },
  SSE: async (client, variables) => {
    const stream = openEventSource(client, CHANGED_VERSIONS, { ...variables });
    return { stream, cut: stream.stop };
  },
};

test.for(Object.entries(CONNECT))(
  'over %s: cut off three times during 20 saves, a subscriber who resumes gets all 20, in order, once',
  async ([, connect], { world, server }) => {
    const admin = await (await world.org()).member('admin');
    const { id: caseId } = await openCase(admin);
    const saving = saveMany(admin, caseId, 1, 20);
    const seen: [number, number][] = [];
    for (const until of [4, 9, 15, 20]) {
      const { stream, cut } = await connect(admin, { caseId, afterVersion: seen.length });
      expect(await stream.event()).toMatchObject({ __typename: 'FeedReady' });
      while (seen.length < until) {
        const event = await stream.event();
        expect(event.helper.version).toBe(event.version);
        seen.push([event.previousVersion, event.version]);
      }
      cut();
    }
    await saving;
    expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => [index, index + 1]));
    await expect.poll(() => server.app.hub.waiting).toBe(0);
  },
);

test('a plain graphql-ws client, whose library resends what it first asked for, loses nothing either', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin);
  const sockets: WebSocket[] = [];
  const client = createClient({
    url: `${admin.url.replace('http', 'ws')}/graphql`,
    connectionParams: { Authorization: `Bearer ${admin.token}` },
    retryAttempts: 5,
    retryWait: async () => undefined,
    shouldRetry: () => true,
    webSocketImpl: class extends WebSocket {
      constructor(url: string, protocol: string) {
        super(url, protocol);
        sockets.push(this);
      }
    },
  });
  const variables: { caseId: string; afterVersion?: number } = { caseId };
  const seen: number[] = [];
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
  for await (const { data } of client.iterate<any>({ query: CHANGED_VERSIONS, variables })) {
    const event = data!.caseHelperChanged;
    if (event.__typename === 'FeedReady' && sockets.length === 1) void saveMany(admin, caseId, 1, 3);
    if (event.__typename !== 'HelperVersionSaved') continue;
    seen.push(event.version);
    // The payload object is sent again on a retry, so keeping it up to date is all it takes.
    variables.afterVersion = event.version;
    // What is saved now it has to come back for.
    if (event.version === 3 || event.version === 6) {
      sockets.at(-1)!.terminate();
      void saveMany(admin, caseId, event.version + 1, event.version === 3 ? 6 : 10);
    }
    if (event.version === 10) break;
  }
  expect(sockets.length).toBeGreaterThanOrEqual(3);
  expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  await client.dispose();
});

test('LATEST skips to the newest version when the reader is slow, ALL does not', async ({ world, server }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const opened = await openCase(admin);
  const watch = (policy: 'ALL' | 'LATEST') =>
    new CaseHelperIterator(
      {
        database: server.app.database,
        hub: server.app.hub,
        owner: {
          identity: { kind: 'USER', userId: admin.userId, expiresAt: null },
          requestId: 'slow-reader',
          requestedOrg: null,
        },
      },
      { caseId: opened.databaseId, afterVersion: 0, policy },
    );
  const latest = watch('LATEST');
  const all = watch('ALL');
  const next = async (iterator: CaseHelperIterator) => (await iterator.next()).value;
  expect(await next(latest)).toMatchObject({ type: 'FeedReady' });
  expect(await next(all)).toMatchObject({ type: 'FeedReady' });
  /** So that "newest" is no matter of luck. */
  const heard = async (version: number) => {
    const [entry] = await world.db.query<{ seq: string }>(
      'select org_seq::text as seq from feed.change_log where case_id = $1 and case_version = $2',
      [opened.databaseId, version],
    );
    await expect.poll(() => server.app.hub.watched(org.id)?.head).toBeGreaterThanOrEqual(Number(entry!.seq));
  };
  await saveMany(admin, opened.id, 1, 5);
  await heard(5);
  expect(await next(latest)).toMatchObject({ version: 5, previousVersion: 0 });
  await saveMany(admin, opened.id, 6, 6);
  await heard(6);
  expect(await next(latest)).toMatchObject({ version: 6, previousVersion: 5 });
  expect(server.app.hub.conflated).toBe(4);
  for (let version = 1; version <= 6; version++)
    expect(await next(all)).toMatchObject({ version, previousVersion: version - 1 });
  await latest.return();
  await all.return();
});

test('a replay longer than one page has no seam', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const opened = await openCase(admin);
  await world.db.query(
    `do $$ begin for i in 1..250 loop
       insert into case_helper (case_id, helper_json) values ('${opened.databaseId}', jsonb_build_object('count', i));
     end loop; end $$`,
  );
  const socket = await TestSocket.open(admin);
  const stream = socket.subscribe(CHANGED_VERSIONS, { caseId: opened.id, afterVersion: 1 });
  expect(await stream.event()).toMatchObject({ currentVersion: 250 });
  const versions = (await stream.events(249)).map((event) => [event.previousVersion, event.version]);
  expect(versions).toEqual(Array.from({ length: 249 }, (_, index) => [index + 1, index + 2]));
  await saveMany(admin, opened.id, 251, 251);
  expect(await stream.event()).toMatchObject({ version: 251, previousVersion: 250 });
  await socket.close();
});

async function saveMany(client: TestClient, caseId: string, from: number, to: number): Promise<void> {
  for (let version = from; version <= to; version++) {
    const payload = await save(client, { caseId, expectedVersion: version - 1, helper: { count: version } });
    expect(payload.userErrors).toEqual([]);
  }
}
