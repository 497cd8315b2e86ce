import { describe, expect, test } from 'vitest';
import { toPatch } from '../../src/json/json-patch.ts';
import type { JsonObject, JsonValue } from '../../src/json/json-value.ts';
import { applyJsonPatch, PatchTestFailed } from '../../src/resolvers/cases/apply-json-patch.ts';
import { readJsonPatch } from '../../src/resolvers/cases/read-json-patch.ts';
import { sampleHelper } from '../json/sample.ts';

function apply(document: JsonObject, patch: unknown): JsonValue | undefined {
  return applyJsonPatch(document, readJsonPatch(patch, ['patch']), ['patch']);
}

interface Example {
  readonly of: string;
  readonly document: JsonObject;
  readonly patch: readonly object[];
  readonly result: JsonValue;
}

const GOOD: Example[] = [
  {
    of: 'A.1 adding an object member',
    document: { foo: 'bar' },
    patch: [{ op: 'add', path: '/baz', value: 'qux' }],
    result: { baz: 'qux', foo: 'bar' },
  },
  {
    of: 'A.2 adding an array element',
    document: { foo: ['bar', 'baz'] },
    patch: [{ op: 'add', path: '/foo/1', value: 'qux' }],
    result: { foo: ['bar', 'qux', 'baz'] },
  },
  {
    of: 'A.3 removing an object member',
    document: { baz: 'qux', foo: 'bar' },
    patch: [{ op: 'remove', path: '/baz' }],
    result: { foo: 'bar' },
  },
  {
    of: 'A.4 removing an array element',
    document: { foo: ['bar', 'qux', 'baz'] },
    patch: [{ op: 'remove', path: '/foo/1' }],
    result: { foo: ['bar', 'baz'] },
  },
  {
    of: 'A.5 replacing a value',
    document: { baz: 'qux', foo: 'bar' },
    patch: [{ op: 'replace', path: '/baz', value: 'boo' }],
    result: { baz: 'boo', foo: 'bar' },
  },
  {
    of: 'A.6 moving a value',
    document: { foo: { bar: 'baz', waldo: 'fred' }, qux: { corge: 'grault' } },
    patch: [{ op: 'move', from: '/foo/waldo', path: '/qux/thud' }],
    result: { foo: { bar: 'baz' }, qux: { corge: 'grault', thud: 'fred' } },
  },
  {
    of: 'A.7 moving an array element',
    document: { foo: ['all', 'grass', 'cows', 'eat'] },
    patch: [{ op: 'move', from: '/foo/1', path: '/foo/3' }],
    result: { foo: ['all', 'cows', 'eat', 'grass'] },
  },
  {
    of: 'A.8 testing a value: success',
    document: { baz: 'qux', foo: ['a', 2, 'c'] },
    patch: [
      { op: 'test', path: '/baz', value: 'qux' },
      { op: 'test', path: '/foo/1', value: 2 },
    ],
    result: { baz: 'qux', foo: ['a', 2, 'c'] },
  },
  {
    of: 'A.10 adding a nested member object',
    document: { foo: 'bar' },
    patch: [{ op: 'add', path: '/child', value: { grandchild: {} } }],
    result: { foo: 'bar', child: { grandchild: {} } },
  },
  {
    of: 'A.11 ignoring unrecognized elements',
    document: { foo: 'bar' },
    patch: [{ op: 'add', path: '/baz', value: 'qux', xyz: 123 }],
    result: { foo: 'bar', baz: 'qux' },
  },
  {
    of: 'A.14 ~ escape ordering',
    document: { '/': 9, '~1': 10 },
    patch: [{ op: 'test', path: '/~01', value: 10 }],
    result: { '/': 9, '~1': 10 },
  },
  {
    of: 'A.16 adding an array value',
    document: { foo: ['bar'] },
    patch: [{ op: 'add', path: '/foo/-', value: ['abc', 'def'] }],
    result: { foo: ['bar', ['abc', 'def']] },
  },
  {
    of: 'a copy that is a value of its own from then on',
    document: { a: { b: 1 } },
    patch: [
      { op: 'copy', from: '/a', path: '/c' },
      { op: 'replace', path: '/c/b', value: 2 },
    ],
    result: { a: { b: 1 }, c: { b: 2 } },
  },
  {
    of: 'a value of the patch changed by a later operation',
    document: {},
    patch: [
      { op: 'add', path: '/a', value: { b: 1 } },
      { op: 'add', path: '/a/c', value: 2 },
    ],
    result: { a: { b: 1, c: 2 } },
  },
  {
    of: 'the whole document replaced, copied into itself and moved onto itself',
    document: { a: 1 },
    patch: [
      { op: 'replace', path: '', value: { b: 2 } },
      { op: 'copy', from: '', path: '/b' },
      { op: 'move', from: '/b', path: '/b' },
      { op: 'test', path: '', value: { b: { b: 2 } } },
    ],
    result: { b: { b: 2 } },
  },
  {
    of: 'Hebrew keys, keys with spaces, slashes, tildes, and the empty key',
    document: { 'סוג נזק': { 'a b': { 'c/d': { '~e': [] } } }, '': 0 },
    patch: [
      { op: 'add', path: '/סוג נזק/a b/c~1d/~0e/0', value: 'פגוש' },
      { op: 'replace', path: '/', value: 1 },
      { op: 'add', path: '/~01', value: null },
    ],
    result: { 'סוג נזק': { 'a b': { 'c/d': { '~e': ['פגוש'] } } }, '': 1, '~1': null },
  },
  {
    of: 'names that objects have anyway, as the keys they are',
    document: { constructor: { prototype: 1 }, toString: 'x', b: 1 },
    patch: [
      { op: 'replace', path: '/constructor/prototype', value: { b: 2 } },
      { op: 'add', path: '/constructor/prototype/b', value: 3 },
      { op: 'move', from: '/constructor', path: '/prototype' },
      { op: 'remove', path: '/toString' },
      { op: 'add', path: '/constructor', value: [] },
    ],
    result: { b: 1, prototype: { prototype: { b: 3 } }, constructor: [] },
  },
];

