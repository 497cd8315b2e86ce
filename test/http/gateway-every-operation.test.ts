import { randomUUID } from 'node:crypto';
import {
  type GraphQLInputType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import { expect } from 'vitest';
import { describeGateway } from '../../src/http/gateway/openapi.ts';
import { type GatewayOperation, listOperations } from '../../src/http/gateway/operations.ts';
import { schema } from '../../src/schema/index.ts';
import { openCase } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';
import { findMisfit } from '../support/json-schema.ts';
import { type RestAnswer, rest } from '../support/rest.ts';

// biome-ignore lint/suspicious/noExplicitAny: a description is read as it comes
const description = describeGateway(schema) as any;

/** The least that an input of a type can be; ids are of nothing. */
function leastInput(given: GraphQLInputType): unknown {
  const type = getNullableType(given);
  if (isListType(type)) return [leastInput(type.ofType)];
  if (isEnumType(type)) return type.getValues()[0]!.name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(isRequiredInputField);
    return Object.fromEntries(fields.map((field) => [field.name, leastInput(field.type)]));
  }
  const least: Record<string, unknown> = {
    ID: randomUUID(),
    UUID: randomUUID(),
    Int: 1,
    Float: 1,
    Boolean: true,
    Decimal: '1.00',
    Date: '2026-01-01',
    DateTime: '2026-01-01T00:00:00Z',
    JSON: { a: 1 },
  };
  return least[String(type)] ?? 'something';
}

function call(
  client: TestClient,
  { name, kind, field }: GatewayOperation,
  known: Record<string, string>,
): Promise<RestAnswer> {
  if (kind === 'write') return rest(client, 'POST', `/gateway/${name}`, leastInput(field.args[0]!.type));
  const query = new URLSearchParams();
  for (const argument of field.args.filter(isRequiredArgument)) {
    const least = known[argument.name] ?? leastInput(argument.type);
    query.set(argument.name, typeof least === 'string' ? least : JSON.stringify(least));
  }
  return rest(client, 'GET', `/gateway/${name}?${query}`);
}

test('each answers in the one form, never as an error of ours, and what is described', {
  timeout: 120_000,
}, async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin, { helper: { a: 1 } });
  for (const operation of listOperations(schema).values()) {
    const { status, body, headers } = await call(admin, operation, {
      caseId,
      pointers: '/a',
      fromVersion: '0',
      toVersion: '1',
    });
    const what = `${operation.name}: ${status} ${body?.message}`;
    expect(status, what).toBeLessThan(500);
    expect(Object.keys(body).slice(0, 3), what).toEqual(['ok', 'message', 'errors']);
    expect(body.ok, what).toBe(status === 200);
    expect(headers.get('x-request-id'), what).toBeTruthy();
    if (body.ok) expect([body.message, body.errors], what).toEqual([null, []]);
    else expect(body.message, what).toMatch(new RegExp(`^${body.errors[0].code}: `));
    if (operation.kind === 'read') expect(body, what).toHaveProperty('data');
    const told = operation.kind === 'write' ? operation.told!.fields.map(({ field }) => field.name) : [];
    for (const name of told) expect(body, what).toHaveProperty(name);
    const described =
      description.paths[`/gateway/${operation.name}`][operation.kind === 'read' ? 'get' : 'post'].responses;
    expect(described, what).toHaveProperty(String(status));
    if (body.ok || told.length > 0)
      expect(findMisfit(description, described[200].content['application/json'].schema, body), what).toBeNull();
  }
});

test('none answers anything to nobody', { timeout: 60_000 }, async ({ world }) => {
  for (const operation of listOperations(schema).values()) {
    const { status, body } = await call(world.anonymous(), operation, {});
    // Who is asking is asked by those who do not know.
    if (operation.name === 'viewer.get') expect([status, body.data]).toEqual([200, null]);
    else expect([operation.name, status, body.errors[0].code]).toEqual([operation.name, 401, 'UNAUTHENTICATED']);
  }
});
