import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { describe, expect } from 'vitest';
import { ERROR_STATUS } from '../../src/error-status.ts';
import { ERROR_CODES, type ErrorCode } from '../../src/errors.ts';
import { httpFactsOf } from '../../src/graphql/strict-status.ts';
import type { Operation, WriteRecord } from '../../src/schema/context.ts';
import { openCase, UPSERT } from '../support/cases.ts';
import type { Answer, TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';

const STRICT = { 'x-strict-status': '1' };
const SAVE = /* GraphQL */ `
  mutation ($id: ID!, $version: Int) {
    caseHelperSaveFull(input: { caseId: $id, helper: { a: 1 }, expectedVersion: $version }) { cursor }
  }
`;

test('every code has its status, and 429 and 503 say when to come again', () => {
  expect(Object.keys(ERROR_STATUS).sort()).toEqual([...ERROR_CODES].sort());
  for (const [code, { strict, retryAfterS }] of Object.entries(ERROR_STATUS)) {
    expect(strict, code).toBeGreaterThanOrEqual(400);
    if (strict === 429 || strict === 503) expect(retryAfterS, code).toBeGreaterThan(0);
  }
});

test('what may be sent again says when, and a refusal outranks what failed after it', () => {
  const errors = [new GraphQLError('', { path: ['b'], extensions: { code: 'UNAVAILABLE' } })];
  const write = (responseKey: string, code: ErrorCode | null): WriteRecord => ({
    responseKey,
    field: 'caseUpsert',
    outcome: 'UPDATED',
    replayed: false,
    findRefusal: () => code,
  });
  const facts = (writes: WriteRecord[]) => httpFactsOf({ errors }, { writes } as Operation, true);
  expect(facts([])).toEqual({ status: 503, headers: { 'retry-after': '2' } });
  expect(facts([write('a', null), write('b', null)])).toMatchObject({ status: 503 });
  expect(facts([write('a', 'IDEMPOTENCY_IN_PROGRESS')])).toEqual({ status: 409, headers: { 'retry-after': '2' } });
  expect(facts([write('b', null), write('c', 'NOT_FOUND')])).toMatchObject({ status: 503 });
  expect(httpFactsOf({ errors }, null, false)).toEqual({ status: null, headers: {} });
});

describe('with X-Strict-Status: 1 a failure has the status of its code, and the body it has without', () => {
  const cases: { title: string; status: number; send: (client: TestClient, headers: object) => Promise<Answer> }[] = [
    {
      title: 'an unknown case',
      status: 404,
      send: (client, headers) => client.send('{ case(plate: "1234567") { id } }', {}, { ...headers }),
    },
    {
      title: 'a refusal of which the client selects neither ok nor userErrors',
      status: 404,
      send: (client, headers) =>
        client.send(SAVE, { id: '6513270e-269e-4d37-b2a7-4de452e6b438', version: 0 }, { ...headers }),
    },
    {
      title: 'a plate that is none',
      status: 422,
      send: (client, headers) => client.send(UPSERT, { input: { plate: 'x' } }, { ...headers }),
    },
    {
      title: 'a field that is none',
      status: 422,
      send: (client, headers) => client.send('{ nothing }', {}, { ...headers }),
    },
    { title: 'a document that is none', status: 422, send: (client, headers) => client.send('{', {}, { ...headers }) },
    { title: 'a body that is no JSON', status: 422, send: (client, headers) => client.sendBody('{', { ...headers }) },
    {
      title: 'a variable of another type',
      status: 422,
      send: (client, headers) => client.send(UPSERT, { input: { plate: 1 } }, { ...headers }),
    },
    {
      title: 'an organisation that is none',
      status: 422,
      send: (client, headers) => client.send('{ viewer { role } }', {}, { ...headers, 'x-org-id': 'x' }),
    },
    {
      title: 'a token that is none',
      status: 401,
      send: (client, headers) => client.send('{ viewer { role } }', {}, { ...headers, authorization: 'Bearer x' }),
    },
  ];
  test('each of them', async ({ world }) => {
    const admin = await (await world.org()).member('admin');
    for (const { title, status, send } of cases) {
      const strict = await send(admin, STRICT);
      expect(strict.status, title).toBe(status);
      const plain = await send(admin, {});
      const bodyOf = ({ data, errors }: Answer) => ({
        data,
        errors: errors?.map((error) => ({ ...error, extensions: { ...error.extensions, requestId: '' } })),
      });
      expect(bodyOf(strict), title).toEqual(bodyOf(plain));
      expect(Object.keys(strict.errors?.[0]?.extensions ?? {}), title).not.toContain('http');
    }
  });
});

test('without the header a refusal is 200, as it was', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const answer = await admin.send(UPSERT, { input: { plate: 'x' } });
  expect(answer.status).toBe(200);
  expect(answer.data.caseUpsert.ok).toBe(false);
});

