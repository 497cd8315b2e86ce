import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { expect } from 'vitest';
import { type Readiness, ReadinessCheck } from '../../src/http/health.ts';
import { startHttpServer } from '../../src/http/server.ts';
import { openCase } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { allowConnections } from '../support/outage.ts';

async function get(url: string, init: RequestInit = {}): Promise<{ status: number; headers: Headers; body: unknown }> {
  const response = await fetch(url, init);
  return { status: response.status, headers: response.headers, body: await response.json() };
}

test('while the rest starts the process is healthy, and everything else says to come again', async () => {
  const http = await startHttpServer(0, '127.0.0.1');
  const url = `http://127.0.0.1:${http.port}`;
  expect(await get(`${url}/health`)).toMatchObject({ status: 200, body: { status: 'ok' } });
  for (const path of ['/ready', '/graphql', '/', '/nowhere']) {
    const answer = await get(`${url}${path}`, { method: path === '/graphql' ? 'POST' : 'GET' });
    expect(answer, path).toMatchObject({ status: 503, body: { status: 'starting' } });
    expect(answer.headers.get('retry-after')).toBe('2');
  }
  await http.stop(1_000);
});

test('a server that has everything is ready, and its probes are never cached', async ({ server }) => {
  const ready = await get(`${server.url}/ready`);
  expect(ready).toMatchObject({
    status: 200,
    body: {
      status: 'ok',
      database: 'ok',
      pools: { api: 'ok', service: 'ok' },
      migrations: 'ok',
      listener: 'ok',
      confinedLogins: 'ok',
      problems: [],
    },
  });
  expect(ready.headers.get('cache-control')).toBe('no-store');
  expect(await get(`${server.url}/health?probe=1`)).toMatchObject({ status: 200, body: { status: 'ok' } });
});

test('a database that is older than the code makes it not ready, naming the migration', async ({ db, server }) => {
  const [last] = await db.query<{ name: string }>(
    `delete from public._prisma_migrations where migration_name = (select max(migration_name) from public._prisma_migrations) returning migration_name as name`,
  );
  expect(await get(`${server.url}/ready`)).toMatchObject({
    status: 503,
    body: {
      status: 'unavailable',
      database: 'ok',
      migrations: { pending: [last!.name] },
      problems: [{ part: 'migrations', what: expect.stringContaining('npm run migrate') }],
    },
  });
  expect(await get(`${server.url}/health`)).toMatchObject({ status: 200 });
});

