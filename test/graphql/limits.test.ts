import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, test as plain } from 'vitest';
import { WebSocket } from 'ws';
import { createAddressOf } from '../../src/graphql/limits/client-address.ts';
import { Rates } from '../../src/graphql/limits/rates.ts';
import { TestClient } from '../support/client.ts';
import { createWorld, test } from '../support/fixtures.ts';
import { rest } from '../support/rest.ts';
import { startTestServer } from '../support/server.ts';
import { TestSocket } from '../support/socket.ts';
import { openEventSource } from '../support/sse.ts';

const deep = (levels: number) => `{ viewer ${'{ actor '.repeat(levels)}{ name }${' }'.repeat(levels)} }`;
const fields = (count: number, text: string) =>
  `{ ${Array.from({ length: count }, (_, n) => text.replace('#', String(n))).join(' ')} }`;
/** Of a list with a helper's outline, which the resolvers answer. */
const SLOW = '{ cases(first: 1) { totalCount nodes { id helper { outline { pointer } } } } }';
const FEEDING = (inner: string) => `subscription { feed { __typename ${inner} } }`;

/** At the defaults: what is refused, and a part of the message that names the limit. */
const REFUSED = [
  ['10,000 levels', deep(10_000), 'larger than'],
  ['4,001 fields', `{ viewer { ${'role '.repeat(4_001)} } }`, 'tokens'],
  ['1,000 levels', deep(1_000), 'nests brackets'],
  [
    'a list in a list, a thousand times',
    `{ case(id: ${'['.repeat(1_000)}${']'.repeat(1_000)}) { id } }`,
    'nests brackets',
  ],
  ['101 aliases', fields(101, 'a#: __typename'), 'aliases'],
  ['26 root fields', `{ ${'viewer { role } '.repeat(26)} }`, 'root'],
  ['51 directives', `{ viewer { ${'role @include(if: true) '.repeat(51)} } }`, 'directives'],
  ['65 KiB', `{ viewer { role } } # ${'x'.repeat(65 * 1024)}`, 'larger than'],
  [
    'three long lists',
    '{ cases(first: 200) { nodes { invoices(first: 200) { nodes { lines(first: 200) { nodes { id } } } } } } }',
    'costs',
  ],
] as const;

test('too much is refused by its limit over HTTP, event streams and sockets alike; the socket goes on', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const socket = await TestSocket.open(admin);
  for (const [title, query, word] of REFUSED) {
    const http = (await admin.send(query)).errors![0]!;
    const stream = await openEventSource(admin, query).failure();
    const message = await socket.subscribe(query).failure();
    for (const error of [http, stream, message]) {
      expect(error.extensions.code, title).toBe('QUERY_TOO_COMPLEX');
      expect(error.message, title).toContain(word);
    }
  }
  expect(await socket.subscribe('{ viewer { role } }').event()).toEqual({ role: 'admin' });
  const many = FEEDING(fields(101, 'a#: __typename').slice(1, -1));
  expect((await socket.subscribe(many).failure()).extensions.code).toBe('QUERY_TOO_COMPLEX');
  await socket.close();
});

test('just within them everything is answered', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  for (const query of [
    fields(25, 'a#: __typename'),
    `{ viewer { ${'role @include(if: true) '.repeat(50)} } }`,
    '{ cases(first: 100) { nodes { invoices(first: 100) { nodes { lines(first: 10) { nodes { id } } } } } } }',
  ])
    await admin.data(query);
});

test('variables nested without end are refused wherever they stand', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const nested = `${'['.repeat(100_000)}1${']'.repeat(100_000)}`;
  for (const [query, name] of [
    ['query ($v: Int) { cases(first: $v) { nodes { id } } }', 'v'],
    ['query ($v: [ID!]!) { nodes(ids: $v) { id } }', 'v'],
    ['query ($v: CaseFilter) { cases(filter: $v) { nodes { id } } }', 'v'],
    ['query { viewer { role } }', 'unknown'],
  ] as const) {
    const answer = await admin.sendBody(`{"query":${JSON.stringify(query)},"variables":{"${name}":${nested}}}`);
    expect(answer.status).toBeLessThan(500);
  }
});