test('a stale save is 409, a success is 200', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id } = await openCase(admin);
  expect((await admin.send(SAVE, { id, version: 0 }, STRICT)).status).toBe(200);
  expect((await admin.send(SAVE, { id, version: 7 }, STRICT)).status).toBe(409);
});

test('a key of which it is the setting is answered strictly by itself, and plainly when it asks for that', async ({
  world,
}) => {
  const org = await world.org();
  const key = await org.apiKey();
  const send = (headers = {}) => key.send(UPSERT, { input: { plate: 'x' } }, headers);
  expect((await send()).status).toBe(200);
  await world.db.query('update public.api_keys set strict_status = true where id = $1', [key.id]);
  expect((await send()).status).toBe(422);
  expect((await send({ 'x-strict-status': '0' })).status).toBe(200);
});

describe('a document of several mutations has the status of the first that failed', () => {
  const TWO = /* GraphQL */ `
    mutation ($a: CaseUpsertInput!, $b: CaseUpsertInput!) {
      first: caseUpsert(input: $a) { outcome }
      second: caseUpsert(input: $b) { outcome }
    }
  `;
  const good = { plate: '1234567' };
  const invalid = { plate: 'x' };
  const absent = { caseId: '6513270e-269e-4d37-b2a7-4de452e6b438', ownerName: 'A' };

  test.for([
    [good, good, 200],
    [good, absent, 404],
    [absent, invalid, 404],
    [invalid, absent, 422],
  ] as const)('%j then %j: %i', async ([a, b, status], { world }) => {
    const admin = await (await world.org()).member('admin');
    expect((await admin.send(TWO, { a, b }, STRICT)).status).toBe(status);
  });
});

describe('Idempotent-Replayed', () => {
  test('comes with a replay and with nothing else', async ({ world }) => {
    const admin = await (await world.org()).member('admin');
    const headers = { 'idempotency-key': randomUUID() };
    const first = await admin.send(UPSERT, { input: { plate: '1234567' } }, headers);
    expect(first.headers.has('idempotent-replayed')).toBe(false);
    const again = await admin.send(UPSERT, { input: { plate: '1234567' } }, headers);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.status).toBe(200);
    expect(again.data.caseUpsert.case).toEqual(first.data.caseUpsert.case);
  });

  test('speaks for one mutation only', async ({ world }) => {
    const admin = await (await world.org()).member('admin');
    const both = `mutation ($key: String!) {
      a: caseUpsert(input: { plate: "1234567", idempotencyKey: $key }) { idempotency { replayed } }
      b: caseUpsert(input: { plate: "1234567", idempotencyKey: $key }) { idempotency { replayed } }
    }`;
    const answer = await admin.send(both, { key: randomUUID() });
    expect(answer.data.b.idempotency.replayed).toBe(true);
    expect(answer.headers.has('idempotent-replayed')).toBe(false);
  });
});

test('a mutation sent with GET stays 405, which says more than its code', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const query = encodeURIComponent('mutation { caseUpsert(input: { plate: "1234567" }) { ok } }');
  const response = await fetch(`${admin.url}/graphql?query=${query}`, {
    headers: { ...STRICT, authorization: `Bearer ${admin.token}` },
  });
  expect(response.status).toBe(405);
});
