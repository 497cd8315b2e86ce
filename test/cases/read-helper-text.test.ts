import { expect } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/json/json-value.ts';
import { openCase, sampleHelper } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';

const AT = 'query ($id: ID!, $pointer: String) { case(id: $id) { helper { helperJson(pointer: $pointer) } } }';
const OUTLINE =
  'query ($id: ID!, $pointer: String, $depth: Int) { case(id: $id) { helper { outline(pointer: $pointer, depth: $depth) { pointer type sizeBytes children } } } }';

const HELPER: JsonObject = {
  list: [{ a: 1 }, 'two', [3, [4]]],
  '': { '': 'empty' },
  'a/b': { 'c~d': 'escaped' },
  '~1': 'tilde one',
  '-1': 'key',
  '01': { '0': 'zero' },
  'מספר רכב': '900',
  nil: null,
  no: false,
  zero: 0,
  constructor: 'own',
};

const POINTERS: [pointer: string | null, value: JsonValue][] = [
  [null, HELPER],
  ['', HELPER],
  ['/list', HELPER.list!],
  ['/list/0', { a: 1 }],
  ['/list/0/a', 1],
  ['/list/2/1/0', 4],
  ['/list/3', null],
  ['/list/-1', null],
  ['/list/-', null],
  ['/list/01', null],
  ['/list/00', null],
  ['/list/+1', null],
  ['/list/ 1', null],
  ['/list/\t1', null],
  ['/list/\n1', null],
  ['/list/1.0', null],
  ['/list/1e0', null],
  ['/list/99999999999999999999', null],
  ['/list/1/0', null],
  ['/', { '': 'empty' }],
  ['//', 'empty'],
  ['/a~1b/c~0d', 'escaped'],
  ['/a/b', null],
  ['/~01', 'tilde one'],
  ['/-1', 'key'],
  ['/01/0', 'zero'],
  ['/מספר רכב', '900'],
  ['/nil', null],
  ['/nil/x', null],
  ['/no', false],
  ['/zero', 0],
  ['/constructor', 'own'],
  ['/toString', null],
  ['/__proto__', null],
  ['/missing/deeper', null],
];

test('helperJson answers what a JSON Pointer names, as RFC 6901 reads it, and null where it names nothing', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { id } = await openCase(admin, { helper: HELPER });
  for (const [pointer, value] of POINTERS)
    expect((await admin.data(AT, { id, pointer })).case.helper.helperJson, JSON.stringify(pointer)).toEqual(value);
});

test('what is no JSON Pointer is refused by name', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id } = await openCase(admin, { helper: HELPER });
  for (const pointer of ['list', ' /list', '#/list', '/a~', '/a~2', '/~', '/\0', '$.list'])
    for (const document of [AT, OUTLINE])
      expect(
        (await admin.send(document, { id, pointer })).errors?.[0]?.extensions,
        JSON.stringify(pointer),
      ).toMatchObject({
        code: 'VALIDATION_FAILED',
        field: ['pointer'],
      });
});

test('one query may ask for many places at once', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id } = await openCase(admin, { helper: sampleHelper() });
  const document = `query ($id: ID!) { case(id: $id) { helper {
    garage: helperJson(pointer: "/stakeholders/garage") centre: helperJson(pointer: "/centers/2/Id") none: helperJson(pointer: "/x") } } }`;
  expect((await admin.data(document, { id })).case.helper).toEqual({
    garage: (sampleHelper().stakeholders as JsonObject).garage,
    centre: 'dc_1762160000002_3',
    none: null,
  });
});

test('an outline gives pointer, type, size and child count of each member, level by level', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id } = await openCase(admin, { helper: { a: { 'b/c': [1, 'שלום'], d: null }, e: true, f: 1.5, g: '' } });
  const outline = async (args: object) => (await admin.data(OUTLINE, { id, ...args })).case.helper.outline;
  const top = [
    { pointer: '/a', type: 'OBJECT', sizeBytes: Buffer.byteLength('{"d":null,"b/c":[1,"שלום"]}'), children: 2 },
    { pointer: '/e', type: 'BOOLEAN', sizeBytes: 4, children: 0 },
    { pointer: '/f', type: 'NUMBER', sizeBytes: 3, children: 0 },
    { pointer: '/g', type: 'STRING', sizeBytes: 2, children: 0 },
  ];
  expect(await outline({})).toEqual(top);
  const list = { pointer: '/a/b~1c', type: 'ARRAY', sizeBytes: Buffer.byteLength('[1,"שלום"]'), children: 2 };
  const nil = { pointer: '/a/d', type: 'NULL', sizeBytes: 4, children: 0 };
  expect(await outline({ pointer: '/a' })).toEqual([nil, list]);
  expect(await outline({ depth: 2 })).toEqual([top[0], nil, list, ...top.slice(1)]);
  expect((await outline({ depth: 10 })).map((entry: { pointer: string }) => entry.pointer)).toContain('/a/b~1c/1');
  expect(await outline({ pointer: '/missing' })).toEqual([]);
  expect(await outline({ pointer: '/e' })).toEqual([]);
  for (const depth of [0, -1, 11])
    expect((await admin.send(OUTLINE, { id, depth })).errors?.[0]?.extensions).toMatchObject({
      code: 'VALIDATION_FAILED',
      field: ['depth'],
    });
});

test('an outline of more entries than anybody reads is refused, and less depth is answered', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id } = await openCase(admin, { helper: { rows: Array(5_000).fill(0) } });
  expect((await admin.send(OUTLINE, { id, depth: 2 })).errors?.[0]?.extensions.code).toBe('QUERY_TOO_COMPLEX');
  expect((await admin.data(OUTLINE, { id, depth: 1 })).case.helper.outline).toHaveLength(1);
});
