import { describe, expect, it } from 'vitest';
import { diffChanges, diffPaths } from '../../src/json/json-diff.ts';
import { isEqualJson } from '../../src/json/json-equal.ts';
import type { JsonValue } from '../../src/json/json-value.ts';
import { mutated, randomJson, seededRandom } from './random-json.ts';
import { sampleHelper } from './sample.ts';

describe('diffPaths', () => {
  it.each<[string, JsonValue, JsonValue, string[]]>([
    ['equal scalars', 1, 1, []],
    ['root scalar', 1, 2, ['']],
    ['root of another type', {}, [], ['']],
    ['null is a value', { a: null }, { a: 0 }, ['/a']],
    ['null is not absence', { a: null }, {}, ['/a']],
    ['key order does not matter', { a: 1, b: { c: 1, d: 2 } }, { b: { d: 2, c: 1 }, a: 1 }, []],
    ['0 equals -0', { a: 0 }, { a: -0 }, []],
    ['"1" is not 1', { a: '1' }, { a: 1 }, ['/a']],
    ['the deepest place', { a: { b: { c: 1, d: 1 } } }, { a: { b: { c: 2, d: 1 } } }, ['/a/b/c']],
    ['an added subtree is one', {}, { a: { b: 1, c: [1, 2] } }, ['/a']],
    ['a removed subtree is one', { a: { b: 1, c: [1, 2] } }, {}, ['/a']],
    ['a type flip is one', { a: { b: 1 } }, { a: [1] }, ['/a']],
    [
      "after's order, then what only before has",
      { x: 1, a: 1, y: 1, b: 1 },
      { b: 2, n: 1, a: 2 },
      ['/b', '/n', '/a', '/x', '/y'],
    ],
    ['removed ones stay with their container', { a: { x: 1 }, b: 1 }, { a: {}, b: 2 }, ['/a/x', '/b']],
    ['arrays by index', [1, 2, 3], [1, 5, 3], ['/1']],
    ['arrays that grew', [1], [1, 2, [3]], ['/1', '/2']],
    ['arrays that shrank', [1, 2, 3], [0], ['/0', '/1', '/2']],
    ['an insertion in front moves all', ['a', 'b'], ['x', 'a', 'b'], ['/0', '/1', '/2']],
    ['empty containers', { a: {}, b: [] }, { a: [], b: {} }, ['/a', '/b']],
    ['escaped keys', { 'a/b': { 'm~n': 1, '': 1 } }, { 'a/b': { 'm~n': 2, '': 2 } }, ['/a~1b/m~0n', '/a~1b/']],
    [
      'inherited names, created',
      {},
      { constructor: 1, toString: 2, hasOwnProperty: 3 },
      ['/constructor', '/toString', '/hasOwnProperty'],
    ],
    ['inherited names, deleted', { constructor: 1, valueOf: null }, {}, ['/constructor', '/valueOf']],
  ])('%s', (_, before, after, paths) => {
    expect(diffPaths(before, after)).toEqual({ paths, truncated: false });
  });

  it('stops at the limit and says whether there is more', () => {
    const before = Array.from({ length: 300 }, () => 0);
    const after = before.map(() => 1);
    expect(diffPaths(before, after)).toMatchObject({ truncated: true, paths: { length: 200 } });
    expect(diffPaths(before, after, 300)).toMatchObject({ truncated: false, paths: { length: 300 } });
    expect(diffPaths(before, after, 299)).toMatchObject({ truncated: true, paths: { length: 299 } });
    expect(diffPaths({ a: 1 }, {}, 0)).toEqual({ paths: [], truncated: true });
    expect(diffPaths({ a: 1 }, { a: 1 }, 0)).toEqual({ paths: [], truncated: false });
    expect(diffPaths({ a: 1, b: 1, c: 1 }, {}, 2)).toEqual({ paths: ['/a', '/b'], truncated: true });
  });

  it('names the edited fields of the sample', () => {
    const before = sampleHelper();
    const after = sampleHelper() as unknown as { centers: { Description: string }[]; meta: { status?: string } };
    after.centers[1]!.Description = 'דלת';
    delete after.meta.status;
    expect(diffPaths(before, after as unknown as JsonValue).paths).toEqual(['/meta/status', '/centers/1/Description']);
  });
});

describe('diffChanges', () => {
  it('carries kind, tokens and the values of both sides', () => {
    expect(diffChanges({ a: { 'x/y': 1 }, gone: [1] }, { a: { 'x/y': 2 }, fresh: null })).toEqual([
      { pointer: '/a/x~1y', tokens: ['a', 'x/y'], kind: 'UPDATED', before: 1, after: 2 },
      { pointer: '/fresh', tokens: ['fresh'], kind: 'CREATED', after: null },
      { pointer: '/gone', tokens: ['gone'], kind: 'DELETED', before: [1] },
    ]);
  });

  it('there are none exactly when the documents are equal: 3,000 random pairs', () => {
    for (let seed = 0; seed < 3000; seed++) {
      const random = seededRandom(seed);
      const before = randomJson(random, 5);
      const after = random() < 0.2 ? randomJson(random, 5) : mutated(random, before, 0.4);
      expect(diffChanges(before, after).length === 0, `seed ${seed}`).toBe(isEqualJson(before, after));
    }
  });

  it('identical references are not looked into', () => {
    const shared = new Proxy({}, { ownKeys: () => expect.unreachable() });
    expect(diffChanges({ shared, n: 1 }, { shared, n: 2 })).toHaveLength(1);
  });
});

describe('isEqualJson', () => {
  it.each<[JsonValue | undefined, JsonValue | undefined, boolean]>([
    [undefined, undefined, true],
    [undefined, null, false],
    [null, {}, false],
    [[], {}, false],
    [{}, [], false],
    [0, -0, true],
    [[1, 2], [1], false],
    [[1], [1, 2], false],
    [[[1]], [[1]], true],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ a: 1 }, { b: 1 }, false],
    [{ a: null }, { b: null }, false],
    [{ toString: 1 }, { valueOf: 1 }, false],
    [{ constructor: 1 }, {}, false],
    [{}, { constructor: 1 }, false],
  ])('%j and %j: %s', (a, b, expected) => {
    expect(isEqualJson(a, b)).toBe(expected);
  });
});
