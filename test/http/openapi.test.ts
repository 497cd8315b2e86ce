import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test as plainTest } from 'vitest';
import { describeGateway } from '../../src/http/gateway/openapi.ts';
import { listOperations } from '../../src/http/gateway/operations.ts';
import { schema } from '../../src/schema/index.ts';
import { openCase } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { findMisfit } from '../support/json-schema.ts';
import { rest } from '../support/rest.ts';

// biome-ignore lint/suspicious/noExplicitAny: a description is read as it comes
const description = describeGateway(schema) as any;
const { schemas } = description.components;

plainTest('it is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(description));
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  expect(validator.version).toBe('3.1');
});

plainTest('every operation is in it once, with its method, its body or its parameters, and what it answers', () => {
  for (const { name, kind, field } of listOperations(schema).values()) {
    const path = description.paths[`/gateway/${name}`];
    const method = kind === 'read' ? 'get' : 'post';
    expect(Object.keys(path), name).toEqual([method]);
    expect(path[method].operationId).toBe(name);
    expect(path[method].description, name).toBe(field.description);
    expect(path[method].responses[200].content['application/json'].schema, name).toBeDefined();
    expect(Object.keys(path[method].responses), name).toEqual(
      expect.arrayContaining(['401', '403', '404', '422', '429', '500', '503']),
    );
  }
});

plainTest('whatever it points at is there', () => {
  const pointers = [...JSON.stringify(description).matchAll(/"\$ref":"#\/([^"]*)"/g)].map(([, path]) => path!);
  expect(pointers.length).toBeGreaterThan(100);
  const broken = pointers.filter((path) => !path.split('/').reduce((node, key) => node?.[key], description));
  expect(broken).toEqual([]);
});

describe('types are told as the schema has them', () => {
  plainTest('what is needed, what may be null, what it is when it is not sent', () => {
    const input = schemas.CaseHelperSaveFullInput;
    expect(input.required).toEqual(['caseId', 'helper']);
    expect(input.additionalProperties).toBe(false);
    expect(input.properties.caseId).toMatchObject({ type: 'string' });
    expect(input.properties.expectedVersion).toMatchObject({ type: ['integer', 'null'], format: 'int32' });
    expect(input.properties.onConflict).toMatchObject({
      anyOf: [{ $ref: '#/components/schemas/ConflictStrategy' }, { type: 'null' }],
      default: 'REJECT',
    });
  });

  plainTest('enums with what their values mean, scalars with their forms', () => {
    expect(schemas.WriteOutcome.enum).toContain('MERGED');
    expect(schemas.WriteOutcome.description).toContain('`MERGED`: Your changes were merged');
    expect(schemas.Case.properties.databaseId).toMatchObject({ type: 'string', format: 'uuid' });
    expect(schemas.Case.properties.closedAt).toMatchObject({ type: ['string', 'null'], format: 'date-time' });
  });

  plainTest('a write does not send the helper back, reading it does', () => {
    expect(schemas.CaseHelper.properties).not.toHaveProperty('helperJson');
    expect(schemas.CaseHelperRead.properties).toHaveProperty('helperJson');
  });
});

test('what is answered is what is described', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id } = await openCase(admin, { helper: { a: 1 } });
  const calls: [string, string, string, object?][] = [
    ['post', 'case.upsert', '', { plate: '1234567', helper: { b: 1 } }],
    ['post', 'case.upsert', '', { plate: 'x' }],
    ['post', 'case_helper.save_full', '', { caseId: id, helper: { a: 2 }, expectedVersion: 1 }],
    ['post', 'case_helper.save_full', '', { caseId: id, helper: { a: 3 }, expectedVersion: 1 }],
    ['post', 'case_helper.restore_latest', '', { caseId: id }],
    ['post', 'case_helper.save_full', '', { helpr: 1 }],
    ['get', 'case.get', `?id=${id}`],
    ['get', 'case.get', '?plate=7654321'],
    ['get', 'cases.list', ''],
    ['get', 'cases.list', '?first=x'],
    ['get', 'case_helper.get_current', `?caseId=${id}`],
    ['get', 'feed.page', ''],
    ['get', 'viewer.get', ''],
  ];
  const seen = new Set<number>();
  for (const [method, name, query, input] of calls) {
    const answer = await rest(admin, method.toUpperCase(), `/gateway/${name}${query}`, input);
    seen.add(answer.status);
    const described = description.paths[`/gateway/${name}`][method].responses;
    const whole = described[200].content['application/json'].schema;
    const failure = { $ref: '#/components/schemas/Failure' };
    const what = `${name} ${answer.status}: ${answer.text.slice(0, 200)}`;
    expect(described, what).toHaveProperty(String(answer.status));
    // A refusal of an operation has its payload as well; one of the request has nothing but the failure.
    const isWhole = answer.status === 200 || 'outcome' in answer.body;
    expect(findMisfit(description, isWhole ? whole : failure, withoutData(answer.body, isWhole)), what).toBeNull();
    if (answer.status !== 200)
      expect(answer.body.message, what).toMatch(new RegExp(schemas.Failure.properties.message.pattern));
  }
  expect([...seen].sort()).toEqual([200, 404, 409, 422]);

  const { responses } = description.paths['/case/{id}/helper'].put;
  for (const [headers, status] of [
    [{ 'if-match': '*' }, 200],
    [{ 'if-match': '"v1"' }, 412],
  ] as const) {
    const answer = await rest(admin, 'PUT', `/case/${id}/helper`, { z: status }, headers);
    expect(answer.status).toBe(status);
    expect(responses).toHaveProperty(String(status));
    expect(findMisfit(description, responses[200].content['application/json'].schema, answer.body)).toBeNull();
  }
});

test('it is served to whoever asks, as the same text each time', async ({ world }) => {
  const first = await rest(world.anonymous(), 'GET', '/gateway/openapi.json');
  expect(first.status).toBe(200);
  expect(first.body).toEqual(JSON.parse(JSON.stringify(description)));
  expect((await rest(world.anonymous(), 'GET', '/gateway/openapi.json')).text).toBe(first.text);
  expect((await rest(world.anonymous(), 'POST', '/gateway/openapi.json', {})).status).toBe(405);
});

/** A read that failed has the member data all the same. */
function withoutData(body: Record<string, unknown>, isWhole: boolean): unknown {
  if (isWhole) return body;
  const { data, ...rest } = body;
  expect(data ?? null).toBeNull();
  return rest;
}
