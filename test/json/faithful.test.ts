import { describe, expect, it } from 'vitest';
import { DOCUMENT_LIMITS, findUnfaithful, type UnfaithfulReason } from '../../src/json/faithful.ts';
import type { JsonValue } from '../../src/json/json-value.ts';
import { randomJson, seededRandom } from './random-json.ts';
import { sampleHelper } from './sample.ts';

function nested(depth: number, innermost: JsonValue = 'x'): JsonValue {
  let value: JsonValue = innermost;
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? { k: value } : [value];
  return value;
}

describe('accepted', () => {
  it.each<[string, unknown]>([
    ['a scalar document', 'x'],
    ['null', null],
    ['empty containers', { a: [], b: {} }],
    ['a null-prototype object', Object.assign(Object.create(null), { a: 1 })],
    [
      'keys that objects inherit',
      JSON.parse('{"constructor":1,"toString":2,"hasOwnProperty":{"valueOf":3},"toJSON":4}'),
    ],
    ['the largest and smallest safe integers', [2 ** 53 - 1, -(2 ** 53 - 1)]],
    ['fractions and tiny numbers', [0.1, -0, 5e-324, 4503599627370495.5]],
    ['Hebrew, emoji, other control characters', { 'מחיר 🚗': '\u0001\u001f\u007f😀\uffff' }],
    ['depth 64', nested(64)],
    ['a key of 512', { ['k'.repeat(512)]: 1 }],
    ['200,000 nodes', new Array(199_999).fill(0)],
    ['an empty key', { '': 1 }],
  ])('%s', (_, value) => {
    expect(findUnfaithful(value)).toBeNull();
  });

  it('the sample and random documents', () => {
    expect(findUnfaithful(sampleHelper())).toBeNull();
    for (let seed = 0; seed < 200; seed++) expect(findUnfaithful(randomJson(seededRandom(seed)))).toBeNull();
  });
});

