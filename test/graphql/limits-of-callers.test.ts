import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, print } from 'graphql';
import pg from 'pg';
import { expect, onTestFinished, test as plain } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { PersistedDocuments } from '../../src/graphql/limits/persisted-documents.ts';
import { startHttpServer } from '../../src/http/server.ts';
import { eventually, openClient, recordCase } from '../client/watching.ts';
import { FEED } from '../feed/documents.ts';
import { openCase, sampleHelper } from '../support/cases.ts';
import type { TestDatabase } from '../support/database.ts';
import { createWorld, test, type World } from '../support/fixtures.ts';
import { rest } from '../support/rest.ts';
import { startTestServer } from '../support/server.ts';
import { TestSocket } from '../support/socket.ts';
import { openEventSource } from '../support/sse.ts';

/** Runs against a server with these variables. */
async function withServer(
  db: TestDatabase,
  environment: Record<string, string>,
  work: (world: World) => Promise<void>,
) {
  const server = await startTestServer(db, { environment });
  try {
    await work(await createWorld(db, server));
  } finally {
    await server.stop();
  }
}

/** Nobody reads cases while `work` runs. */
async function whileCasesAreLocked(
  db: TestDatabase,
  work: (waiting: (count: number) => Promise<void>) => Promise<void>,
) {
  const holder = new pg.Client({ connectionString: db.adminUrl });
  await holder.connect();
  try {
    await holder.query('begin; lock table public.cases in access exclusive mode');
    await work(async (count) => {
      await expect
        .poll(() =>
          db.query("select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"),
        )
        .toHaveLength(count);
    });
  } finally {
    await holder.query('rollback');
    await holder.end();
  }
}

const CASES = '{ cases { totalCount } }';
const DEAR = '{ cases(first: 200) { nodes { id plate status } } }';

test('who has as many operations under way as he may is told to wait, and nobody else is', async ({ db }) => {
  await withServer(db, { LIMIT_OPERATIONS_OF_CALLER: '2' }, async (world) => {
    const org = await world.org();
    const [admin, other] = [await org.member('admin'), await org.member('admin')];
    const running: Promise<unknown>[] = [];
    await whileCasesAreLocked(db, async (waiting) => {
      running.push(admin.data(CASES), admin.data(CASES));
      await waiting(2);
      const third = await admin.send('{ viewer { role } }');
      expect([third.status, third.errors![0]!.extensions.code]).toEqual([429, 'RATE_LIMITED']);
      expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await rest(admin, 'GET', '/gateway/cases.list')).status).toBe(429);
      await other.data('{ viewer { role } }');
    });
    await Promise.all(running);
    await admin.data('{ viewer { role } }');
  });
});

test('a statement that takes too long is UNAVAILABLE, and its connection serves the next', async ({ db }) => {
  await withServer(db, { LIMIT_STATEMENT_MS: '200' }, async (world) => {
    const admin = await (await world.org()).member('admin');
    await whileCasesAreLocked(db, async () => {
      const answer = await admin.send(CASES);
      expect([answer.status, answer.errors![0]!.extensions.code]).toEqual([503, 'UNAVAILABLE']);
    });
    await admin.data(CASES);
  });
});

test('an answer that is too large is refused on every way, and asking for a part of it is not', async ({ db }) => {
  await withServer(db, { LIMIT_RESPONSE_BYTES: '65536' }, async (world) => {
    const admin = await (await world.org()).member('admin');
    const { id, databaseId } = await openCase(admin, { helper: sampleHelper() });
    const whole = `{ case(id: "${id}") { helper { helperJson } } }`;
    const socket = await TestSocket.open(admin);
    const errors = [
      (await admin.send(whole)).errors![0]!,
      await openEventSource(admin, whole).failure(),
      await socket.subscribe(whole).failure(),
    ];
    for (const error of errors) expect(error.extensions.code).toBe('QUERY_TOO_COMPLEX');
    const gateway = await rest(admin, 'GET', `/gateway/case_helper.get_current?caseId=${databaseId}`);
    expect(gateway.body.errors[0].code).toBe('QUERY_TOO_COMPLEX');
    await admin.data(`{ case(id: "${id}") { helper { helperJson(pointer: "/stakeholders") } } }`);
    await socket.close();
  });
});

test('operations begun too quickly on one socket are refused one by one, and the socket goes on', async ({ db }) => {
  await withServer(db, { LIMIT_OPERATIONS_PER_SECOND: '5' }, async (world) => {
    const socket = await TestSocket.open(await (await world.org()).member('admin'));
    const streams = Array.from({ length: 12 }, () => socket.subscribe('{ viewer { role } }'));
    const results = await Promise.all(streams.map((stream) => stream.result().catch(() => null)));
    const codes = results.map((result) => result?.errors?.[0]?.extensions.code ?? 'ok');
    expect(codes.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => 'ok'));
    expect(codes).toContain('RATE_LIMITED');
    await expect
      .poll(async () => (await socket.subscribe('{ viewer { role } }').result()).data, { timeout: 10_000 })
      .toEqual({ viewer: { role: 'admin' } });
    await socket.close();
  });
});

interface Payload {
  readonly query?: string;
  readonly documentId?: string;
  readonly extensions?: object;
}

const MANIFEST = fileURLToPath(new URL('../../src/client/generated/persisted-documents.json', import.meta.url));

