import { expect, test } from 'vitest';
import type { JsonValue } from '../../src/json/json-value.ts';
import { applyMergePatch } from '../../src/json/merge-patch.ts';

/** RFC 7396, appendix A: original, patch, result. */
const APPENDIX_A: [JsonValue, JsonValue, JsonValue][] = [
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

test.for(APPENDIX_A.map(([original, patch, result]) => ({ original, patch, result })))(
  '$original patched with $patch is $result',
  ({ original, patch, result }) => {
    const [originalBefore, patchBefore] = [JSON.stringify(original), JSON.stringify(patch)];
    expect(applyMergePatch(original, patch)).toEqual(result);
    expect([JSON.stringify(original), JSON.stringify(patch)]).toEqual([originalBefore, patchBefore]);
  },
);

test('names that objects have anyway are keys like any other', () => {
  const parse = (text: string) => JSON.parse(text) as JsonValue;
  for (const key of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
    const merged = applyMergePatch(parse('{"a":1}'), parse(`{"${key}":{"polluted":true}}`));
    expect(JSON.stringify(merged)).toBe(`{"a":1,"${key}":{"polluted":true}}`);
    expect(JSON.stringify(applyMergePatch(merged, parse(`{"${key}":{"polluted":null}}`)))).toBe(`{"a":1,"${key}":{}}`);
    expect(JSON.stringify(applyMergePatch(merged, parse(`{"${key}":null}`)))).toBe('{"a":1}');
  }
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});