test('an answer says what it cost to who asks', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const body = JSON.stringify({ query: '{ cases(first: 10) { nodes { id } } }' });
  const told = await rest(admin, 'POST', '/graphql', body, { 'content-type': 'application/json', 'x-cost': '1' });
  expect(told.body.extensions.cost).toMatchObject({ requested: 21, limit: 1_000_000 });
  expect(Number(told.headers.get('x-ratelimit-remaining'))).toBeLessThanOrEqual(10_000_000 - 21);
  const silent = await rest(admin, 'POST', '/graphql', body, { 'content-type': 'application/json' });
  expect(silent.body.extensions).toBeUndefined();
});

describe('a server with small limits', () => {
  test('rates, operations that take too long, large answers, strangers, sockets', async ({ db }) => {
    const query = '{ viewer { role } }';
    const folder = mkdtempSync(join(tmpdir(), 'casegraph-documents-'));
    const file = join(folder, 'persisted.json');
    const hash = createHash('sha256').update(query).digest('hex');
    writeFileSync(file, JSON.stringify({ [hash]: query }));
    const server = await startTestServer(db, {
      environment: {
        NODE_ENV: 'production',
        LIMIT_COST: '1000',
        LIMIT_COST_PER_MINUTE: '1000',
        LIMIT_COST_PER_MINUTE_OF_ADDRESS: '1000',
        LIMIT_FAILED_SIGN_INS: '2',
        LIMIT_RESPONSE_BYTES: '65536',
        LIMIT_MESSAGES_PER_SECOND: '20',
        SOCKET_ORIGINS: 'https://office.example.com',
        PERSISTED_DOCUMENTS: file,
      },
    });
    try {
      const world = await createWorld(db, server);
      const admin = await (await world.org()).member('admin');

      // Rate: 429, when to come again, and the gateway alike.
      const dear = '{ cases(first: 200) { nodes { id plate status } } }';
      await admin.data(dear);
      const limited = await admin.send(dear);
      expect(limited.status).toBe(429);
      expect(limited.errors![0]!.extensions.code).toBe('RATE_LIMITED');
      expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(1);
      expect(limited.headers.get('x-ratelimit-limit')).toBe('1000');
      const gateway = await rest(admin, 'GET', '/gateway/cases.list?first=200');
      expect([400, 429]).toContain(gateway.status);

      // Who is not signed in learns nothing of the schema, and gets no names suggested.
      const schemaOf = await world.anonymous().send('{ __schema { queryType { name } } }');
      expect(schemaOf.errors![0]!.extensions.code).toBe('UNAUTHENTICATED');
      const wrong = await (await world.org()).member('admin');
      expect((await wrong.send('{ viewr { role } }')).errors![0]!.message).not.toContain('Did you mean');

      // Documents by their hash.
      const other = await (await world.org()).member('admin');
      const named = [
        { documentId: `sha256:${hash}` },
        { extensions: { persistedQuery: { version: 1, sha256Hash: hash } } },
      ];
      for (const body of named)
        expect((await other.sendBody(JSON.stringify(body))).data).toEqual({ viewer: { role: 'admin' } });
      const unknown = await other.sendBody(JSON.stringify({ documentId: `sha256:${'0'.repeat(64)}` }));
      expect(unknown.errors![0]!.extensions.code).toBe('NOT_FOUND');

      // Wrong credentials: refused unseen after two; good ones that were seen go on.
      await other.data(query);
      const guess = new TestClient(server.url, 'cgk_wrong');
      expect((await guess.send(query)).status).toBe(401);
      await other.data(query);
      expect((await guess.send(query)).status).toBe(401);
      const third = await guess.send(query);
      expect([third.status, third.headers.get('retry-after')]).toEqual([429, expect.any(String)]);
      await other.data(query);

      // Sockets.
      const foreign = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
        origin: 'https://elsewhere.example.com',
      });
      const status = await new Promise((resolve) =>
        foreign.once('unexpected-response', (_, response) => resolve(response.statusCode)),
      );
      expect(status).toBe(403);
      const flood = new TestSocket(server.url);
      flood.socket.once('open', () => {
        for (let n = 0; n < 30; n++) flood.send({ type: 'ping' });
      });
      expect(await flood.closed).toMatchObject({ code: 1013 });
    } finally {
      await server.stop();
      rmSync(folder, { recursive: true });
    }
  });

  test('where only known documents may be sent, users send those, and programs what they like', async ({ db }) => {
    const query = '{ viewer { role } }';
    const folder = mkdtempSync(join(tmpdir(), 'casegraph-documents-'));
    const file = join(folder, 'persisted.json');
    writeFileSync(file, JSON.stringify({ [createHash('sha256').update(query).digest('hex')]: query }));
    const server = await startTestServer(db, {
      environment: { PERSISTED_DOCUMENTS: file, FREE_DOCUMENTS: 'programs', LIMIT_EXECUTION_MS: '5000' },
    });
    try {
      const world = await createWorld(db, server);
      const org = await world.org();
      const [admin, key] = [await org.member('admin'), await org.apiKey()];
      await admin.data('query { viewer { role } }'.replace('query ', ''));
      expect((await admin.send('{ viewer { orgName } }')).errors![0]!.extensions.code).toBe('FORBIDDEN');
      await key.data('{ cases { totalCount } }');
      expect((await rest(admin, 'GET', '/gateway/cases.list')).status).toBe(200);
    } finally {
      await server.stop();
      rmSync(folder, { recursive: true });
    }
  });
});