test('with the list of the client package its calls work, whole or by their hash, and nothing else does', async ({
  db,
}) => {
  // The case is made before anything is forbidden.
  const server = await startTestServer(db);
  const before = await createWorld(db, server);
  const admin = await (await before.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: { n: 1 } });
  await server.stop();
  await withServer(db, { PERSISTED_DOCUMENTS: MANIFEST, FREE_DOCUMENTS: 'nobody' }, async ({ server: strict }) => {
    const caller = Object.assign(admin, { url: strict.url });
    const client = openClient(caller);
    const watch = recordCase(client, { caseId });
    await eventually(() => watch.current.state).toBe('live');
    await client.saveHelper({ caseId, expectedVersion: 1, helper: { n: 2 } });
    await eventually(() => watch.current.version).toBe(2);
    const feed = client.watchFeed({ onChange: () => undefined, onResync: () => undefined });
    await eventually(() => feed.state).toBe('live');

    const socket = await TestSocket.open(caller);
    const [hash, text] = Object.entries(JSON.parse(readFileSync(MANIFEST, 'utf8')) as Record<string, string>).find(
      ([, listed]) => listed.startsWith('query CaseHelper('),
    )!;
    const apollo = { persistedQuery: { version: 1, sha256Hash: hash } };
    const overHttp = (body: Payload) => caller.sendBody(JSON.stringify({ variables: { caseId }, ...body }));
    const overSocket = ({ query = '', ...more }: Payload) => socket.subscribe(query, { caseId }, more).result();
    for (const ask of [overHttp, overSocket]) {
      for (const body of [
        { documentId: `sha256:${hash}` },
        { extensions: apollo },
        { query: `# The same.\n${text.replace(/\s+/g, ' ')}` },
      ])
        expect((await ask(body)).data).toMatchObject({ case: { version: 2 } });
      for (const [body, code] of [
        [{ documentId: `sha256:${'0'.repeat(64)}` }, 'NOT_FOUND'],
        [{ query: '{ viewer { role } }' }, 'FORBIDDEN'],
        // What is sent counts, whatever it is said to be.
        [{ query: '{ viewer { role } }', extensions: apollo }, 'FORBIDDEN'],
        [{ query: text.replace('helperJson', '') }, 'FORBIDDEN'],
      ] as const)
        expect((await ask(body)).errors![0]!.extensions.code).toBe(code);
    }
    const stranger = 'subscription { feed { __typename } }';
    for (const stream of [socket.subscribe(stranger), openEventSource(caller, stranger)])
      expect((await stream.failure()).extensions.code).toBe('FORBIDDEN');
    await socket.close();
  });
});

const LISTED = 'fragment A on Case { id } query Listed { cases { nodes { ...A } } }';
const LISTED_HASH = createHash('sha256').update(LISTED).digest('hex');

plain.for([
  ['graphql-codegen, bare', { [LISTED_HASH]: LISTED }],
  ['graphql-codegen, with the algorithm', { [`sha256:${LISTED_HASH}`]: LISTED }],
  [
    'Apollo',
    {
      format: 'apollo-persisted-query-manifest',
      version: 1,
      operations: [{ id: LISTED_HASH, name: 'Listed', type: 'query', body: LISTED }],
    },
  ],
] as const)('a list is read as it is written by %s', ([, manifest]) => {
  const persisted = PersistedDocuments.read(writtenFile(manifest), 'nobody');
  for (const documentId of [LISTED_HASH, `sha256:${LISTED_HASH}`])
    expect(persisted.textOf({ documentId })).toBe(LISTED);
  expect(persisted.isLetIn(null, () => print(parse(LISTED)))).toBe(true);
  expect(persisted.isLetIn(null, () => print(parse('{ viewer { role } }')))).toBe(false);
});

plain.for([
  [`sha256:${'0'.repeat(64)}`, 'is not the SHA-256'],
  [`sha1:${LISTED_HASH}`, 'is not the SHA-256'],
] as const)('a list with %s for a hash ends the start', ([id, words]) => {
  expect(() => PersistedDocuments.read(writtenFile({ [id]: LISTED }), 'nobody')).toThrow(words);
});

function writtenFile(content: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'casegraph-documents-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'persisted.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
}

test.for([
  ['cost in a minute', { LIMIT_COST: '1000', LIMIT_COST_PER_MINUTE: '1000' }, DEAR],
  ['subscriptions at once', { LIMIT_SUBSCRIPTIONS_OF_CALLER: '1' }, FEED],
] as const)(
  'an event stream beyond its %s has the status 429 and says when to come again',
  ([, environment, query], { db }) =>
    withServer(db, environment, async (world) => {
      const admin = await (await world.org()).member('admin');
      const first = openEventSource(admin, query);
      await first.event();
      const body = JSON.stringify({ query });
      const refused = await rest(admin, 'POST', '/graphql', body, { accept: 'text/event-stream' });
      expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true]);
      expect(refused.text).toContain('event: complete');
      first.stop();
    }),
);

plain('what a connection may take is set on the server that listens', async () => {
  const { limits } = readConfig({
    LIMIT_HEADERS_MS: '1234',
    LIMIT_REQUEST_MS: '2345',
    LIMIT_HEADER_BYTES: '8192',
    LIMIT_CONNECTIONS: '7',
  });
  const http = await startHttpServer(0, '127.0.0.1', limits);
  const { headersTimeout, requestTimeout, maxConnections } = http.server;
  await http.stop(1_000);
  expect({ headersTimeout, requestTimeout, maxConnections }).toEqual({
    headersTimeout: 1_234,
    requestTimeout: 2_345,
    maxConnections: 7,
  });
});
