import { readdirSync, readFileSync } from 'node:fs';
import { type GraphQLSchema, getIntrospectionQuery, isInterfaceType, isObjectType, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { EXAMPLE_TABS } from '../../src/graphql/example-tabs.ts';
import { createAnalyse } from '../../src/graphql/limits/analyse-document.ts';
import { FIELD_COSTS } from '../../src/graphql/limits/field-costs.ts';
import { listOperations } from '../../src/http/gateway/operations.ts';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import { schema } from '../../src/schema/index.ts';

const analyse = createAnalyse(schema, DEFAULT_LIMITS);

function cost(text: string, variables: Record<string, unknown> = {}): number {
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  return analyse(document, null)!.cost(variables);
}

describe('lists within lists multiply', () => {
  // cases 1 + 7 × (nodes 1 + invoices 1 + 3 × (nodes 1 + id 1))
  const expected = 1 + 7 * (1 + 1 + 3 * 2);
  const body = (a: string, b: string) => `{ cases(${a}) { nodes { invoices(${b}) { nodes { id } } } } }`;

  test.for([
    ['literals', body('first: 7', 'first: 3'), {}],
    ['last instead of first', body('last: 7', 'last: 3'), {}],
    ['variables', `query ($a: Int, $b: Int) ${body('first: $a', 'first: $b')}`, { a: 7, b: 3 }],
    ['defaults of variables', `query ($a: Int = 7, $b: Int = 3) ${body('first: $a', 'first: $b')}`, {}],
    ['a variable over its default', `query ($a: Int = 1, $b: Int = 3) ${body('first: $a', 'first: $b')}`, { a: 7 }],
    [
      'fragments',
      'query ($a: Int) { cases(first: $a) { ...F } } fragment F on CaseConnection { nodes { ...G } } fragment G on Case { invoices(first: 3) { nodes { id } } }',
      { a: 7 },
    ],
  ] as const)('as %s', ([, text, variables]) => {
    expect(cost(text, variables)).toBe(expected);
  });

  test('a page nobody says the length of counts as the 50 it has, also when null was sent over a small default', () => {
    const full = cost('{ cases(first: 50) { nodes { id } } }');
    expect(cost('{ cases { nodes { id } } }')).toBe(full);
    expect(cost('query ($a: Int = 1) { cases(first: $a) { nodes { id } } }', { a: null })).toBe(full);
  });

  test.for([
    [
      'mutation ($input: FilesUpsertInput!) { filesUpsert(input: $input) { items { index } } }',
      { input: { files: Array(40).fill({}) } },
    ],
    [
      'mutation ($files: [FileInput!]!) { filesUpsert(input: { caseId: "1", files: $files }) { items { index } } }',
      { files: Array(40).fill({}) },
    ],
  ] as const)('a bulk write counts what it is sent: %s', ([text, variables]) => {
    expect(cost(text, variables)).toBe(20 + 40 * 2);
  });

  test('nodes counts its ids, and of several types the dearest', () => {
    const text = (inner: string) => `{ nodes(ids: ["1", "2"]) { ${inner} } }`;
    expect(cost(text('... on Case { id plate } ... on Invoice { id }'))).toBe(2 * (1 + 2));
  });

  test('fragments that double each other are summed up without being walked', () => {
    const doubling = Array.from(
      { length: 60 },
      (_, n) => `fragment F${n} on Case { ...F${n + 1} x${n}: id ...F${n + 1} }`,
    );
    const text = `query ($a: Int) { cases(first: $a) { nodes { ...F0 } } } ${doubling.join(' ')} fragment F60 on Case { invoices(first: $a) { nodes { id } } }`;
    expect(analyse(parse(text), null)!.cost({ a: 2 })).toBeGreaterThan(DEFAULT_LIMITS.cost);
  });

  test.for(['"1000000"', -5, 1e300, [], {}, true])('%s for a length is no way around', (a) => {
    expect(Number.isFinite(cost('query ($a: Int) { cases(first: $a) { nodes { id } } }', { a }))).toBe(true);
  });
});

test('whatever the office does in one day is far within the limits', () => {
  const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  const folder = 'src/client/operations/';
  const files = readdirSync(new URL(`../../${folder}`, import.meta.url)).map((file) => read(folder + file));
  const fragments = files.filter((text) => text.startsWith('fragment')).join('\n');
  const texts = [
    ...EXAMPLE_TABS.map((tab) => tab.query),
    ...files
      .filter((text) => !text.startsWith('fragment'))
      .map((text) => (text.includes('...SavedHelper') ? text + fragments : text)),
    getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true, schemaDescription: true }),
    // A page of cases with all that belongs to them.
    '{ cases(first: 20) { nodes { id plate status invoices(first: 50) { nodes { id lines(first: 50) { nodes { id lineTotal } } } } } } }',
  ];
  const documents = [
    ...texts.map((text) => parse(text)),
    ...[...listOperations(schema).values()].map(({ document }) => document),
  ];
  for (const document of documents) {
    const analysis = analyse(document, null)!;
    expect(analysis.refusal).toBeNull();
    expect(analysis.cost({})).toBeLessThan(DEFAULT_LIMITS.cost);
  }
});

test('every cost that is listed is of a field that is there', () => {
  const missing = Object.keys(FIELD_COSTS).filter((name) => !isField(schema, name));
  expect(missing).toEqual([]);
});

function isField(from: GraphQLSchema, name: string): boolean {
  const [typeName, field] = name.split('.') as [string, string];
  if (typeName === '*' || field.startsWith('__')) return true;
  const type = from.getType(typeName);
  return (isObjectType(type) || isInterfaceType(type)) && field in type.getFields();
}
