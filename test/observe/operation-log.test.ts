import { readFileSync } from 'node:fs';
import { parse } from 'graphql';
import pg from 'pg';
import { describe, expect, test as plain } from 'vitest';
import { operationFacts } from '../../src/graphql/operation-facts.ts';
import { openCase, SAVE, save, UPSERT } from '../support/cases.ts';
import { loggedTest as test } from '../support/logged-server.ts';
import { rest } from '../support/rest.ts';
import { TestSocket } from '../support/socket.ts';
import { openEventSource } from '../support/sse.ts';

/** Values that clients send, of every place that they can stand in. No log is to have any of them. */
const CANARY = {
  plate: '7654321',
  helper: 'canary-in-helper',
  variable: 'canary-in-variable',
  literal: 'canary-in-literal',
  note: 'canary-in-note',
  person: 'canary.person@example.com',
  operationName: 'canaryInOperationName',
  field: 'canaryInField',
  query: 'canary-in-query',
  pointer: '/canary-in-pointer',
  key: 'canary-idempotency-key',
  credential: 'canary.in.credential',
};

const COST = expect.toSatisfy((cost: unknown) => (cost as number) > 0);

const linesOf = (lines: string[]) => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
const operations = (lines: string[]) => linesOf(lines).filter(({ msg }) => msg === 'operation');

test('each operation is one line, whichever way it came, that says who, what and how it went', async ({
  world,
  lines,
}) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const principal = `USER:${admin.userId}`;
  const opened = await openCase(admin);
  await save(admin, { caseId: opened.id, expectedVersion: 0, helper: {} });
  await save(admin, { caseId: opened.id, expectedVersion: 0, helper: { a: 1 } });
  await admin.send('{ cases { totalCount } viewer { role } }', {}, { 'x-request-id': 'request-of-mine' });
  await rest(admin, 'GET', '/gateway/cases.list');
  await rest(admin, 'GET', `/case/${opened.databaseId}/helper`);
  const socket = await TestSocket.open(admin);
  await socket.subscribe('{ viewer { role } }').result();
  const onSocket = socket.subscribe('subscription News { feed { __typename } }');
  await onSocket.result();
  await socket.close();
  const stream = openEventSource(admin, 'subscription { feed { __typename } }');
  await stream.result();
  stream.stop();

  const common = { principal, orgId: org.id, cost: COST, ms: expect.any(Number) };
  const http = { ...common, transport: 'http', route: 'graphql', status: 200, bytes: expect.any(Number), code: 'OK' };
  await expect.poll(() => operations(lines).length).toBe(9);
  const page = readFileSync(new URL('../../docs/OPERATIONS.md', import.meta.url), 'utf8').split('\n## Logs\n')[1]!;
  for (const field of new Set(operations(lines).flatMap(Object.keys))) expect(page).toContain(`\`${field}\``);
  expect(operations(lines)).toMatchObject([
    { ...http, kind: 'mutation', name: 'Upsert', fields: ['caseUpsert'] },
    { ...http, kind: 'mutation', name: 'Save', fields: ['caseHelperSaveFull'] },
    { ...http, kind: 'mutation', name: 'Save', code: 'VERSION_CONFLICT' },
    { ...http, kind: 'query', name: null, fields: ['cases', 'viewer'], requestId: 'request-of-mine' },
    { ...http, transport: 'gateway', route: 'gateway', fields: ['cases'] },
    { ...http, transport: 'document', route: 'case', fields: ['caseHelperGetCurrent'] },
    { ...common, transport: 'ws', kind: 'query', fields: ['viewer'], code: 'OK' },
    { ...common, orgId: null, transport: 'ws', kind: 'subscription', name: 'News', fields: ['feed'], events: 1 },
    { ...common, orgId: null, transport: 'sse', kind: 'subscription', fields: ['feed'], events: 1 },
  ]);
});

test('what came to no operation is a line with the code of why', async ({ world, lines }) => {
  const admin = await (await world.org()).member('admin');
  await admin.send('{ viewer { ');
  await admin.send('{ viewer { nothing } }');
  await admin.send('{ viewer { role } }', {}, { authorization: `Bearer ${CANARY.credential}` });
  await rest(admin, 'GET', '/gateway/no.such');
  await rest(admin, 'POST', '/gateway/case.upsert', '{ "plate": ');
  await rest(admin, 'GET', '/nowhere');
  const socket = await TestSocket.open(admin);
  await socket.subscribe('{ nothing }').result();
  const id = 'not-there';
  socket.send({ type: 'subscribe', id, payload: { query: 'query A { viewer { role } }', operationName: 'B' } });
  await socket.subscribe('{ viewer { role } }').result();
  await socket.close();
  const refused = () => linesOf(lines).filter(({ msg }) => msg === 'request');
  await expect.poll(() => refused().length).toBe(8);
  const codes = refused().map(({ transport, code, kind }) => `${transport} ${kind} ${code}`);
  expect(codes.sort()).toEqual([
    'gateway none NOT_FOUND',
    'gateway none VALIDATION_FAILED',
    'http none HTTP_404',
    'http none UNAUTHENTICATED',
    'http none VALIDATION_FAILED',
    'http none VALIDATION_FAILED',
    'ws none VALIDATION_FAILED',
    'ws none VALIDATION_FAILED',
  ]);
});