describe('refused, with the place', () => {
  class Plain {
    a = 1;
  }
  const sparse = [1];
  sparse[2] = 3;
  const cyclic: { again?: unknown } = {};
  cyclic.again = cyclic;
  it.each<[string, unknown, UnfaithfulReason, string]>([
    ['depth 65', nested(65), 'TOO_DEEP', `${'/k/0'.repeat(32)}`],
    ['depth 65, empty', nested(64, []), 'TOO_DEEP', `${'/0/k'.repeat(32)}`],
    ['a cycle', cyclic, 'TOO_DEEP', '/again'.repeat(64).slice(0, 149)],
    ['200,001 nodes', { list: new Array(199_999).fill(0) }, 'TOO_MANY_NODES', '/list'],
    ['a sparse array of a billion', new Array(1e9), 'TOO_MANY_NODES', ''],
    ['__proto__', JSON.parse('{"a":{"__proto__":{"x":1}}}'), 'FORBIDDEN_KEY', '/a/__proto__'],
    ['a key of 513', { a: { ['k'.repeat(513)]: 1 } }, 'KEY_TOO_LONG', `/a/${'k'.repeat(146)}`],
    ['U+0000 in a value', { a: ['x\0y'] }, 'NUL_CHARACTER', '/a/0'],
    ['U+0000 in a key', { 'a\0b': 1 }, 'NUL_CHARACTER', '/a\ufffdb'],
    ['a lone high surrogate', { a: 'x\ud83d' }, 'LONE_SURROGATE', '/a'],
    ['a lone low surrogate', ['\ude00x'], 'LONE_SURROGATE', '/0'],
    ['swapped surrogates', ['\ude00\ud83d'], 'LONE_SURROGATE', '/0'],
    ['a lone surrogate after a pair', ['😀\ud83d'], 'LONE_SURROGATE', '/0'],
    ['a lone surrogate in a key', { 'a\ud83d': 1 }, 'LONE_SURROGATE', '/a\ufffd'],
    ['2^53', { n: 2 ** 53 }, 'UNSAFE_INTEGER', '/n'],
    ['-2^53', { n: -(2 ** 53) }, 'UNSAFE_INTEGER', '/n'],
    ['1e300', [1e300], 'UNSAFE_INTEGER', '/0'],
    ['NaN', Number.NaN, 'NOT_FINITE', ''],
    ['Infinity', [1, [Number.NEGATIVE_INFINITY]], 'NOT_FINITE', '/1/0'],
    ['undefined as a member', { a: undefined }, 'NOT_JSON', '/a'],
    ['undefined at the top', undefined, 'NOT_JSON', ''],
    ['a hole', sparse, 'NOT_JSON', '/1'],
    ['a function', { toJSON: () => 1 }, 'NOT_JSON', '/toJSON'],
    ['a bigint', [1n], 'NOT_JSON', '/0'],
    ['a symbol', [Symbol('s')], 'NOT_JSON', '/0'],
    ['a Date', { at: new Date(0) }, 'NOT_JSON', '/at'],
    ['a Map', [new Map()], 'NOT_JSON', '/0'],
    ['an instance', [new Plain()], 'NOT_JSON', '/0'],
    ['a boxed string', [Object('x')], 'NOT_JSON', '/0'],
    ['bytes', [new Uint8Array(2)], 'NOT_JSON', '/0'],
    ['the first of several', { a: 1, b: [0, Number.NaN, '\0'], c: undefined }, 'NOT_FINITE', '/b/1'],
    ['escaped keys', { 'a/b': { 'm~n': 2 ** 60 } }, 'UNSAFE_INTEGER', '/a~1b/m~0n'],
    ['after closed containers', [[1], { a: [[]] }, { b: [{}, 1n] }], 'NOT_JSON', '/2/b/1'],
  ])('%s', (_, value, reason, pointerStart) => {
    const found = findUnfaithful(value);
    expect(found?.reason).toBe(reason);
    if (found!.pointer.length < 200) expect(found!.pointer).toBe(pointerStart);
    else expect(found!.pointer.startsWith(pointerStart)).toBe(true);
    expect(found!.pointer.length).toBeLessThanOrEqual(300);
  });

  it('a million levels deep, without overflowing the stack', () => {
    expect(findUnfaithful(JSON.parse(`${'['.repeat(100_000)}1${']'.repeat(100_000)}`))?.reason).toBe('TOO_DEEP');
    expect(findUnfaithful(nested(1_000_000))?.reason).toBe('TOO_DEEP');
    expect(findUnfaithful(nested(100_000), { maxDepth: 1_000_000 })).toBeNull();
  });

  it('a message says where, never what', () => {
    expect(findUnfaithful({ owner: 'ישראלה\0' })!.message).toBe('The character U+0000 cannot be stored (at /owner).');
    expect(findUnfaithful(2 ** 60)!.message).not.toMatch(/1152921504606846976/);
    expect(findUnfaithful(Number.NaN)!.message).toContain('the top');
  });

  it('a very long path keeps its start and its end, within 300 characters and well-formed', () => {
    const keys = ['first', ...Array.from({ length: 20 }, () => '🚗'.repeat(200)), 'last'];
    const found = findUnfaithful(keys.reduceRight<unknown>((value, key) => ({ [key]: value }), undefined))!;
    expect(found.pointer.length).toBeLessThanOrEqual(300);
    expect(found.pointer).toMatch(/^\/first\/🚗.*….*\/last$/u);
    expect(found.pointer).not.toMatch(/\p{Surrogate}/u);
    const huge = findUnfaithful({ ['~'.repeat(5_000_000)]: 1 })!;
    expect(huge.pointer.length).toBeLessThanOrEqual(300);
    expect(huge.reason).toBe('KEY_TOO_LONG');
  });

  it('limits can be narrowed one at a time', () => {
    expect(findUnfaithful({ a: [1] }, { maxDepth: 1 })).toMatchObject({ reason: 'TOO_DEEP', pointer: '/a' });
    expect(findUnfaithful('scalar', { maxDepth: 0 })).toBeNull();
    expect(findUnfaithful([1, 2], { maxNodes: 2 })?.reason).toBe('TOO_MANY_NODES');
    expect(findUnfaithful([1, 2], { maxNodes: 3 })).toBeNull();
    expect(findUnfaithful({ ab: 1 }, { maxKeyLength: 1 })?.reason).toBe('KEY_TOO_LONG');
  });

  it('the limits are those of the product', () => {
    expect(DOCUMENT_LIMITS).toEqual({ maxDepth: 64, maxNodes: 200_000, maxBytes: 5_242_880, maxKeyLength: 512 });
  });
});
