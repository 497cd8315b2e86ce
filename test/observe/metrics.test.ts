import { expect } from 'vitest';
import { openCase, save, upsert } from '../support/cases.ts';
import { createWorld, test } from '../support/fixtures.ts';
import { allowConnections } from '../support/outage.ts';
import { rest } from '../support/rest.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { TestSocket } from '../support/socket.ts';

const METRICS_TOKEN = 'token-of-a-prometheus';

const scraped = test.extend<{ server: TestServer }>({
  server: async ({ db }, use) => {
    const server = await startTestServer(db, { environment: { METRICS_TOKEN, DATABASE_POOL_MAX: '8' } });
    await use(server);
    await server.stop();
  },
});

async function scrape({ url }: { url: string }, authorization = `Bearer ${METRICS_TOKEN}`) {
  const response = await fetch(`${url}/metrics`, { headers: authorization ? { authorization } : {} });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

/** Values by series, as casegraph_sockets or casegraph_queue_rows{queue="feed"}. */
async function read(server: { url: string }): Promise<Record<string, number>> {
  const { text } = await scrape(server);
  const samples = text.split('\n').filter((line) => line.startsWith('casegraph_'));
  return Object.fromEntries(
    samples.map((line) => {
      const [, series, value] = /^(.*) (\S+)$/.exec(line)!;
      return [series!, Number(value)];
    }),
  );
}

test('without METRICS_TOKEN there is no /metrics', async ({ server }) => {
  expect((await scrape(server)).status).toBe(404);
});

scraped('who does not bring the token reads nothing', async ({ server }) => {
  for (const wrong of ['', 'Bearer', `Bearer ${METRICS_TOKEN}x`, `Bearer ${METRICS_TOKEN.slice(1)}`, METRICS_TOKEN]) {
    const answer = await scrape(server, wrong);
    expect(answer.status, wrong).toBe(401);
    expect(answer.text).not.toContain('casegraph_');
  }
  const { status, type, text } = await scrape(server);
  expect({ status, type }).toEqual({ status: 200, type: 'text/plain; version=0.0.4; charset=utf-8' });
  for (const name of ['process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds', 'casegraph_database_up 1'])
    expect(text).toContain(name);
});

scraped('operations, writes, replays and conflicts are counted by what they came to', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const key = { idempotencyKey: 'key-of-an-opening' };
  const opened = await openCase(admin, key);
  expect(await upsert(admin, { plate: '90012345', ...key })).toMatchObject({ idempotency: { replayed: true } });
  await save(admin, { caseId: opened.id, expectedVersion: 0, helper: { a: 1 } });
  await save(admin, { caseId: opened.id, expectedVersion: 0, helper: { a: 2 } });
  await admin.send('{ nothing }');
  await world.anonymous().send('{ cases { totalCount } }');
  await rest(admin, 'GET', '/gateway/cases.list');
  await rest(admin, 'GET', '/gateway/no.such');

  expect(await read(world.server)).toMatchObject({
    'casegraph_operations_total{transport="http",kind="mutation",code="OK"}': 3,
    'casegraph_operations_total{transport="http",kind="mutation",code="VERSION_CONFLICT"}': 1,
    'casegraph_operations_total{transport="http",kind="none",code="VALIDATION_FAILED"}': 1,
    'casegraph_operations_total{transport="http",kind="query",code="UNAUTHENTICATED"}': 1,
    'casegraph_operations_total{transport="gateway",kind="query",code="OK"}': 1,
    'casegraph_operations_total{transport="gateway",kind="none",code="NOT_FOUND"}': 1,
    'casegraph_operation_seconds_count{transport="http",kind="mutation"}': 4,
    'casegraph_http_requests_total{route="gateway",status="404"}': 1,
    'casegraph_writes_total{mutation="caseUpsert",outcome="CREATED"}': 2,
    'casegraph_writes_total{mutation="caseHelperSaveFull",outcome="CREATED"}': 1,
    'casegraph_writes_total{mutation="caseHelperSaveFull",outcome="CONFLICT"}': 1,
    casegraph_idempotent_replays_total: 1,
    casegraph_version_conflicts_total: 1,
  });
});

scraped('sockets, subscriptions and what reaches them; versions that are skipped', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: { n: 1 } });
  const socket = await TestSocket.open(admin);
  const stream = socket.subscribe(
    'subscription ($caseId: ID!) { caseHelperChanged(caseId: $caseId, policy: LATEST) { __typename } }',
    { caseId },
  );
  await stream.result();
  expect(await read(world.server)).toMatchObject({
    casegraph_sockets: 1,
    'casegraph_subscriptions{transport="ws"}': 1,
    'casegraph_subscriptions{transport="sse"}': 0,
    casegraph_events_total: 1,
    casegraph_feed_listening: 1,
    casegraph_feed_lag_entries: 0,
  });
  await save(admin, { caseId, expectedVersion: 1, helper: { n: 2 } });
  await stream.result();
  await socket.close();
  await expect.poll(async () => (await read(world.server))['casegraph_subscriptions{transport="ws"}']).toBe(0);
  expect(await read(world.server)).toMatchObject({ casegraph_sockets: 0, casegraph_events_total: 2 });
});

scraped('the pools, and what waits to be swept', async ({ world, db }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  await openCase(admin, { idempotencyKey: 'key-that-is-over' });
  await db.query("update gateway.idempotency set expires_at = now() - interval '1 second'");
  expect(await read(world.server)).toMatchObject({
    casegraph_database_up: 1,
    'casegraph_pool_connections{pool="api",state="busy"}': 0,
    'casegraph_pool_connections_max{pool="api"}': 8,
    'casegraph_pool_waiting{pool="api"}': 0,
    'casegraph_queue_rows{queue="idempotency"}': 1,
    'casegraph_queue_rows{queue="system_logs"}': 0,
    'casegraph_queue_rows{queue="feed"}': 0,
  });
});

scraped(
  'with the database away the rest is told all the same, and nothing that was so before',
  async ({ db, server }) => {
    await createWorld(db, server);
    expect(await read(server)).toMatchObject({ casegraph_database_up: 1, casegraph_feed_lag_entries: 0 });
    await allowConnections(db, false);
    const away = await read(server);
    expect(away).toMatchObject({ casegraph_database_up: 0, casegraph_sockets: 0 });
    expect(Object.keys(away).filter((series) => /lag_|queue_rows/.test(series))).toEqual([]);
    await allowConnections(db, true);
    expect(await read(server)).toMatchObject({ casegraph_database_up: 1, 'casegraph_queue_rows{queue="feed"}': 0 });
  },
);