test('an operation that takes too long is answered in time, and its connection is free for the next', async ({
  db,
}) => {
  const server = await startTestServer(db, { environment: { LIMIT_EXECUTION_MS: '500' } });
  const holder = new pg.Client({ connectionString: db.adminUrl });
  await holder.connect();
  try {
    const admin = await (await (await createWorld(db, server)).org()).member('admin');
    // Compiled and planned before it is timed.
    await admin.data(SLOW);
    await holder.query('begin; lock table public.cases in access exclusive mode');
    const answers = await Promise.all(Array.from({ length: 10 }, () => admin.send(SLOW)));
    for (const { status, errors } of answers)
      expect([status, errors![0]!.extensions.code]).toEqual([503, 'UNAVAILABLE']);
    await holder.query('rollback');
    await expect.poll(async () => (await admin.send(SLOW)).errors, { timeout: 10_000 }).toBeUndefined();
  } finally {
    await holder.end();
    await server.stop();
  }
}, 20_000);

plain('a rate fills up evenly, and forgets who has not come for a period', () => {
  let now = 0;
  const rates = new Rates(60, 60_000, () => now);
  expect(rates.take('a', 60)).toMatchObject({ remaining: 0, resetS: 60, retryAfterS: 0 });
  expect(rates.take('a', 10)).toMatchObject({ retryAfterS: 10 });
  now = 10_000;
  expect(rates.take('a', 10)).toMatchObject({ retryAfterS: 0, remaining: 0 });
  expect(rates.take('b', 1)).toMatchObject({ remaining: 59 });
  now = 200_000;
  expect(rates.take('c', 1)).toMatchObject({ remaining: 59 });
  expect(rates.has('a')).toBe(false);
});

plain.for([
  [0, '192.0.2.1', '198.51.100.9'],
  [1, '192.0.2.1', '192.0.2.1'],
  [1, '6.6.6.6, 192.0.2.1', '192.0.2.1'],
  [2, '6.6.6.6, 192.0.2.1, 10.0.0.1', '192.0.2.1'],
  [1, '192.0.2.1:4711', '192.0.2.1'],
  [1, '[2001:db8::1]:4711', '2001:db8::1'],
  [1, 'unknown', '198.51.100.9'],
] as const)('behind %s proxies of ours, X-Forwarded-For: %s is %s', ([proxies, header, expected]) => {
  const request = { socket: { remoteAddress: '198.51.100.9' }, headers: { 'x-forwarded-for': header } };
  expect(createAddressOf(proxies)(request as never)).toBe(expected);
});
