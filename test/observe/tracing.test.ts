import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { describe, expect, test as plain } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { statementSummary } from '../../src/observe/statement-summary.ts';
import { openCase, UPSERT } from '../support/cases.ts';
import { test as base, createWorld } from '../support/fixtures.ts';
import { rest } from '../support/rest.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { TestSocket } from '../support/socket.ts';

interface Sent {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: { key: string; value: Record<string, unknown> }[];
  readonly status: { code?: number };
}

/** A collector: takes OTLP over HTTP, and keeps what it is sent. */
interface Collector {
  readonly url: string;
  readonly requests: { path: string; headers: Record<string, unknown>; text: string }[];
  spans(): Sent[];
}

const test = base.extend<{ collector: Collector; server: TestServer }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads what a fixture needs from its pattern
  collector: async ({}, use) => {
    const requests: Collector['requests'] = [];
    const server = createServer(async (request, response) => {
      let text = '';
      for await (const part of request.setEncoding('utf8')) text += part;
      requests.push({ path: request.url!, headers: request.headers, text });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await use({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      requests,
      spans: () =>
        requests.flatMap(({ text }) =>
          // biome-ignore lint/suspicious/noExplicitAny: what the collector was sent
          JSON.parse(text).resourceSpans.flatMap((sent: any) => sent.scopeSpans.flatMap((scope: any) => scope.spans)),
        ),
    });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  },
  server: async ({ db, collector }, use) => {
    const server = await startTestServer(db, {
      environment: {
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=office%20one',
        OTEL_SERVICE_NAME: 'casegraph-under-test',
      },
    });
    await use(server);
    await server.stop();
  },
});

const CANARY = 'canary-in-owner';
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

test('an operation is a span of the trace its client began, with the scopes and statements it came to', async ({
  world,
  collector,
}) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const input = { plate: '7654321', ownerName: CANARY, idempotencyKey: 'canary-key' };
  await admin.send(UPSERT, { input }, { traceparent: `00-${TRACE}-${PARENT}-01`, 'x-request-id': 'request-traced' });
  await world.server.stop();

  const ours = collector.spans().filter((span) => span.traceId === TRACE);
  const [operation] = ours.filter((span) => span.parentSpanId === PARENT);
  const facts = Object.fromEntries(operation!.attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
  expect(operation!.name).toBe('mutation caseUpsert');
  expect(facts).toMatchObject({
    'graphql.operation.type': 'mutation',
    'graphql.operation.name': 'Upsert',
    'casegraph.code': 'OK',
    'casegraph.transport': 'http',
    'casegraph.request_id': 'request-traced',
    'casegraph.principal': `USER:${admin.userId}`,
    'casegraph.org_id': org.id,
  });
  const scopes = ours.filter((span) => span.parentSpanId === operation!.spanId);
  // One that writes, and one that reads the answer.
  expect(scopes.map(({ name }) => name)).toEqual(['scope', 'scope']);
  const statements = scopes.map(({ spanId }) => ours.filter((span) => span.parentSpanId === spanId));
  expect(statements[0]!.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['begin', 'insert cases', 'insert idempotency', 'commit']),
  );
  expect(statements[1]!.map(({ name }) => name)).toEqual(expect.arrayContaining(['begin', 'select cases', 'commit']));
  expect(ours).toHaveLength(1 + scopes.length + statements.flat().length);

  const [sent] = collector.requests;
  expect(sent).toMatchObject({ path: '/v1/traces', headers: { 'x-tenant': 'office one' } });
  expect(sent!.text).toContain('casegraph-under-test');
  for (const secret of [CANARY, '7654321', 'canary-key', admin.token!])
    for (const { text } of collector.requests) expect(text).not.toContain(secret);
});

test('every way in begins a trace, failures are marked, and the work of the server itself makes none', async ({
  world,
  collector,
}) => {
  const admin = await (await world.org()).member('admin');
  await openCase(admin);
  await rest(admin, 'GET', '/gateway/cases.list');
  await world.anonymous().send('{ cases { totalCount } }', {}, { traceparent: 'of no use' });
  const socket = await TestSocket.open(admin);
  await socket.subscribe('subscription { feed { __typename } }').result();
  await socket.close();
  await world.server.stop();
  const roots = collector.spans().filter((span) => !span.parentSpanId);
  const failed = 2;
  expect(roots.map(({ name, status }) => [name, status.code]).sort()).toEqual([
    ['mutation caseUpsert', 0],
    ['query cases', 0],
    ['query cases', failed],
    ['subscription feed', 0],
  ]);
  expect(new Set(roots.map(({ traceId }) => traceId)).size).toBe(4);
});

base('a collector that refuses is told of in the log, without its words, and nobody else notices', async ({ db }) => {
  const refusing = createServer((_, response) => response.writeHead(400).end('canary of a collector'));
  await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line) => void lines.push(line) });
  const { port } = refusing.address() as AddressInfo;
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}/` };
  const server = await startTestServer(db, { log, environment });
  await openCase(await (await (await createWorld(db, server)).org()).member('admin'));
  await server.stop();
  refusing.closeAllConnections();
  await new Promise((resolve) => refusing.close(resolve));
  expect(lines.join('')).toContain('could not send traces');
  expect(lines.join('')).not.toContain('canary');
});

describe('of a statement', () => {
  plain.for([
    ['select id, plate from public.cases where plate = $1', 'select cases'],
    ['SELECT "public"."cases"."id" FROM "public"."cases" WHERE 1=1', 'select cases'],
    ['insert into gateway.idempotency (org_id) values ($1)', 'insert idempotency'],
    ['update only "case_helper" set a = 1', 'update case_helper'],
    ['begin isolation level repeatable read read only', 'begin'],
    ['-- 9001234', 'statement'],
    ["select set_config('role', $1, true)", 'select'],
  ])('%s is told as %s', ([text, summary]) => {
    expect(statementSummary(text!)).toBe(summary);
  });
});

plain('headers for the collector that can not be read end the start, naming the variable', () => {
  const read = (OTEL_EXPORTER_OTLP_HEADERS: string) =>
    readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_EXPORTER_OTLP_HEADERS }).tracing?.headers;
  expect(read('authorization=Bearer%20abc, other = 1=2')).toEqual({ authorization: 'Bearer abc', other: '1=2' });
  for (const wrong of ['abc', 'a=1,,b=2', 'a=%zz', 'a=%ff'])
    expect(() => read(wrong), wrong).toThrow('OTEL_EXPORTER_OTLP_HEADERS: must read name=value');
});