test.for(GOOD)('RFC 6902, $of', ({ document, patch, result }) => {
  const before = JSON.stringify([document, patch]);
  expect(apply(document, patch)).toEqual(result);
  expect(JSON.stringify([document, patch])).toBe(before);
});

describe('a place that is not there is refused by the operation and its member', () => {
  const document = (): JsonObject => ({ list: ['a', 'b'], text: 'abc', nil: null, of: { x: 1 } });
  test.for<[what: string, operation: { op: string; path: string; from?: string }, member: 'path' | 'from']>([
    ['a missing member', { op: 'remove', path: '/none' }, 'path'],
    ['a missing member', { op: 'replace', path: '/none' }, 'path'],
    ['A.12 a member of what is not there', { op: 'add', path: '/none/x' }, 'path'],
    ['a member of a text', { op: 'add', path: '/text/x' }, 'path'],
    ['a character of a text', { op: 'replace', path: '/text/0' }, 'path'],
    ['the length of a text', { op: 'copy', from: '/text/length', path: '/of/y' }, 'from'],
    ['the length of an array', { op: 'copy', from: '/list/length', path: '/of/y' }, 'from'],
    ['a member of null', { op: 'add', path: '/nil/x' }, 'path'],
    ['behind the end', { op: 'add', path: '/list/3' }, 'path'],
    ['behind the end', { op: 'replace', path: '/list/2' }, 'path'],
    ['behind the end', { op: 'remove', path: '/list/2' }, 'path'],
    ['behind the end', { op: 'copy', from: '/of', path: '/list/3' }, 'path'],
    ['behind the end, without what was moved', { op: 'move', from: '/list/0', path: '/list/2' }, 'path'],
    ['what "-" names', { op: 'replace', path: '/list/-' }, 'path'],
    ['what "-" names', { op: 'remove', path: '/list/-' }, 'path'],
    ['an index with a leading zero', { op: 'replace', path: '/list/01' }, 'path'],
    ['an index with a sign', { op: 'replace', path: '/list/-1' }, 'path'],
    ['an index with an exponent', { op: 'add', path: '/list/1e0' }, 'path'],
    ['an index with a space', { op: 'add', path: '/list/ 1' }, 'path'],
    ['a name in an array', { op: 'replace', path: '/list/x' }, 'path'],
    ['an inherited member', { op: 'remove', path: '/toString' }, 'path'],
    ['an inherited member', { op: 'copy', from: '/constructor', path: '/of/y' }, 'from'],
    ['a member of an inherited one', { op: 'add', path: '/constructor/prototype/x' }, 'path'],
    ['the prototype', { op: 'add', path: '/__proto__' }, 'path'],
    ['a member of the prototype', { op: 'add', path: '/__proto__/x' }, 'path'],
    ['the whole document', { op: 'remove', path: '' }, 'path'],
    ['a value moved into itself', { op: 'move', from: '/of', path: '/of/y' }, 'path'],
    ['an array member moved into itself', { op: 'move', from: '/list/0', path: '/list/0/y' }, 'path'],
    ['the whole document moved into itself', { op: 'move', from: '', path: '/y' }, 'path'],
  ])('%s: %o', ([, operation, member]) => {
    const patch = [
      { op: 'test', path: '/of/x', value: 1 },
      { value: { polluted: true }, ...operation },
    ];
    expect(() => apply(document(), patch)).toThrow(
      expect.objectContaining({ code: 'VALIDATION_FAILED', field: ['patch', '1', member] }),
    );
    expect(({} as { polluted?: boolean; x?: unknown }).polluted).toBeUndefined();
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });
});