test('an operation whose client has gone is told of as well, once it has ended', async ({ world, db, lines }) => {
  const admin = await (await world.org()).member('admin');
  const opened = await openCase(admin);
  const blocker = new pg.Client({ connectionString: db.adminUrl });
  await blocker.connect();
  await blocker.query('begin');
  await blocker.query('select from public.cases where id = $1 for update', [opened.databaseId]);
  const gone = new AbortController();
  const saving = fetch(`${admin.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${admin.token}` },
    body: JSON.stringify({ query: SAVE, variables: { input: { caseId: opened.id, expectedVersion: 0, helper: {} } } }),
    signal: gone.signal,
  });
  const waiting = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
  await expect.poll(async () => (await blocker.query(waiting)).rowCount).toBe(1);
  gone.abort();
  await expect(saving).rejects.toThrow();
  // Answered after the server has heard of that.
  await admin.data('{ viewer { role } }');
  await blocker.query('commit');
  await blocker.end();
  await expect.poll(() => operations(lines).at(-1)).toMatchObject({ name: 'Save', code: 'OK', aborted: true });
});

test('no line has anything of what clients send: values, names, tokens, keys', async ({
  world,
  db,
  lines,
  loggedText,
}) => {
  const org = await world.org({ name: CANARY.person });
  const admin = await org.member('admin', { email: CANARY.person });
  const key = await org.apiKey();
  const { plate } = CANARY;
  const opened = await openCase(admin, { plate, ownerName: CANARY.variable });
  const input = { caseId: opened.id, expectedVersion: 0, helper: { [CANARY.helper]: plate }, note: CANARY.note };
  for (const client of [admin, key]) {
    const keyed = { 'idempotency-key': CANARY.key };
    await client.send(UPSERT, { input: { plate, ownerName: CANARY.variable } }, keyed);
    await save(client, input);
    await client.send(
      `mutation SaveOf${plate} { caseUpsert(input: { plate: "${plate}", ownerName: "${CANARY.literal}" }) { ok } }`,
    );
    await client.send(`{ case(plate: "${CANARY.literal}") { id ${CANARY.field} } }`);
    await client.send(`{ case(plate: "${CANARY.literal}"`);
    await client.sendBody(
      JSON.stringify({ query: 'query A { viewer { role } }', operationName: CANARY.operationName }),
    );
    await client.sendBody(`{"query": "${CANARY.literal}`);
    await client.send(
      '{ viewer { role } }',
      {},
      { authorization: `Bearer ${CANARY.credential}`, apikey: CANARY.credential },
    );
    await client.send(
      '{ viewer { role } }',
      {},
      { 'x-org-id': CANARY.query, 'x-request-id': 'canary / in request id' },
    );
    await rest(client, 'GET', `/gateway/case.get?plate=${plate}&${CANARY.query}=1`);
    await rest(client, 'POST', '/gateway/case.upsert', { plate, ownerName: CANARY.variable, [CANARY.field]: 1 }, keyed);
    await rest(client, 'GET', `/case/${opened.databaseId}/helper?pointer=${CANARY.pointer}`);
    await rest(client, 'GET', `/${CANARY.query}/${plate}`);
    const socket = await TestSocket.open(client);
    await socket.subscribe(`query Of${plate}($plate: String) { case(plate: $plate) { id } }`, { plate }).result();
    await socket.subscribe(`{ case(plate: "${CANARY.literal}") { ${CANARY.field} } }`).result();
    await socket.close();
  }
  // Faults of ours are told in full, and the database quotes rows in what it says of them.
  await db.query(
    `create function public.fail() returns trigger language plpgsql as $$ begin raise exception 'row %', new using detail = new::text; end $$;
     create trigger fail before insert on public.cases for each row execute function public.fail()`,
  );
  await admin.send(UPSERT, { input: { plate: '1112223', ownerName: CANARY.variable } });
  await expect.poll(() => operations(lines).at(-1)?.code).toBe('INTERNAL');
  const text = loggedText();
  expect(linesOf(lines).filter(({ level }) => level === 50)).toHaveLength(1);
  const secrets = [
    ...Object.values(CANARY),
    'canary',
    '1112223',
    admin.token!,
    key.token!,
    admin.token!.split('.')[2]!,
  ];
  for (const secret of secrets) expect(text.toLowerCase()).not.toContain(secret.toLowerCase());
});

describe('of the text of an operation', () => {
  const facts = (text: string, name?: string) => operationFacts(parse(text), name);

  plain('a name is cut, and numbers in it are left out', () => {
    expect(facts(`query ${'a'.repeat(5_000)} { viewer { role } }`)!.name).toHaveLength(64);
    expect(facts('query Case_9001234_of_2024 { a }')!.name).toBe('Case_#_of_#');
    expect(facts('{ a }')!.name).toBeNull();
  });

  plain('root fields are named once, by their own names, through fragments', () => {
    const text = 'query A { x: one ...F ... on Query { two } one } query B { b } fragment F on Query { three }';
    expect(facts(text, 'A')).toEqual({ kind: 'query', name: 'A', fields: ['one', 'three', 'two'] });
    expect(facts(text, 'B')).toEqual({ kind: 'query', name: 'B', fields: ['b'] });
    expect(facts(text, 'C')).toBeNull();
  });
});