test('without the database it is alive but not ready, and answers UNAVAILABLE; with it back it serves again', async ({
  db,
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  await openCase(admin);
  await allowConnections(db, false);
  expect(await get(`${world.server.url}/health`)).toMatchObject({ status: 200 });
  const ready = await get(`${world.server.url}/ready`);
  expect(ready).toMatchObject({
    status: 503,
    body: { status: 'unavailable', database: 'unreachable', migrations: 'unknown' },
  });
  const [problem] = (ready.body as Readiness).problems;
  expect(problem).toMatchObject({ part: 'database', since: expect.stringMatching(/^20.*Z$/) });
  const again = (await get(`${world.server.url}/ready`)).body as Readiness;
  expect(again.problems[0]).toEqual(problem);
  // Where the database is and what it said is for the log, not for whoever probes.
  expect(JSON.stringify(ready.body)).not.toMatch(/127\.0\.0\.1|t_[0-9a-f]{32}|casegraph_/);
  const answer = await admin.send('{ cases { totalCount } }');
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('2');
  expect(answer.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
  const gateway = await get(`${world.server.url}/gateway/cases.list`, { headers: { apikey: admin.token! } });
  expect(gateway).toMatchObject({ status: 503, body: { ok: false, errors: [{ code: 'UNAVAILABLE' }] } });
  expect(gateway.headers.get('retry-after')).toBe('2');
  expect((await world.anonymous().data('{ __schema { queryType { name } } }')).__schema.queryType.name).toBe('Query');

  await allowConnections(db, true);
  expect(await get(`${world.server.url}/ready`)).toMatchObject({
    status: 200,
    body: { database: 'ok', migrations: 'ok' },
  });
  expect((await admin.data('{ cases { totalCount } }')).cases.totalCount).toBe(1);
});

test('with connections for operators alone it is not ready, and says that users get none', async ({ db, server }) => {
  const name = new URL(db.adminUrl).pathname.slice(1);
  await db.query(`revoke connect on database ${name} from public`);
  await db.query(`grant connect on database ${name} to casegraph_service`);
  await db.query(
    "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1 and usename = 'casegraph_api'",
    [name],
  );
  expect(await get(`${server.url}/ready`)).toMatchObject({
    status: 503,
    body: {
      status: 'unavailable',
      database: 'ok',
      pools: { api: 'unreachable', service: 'ok' },
      migrations: 'ok',
      problems: [{ part: 'api pool' }],
    },
  });
});

test('while all connections are at work it is ready and says so at once, however often it is asked', async ({
  server: { app },
}) => {
  const { database, hub } = app;
  const check = new ReadinessCheck({ database, hub, confined: true }, 20);
  await expect.poll(async () => (await check.read()).status).toBe('ok');
  const identity = { kind: 'USER', userId: randomUUID(), expiresAt: null } as const;
  const owner = { identity, requestId: 'held', requestedOrg: null };
  const held = await Promise.all(Array.from({ length: 8 }, () => database.openRead(owner)));
  const told = await Promise.all([check.read(), check.read(), check.read()]);
  for (const readiness of told)
    expect(readiness).toMatchObject({
      status: 'degraded',
      pools: { api: 'busy', service: 'ok' },
      problems: [{ part: 'api pool' }],
    });
  // One look for all of them.
  expect(app.pools.authenticated.waitingCount).toBe(1);
  for (const { close } of held) await close();
  await expect.poll(async () => (await check.read()).status).toBe('ok');
});

test('an unknown path is 404 and says what there is', async ({ server }) => {
  for (const path of ['/nowhere', '/graphql/', '/health/x', '//graphql', '/%2e%2e/etc/passwd'])
    expect(await get(`${server.url}${path}`), path).toMatchObject({
      status: 404,
      body: { status: 'not found', see: ['/graphql', '/gateway', '/health', '/ready'] },
    });
});

test('a connection on which nothing was ever sent does not hold up a stop', async () => {
  const http = await startHttpServer(0, '127.0.0.1');
  const silent = connect(http.port, '127.0.0.1');
  await new Promise((resolve) => silent.once('connect', resolve));
  const cut = new Promise((resolve) => silent.once('close', resolve).once('error', () => undefined));
  await http.stop(600_000);
  await cut;
});

test('while it stops, a request on a connection that was kept is answered and ends it; probes are told to go elsewhere', async () => {
  const http = await startHttpServer(0, '127.0.0.1');
  const url = new URL(`http://127.0.0.1:${http.port}`);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (path: string) =>
    new Promise((resolve, reject) =>
      request({ agent, host: '127.0.0.1', port: url.port, path }, (response) => {
        const { statusCode, headers, socket } = response.resume();
        const told = { status: statusCode, connection: headers.connection, port: socket.localPort };
        response.once('close', () => resolve(told));
      })
        .once('error', reject)
        .end(),
    );
  http.serve({
    observe: () => undefined,
    graphql: () => undefined,
    readiness: () => Promise.reject(new Error()),
    route: () => null,
    page: null,
  });
  const port = expect.any(Number);
  const kept = await ask('/health');
  expect(kept).toEqual({ status: 200, connection: 'keep-alive', port });
  const stopped = http.drain(60_000).then(() => http.stop(1_000));
  expect(await ask('/ready')).toEqual({ ...(kept as object), status: 503, connection: 'close' });
  // With its last connection the server has nothing to wait for.
  await stopped;
  agent.destroy();
});