test.for<[path: string, value: JsonValue, holds: boolean]>([
  ['/a', { y: [1, 2], x: null }, true],
  ['/a', { x: null, y: [2, 1] }, false],
  ['/a', { x: null }, false],
  ['/a/y/0', '1', false],
  ['/a/x', null, true],
  ['/a/none', null, false],
  ['/a/y/2', null, false],
  ['/a/y/length', 2, false],
  ['/toString', null, false],
])('a test of %s for %o: %s', ([path, value, holds]) => {
  const run = () => apply({ a: { x: null, y: [1, 2] } }, [{ op: 'test', path, value }]);
  if (holds) expect(run()).toEqual({ a: { x: null, y: [1, 2] } });
  else expect(run).toThrow(PatchTestFailed);
});

test('what a diff says leads from any version of the sample to any other', () => {
  const before = sampleHelper();
  const after = { ...sampleHelper(), constructor: { toString: 'א/ב~ג' }, 'a/b ~': [[], {}] } as JsonObject;
  (after.centers as JsonObject[]).splice(1, 1);
  for (const [from, to] of [
    [before, after],
    [after, before],
    [{}, after],
    [after, {}],
  ] as [JsonObject, JsonObject][])
    expect(apply(from, toPatch(from, to))).toEqual(to);
});

test('a patch that copies a value into itself is stopped long before it fills the memory', () => {
  const doubling = [
    { op: 'copy', from: '', path: '/copy' },
    { op: 'move', from: '/copy', path: '/a' },
    { op: 'copy', from: '/a', path: '/b' },
  ];
  const patch = Array.from({ length: 300 }, () => doubling).flat();
  expect(() => apply({ seed: 'x'.repeat(1_000) }, patch)).toThrow(
    expect.objectContaining({ code: expect.stringMatching(/^(PAYLOAD_TOO_LARGE|INVALID_DOCUMENT)$/) }),
  );
  const wide = Array.from({ length: 900 }, (_, index) => ({ op: 'copy', from: '/seed', path: `/copy${index}` }));
  expect(() => apply({ seed: 'x'.repeat(100_000) }, wide)).toThrow(
    expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE' }),
  );
});

test('values put into one another are refused before they are too deep to walk', () => {
  const deep = JSON.parse(`${'{"n":'.repeat(63)}{}${'}'.repeat(63)}`) as JsonObject;
  const bottom = '/n'.repeat(63);
  const patch = Array.from({ length: 400 }, () => [
    { op: 'add', path: `/a${bottom}/m`, value: deep },
    { op: 'move', from: '/a', path: '/b' },
    { op: 'add', path: '/a', value: deep },
    { op: 'move', from: '/b', path: `/a${bottom}/m` },
  ]).flat();
  expect(() => apply({ a: deep }, patch)).toThrow(expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE' }));
  expect(() => apply({ a: deep }, patch.slice(0, 1_000))).toThrow(
    expect.objectContaining({ code: 'INVALID_DOCUMENT', field: ['patch', '1', 'from'] }),
  );
});
