import { describe, expect, it } from 'vitest';
import { mergeDisjoint } from '../../src/json/json-merge.ts';
import type { JsonValue } from '../../src/json/json-value.ts';

type Case = [title: string, base: JsonValue, ours: JsonValue, theirs: JsonValue, merged: JsonValue];
type ConflictCase = [title: string, base: JsonValue, ours: JsonValue, theirs: JsonValue, conflicts: string[]];

describe('objects', () => {
  it.each<Case>([
    ['nobody changed', { a: 1 }, { a: 1 }, { a: 1 }, { a: 1 }],
    ['different keys', { a: 1, b: 1 }, { a: 2, b: 1 }, { a: 1, b: 2 }, { a: 2, b: 2 }],
    [
      'different depths',
      { a: { x: 1, y: 1 } },
      { a: { x: 2, y: 1 } },
      { a: { x: 1, y: 1 }, b: 1 },
      { a: { x: 2, y: 1 }, b: 1 },
    ],
    ['the same change', { a: 1 }, { a: { x: [1] } }, { a: { x: [1] } }, { a: { x: [1] } }],
    ['the same key added alike', {}, { a: { x: 1 } }, { a: { x: 1 } }, { a: { x: 1 } }],
    ['different keys added', {}, { a: 1 }, { b: 1 }, { a: 1, b: 1 }],
    ['deleted by ours, unchanged in theirs', { a: { x: 1 }, b: 1 }, { b: 1 }, { a: { x: 1 }, b: 2 }, { b: 2 }],
    ['deleted by theirs, unchanged in ours', { a: 1, b: 1 }, { a: 1, b: 2 }, { b: 1 }, { b: 2 }],
    ['deleted by both', { a: 1 }, {}, {}, {}],
    ['null is a value', { a: 1, b: 1 }, { a: null, b: 1 }, { a: 1, b: 2 }, { a: null, b: 2 }],
    [
      'key order is no change',
      { a: { x: 1, y: 2 } },
      { a: { y: 2, x: 1 } },
      { a: { x: 1, y: 3 } },
      { a: { x: 1, y: 3 } },
    ],
    [
      'inherited names',
      { a: 1 },
      { a: 1, constructor: 'o' },
      { a: 1, toString: 't' },
      { a: 1, constructor: 'o', toString: 't' },
    ],
    ['type flip, other side unchanged', { i: { x: [] } }, { i: [{ x: 1 }] }, { i: { x: [] } }, { i: [{ x: 1 }] }],
    ['same type flip', { i: { x: 1 } }, { i: [] }, { i: [] }, { i: [] }],
    ['scalar root', 1, 1, 2, 2],
    ['root of another type', { a: 1 }, [1], { a: 1 }, [1]],
  ])('%s', (_, base, ours, theirs, merged) => {
    expect(mergeDisjoint(base, ours, theirs)).toEqual({ merged, conflicts: [] });
    expect(mergeDisjoint(base, theirs, ours)).toEqual({ merged, conflicts: [] });
  });

  it.each<ConflictCase>([
    ['the same key', { a: 1 }, { a: 2 }, { a: 3 }, ['/a']],
    [
      'the deepest place is named',
      { a: { b: { c: 1, d: 1 } } },
      { a: { b: { c: 2, d: 2 } } },
      { a: { b: { c: 3, d: 1 } } },
      ['/a/b/c'],
    ],
    ['the same key added differently', {}, { a: { x: 1 } }, { a: { y: 1 } }, ['/a']],
    ['deleted by ours, edited by theirs', { a: { x: 1 } }, {}, { a: { x: 2 } }, ['/a']],
    ['deleted by theirs, edited by ours', { a: { x: 1 } }, { a: { x: 2 } }, {}, ['/a']],
    ['inherited name deleted and edited', { constructor: 1 }, {}, { constructor: 2 }, ['/constructor']],
    ['type flip against an edit', { i: { x: 1 } }, { i: [] }, { i: { x: 2 } }, ['/i']],
    ['different type flips', { i: { x: 1 } }, { i: [] }, { i: 'x' }, ['/i']],
    ['"1" against 1', { a: 0 }, { a: '1' }, { a: 1 }, ['/a']],
    ['the root', 1, 2, 3, ['']],
    ['all of them, in theirs order', { a: 1, b: 1, c: 1 }, { a: 2, b: 2, c: 2 }, { c: 3, a: 3 }, ['/c', '/a', '/b']],
    ['escaped', { 'a/b': { 'm~n': 1 } }, { 'a/b': { 'm~n': 2 } }, { 'a/b': { 'm~n': 3 } }, ['/a~1b/m~0n']],
  ])('conflict: %s', (_, base, ours, theirs, conflicts) => {
    expect(mergeDisjoint(base, ours, theirs).conflicts).toEqual(conflicts);
  });
});

describe('arrays without identities', () => {
  it.each<Case>([
    ['index by index', [1, 2, 3], [9, 2, 3], [1, 2, 8], [9, 2, 8]],
    ['inside members', [{ a: 1, b: 1 }], [{ a: 2, b: 1 }], [{ a: 1, b: 2 }], [{ a: 2, b: 2 }]],
    ['only one side changed the length', [1, 2], [1], [1, 2], [1]],
    ['both changed the length alike', [1], [1, 2], [1, 2], [1, 2]],
    ['emptied by one side', [{ a: 1 }], [], [{ a: 1 }], []],
    ['moved by one side only', [{ a: 1 }, { a: 2 }], [{ a: 2 }, { a: 1 }], [{ a: 1 }, { a: 2 }], [{ a: 2 }, { a: 1 }]],
    ['nested', [[1, [2]], 0], [[1, [3]], 0], [[1, [2]], 4], [[1, [3]], 4]],
  ])('%s', (_, base, ours, theirs, merged) => {
    expect(mergeDisjoint(base, ours, theirs)).toEqual({ merged, conflicts: [] });
    expect(mergeDisjoint(base, theirs, ours)).toEqual({ merged, conflicts: [] });
  });

  const paint = { category: 'paint', cost: 100 };
  const electric = { category: 'electric', cost: 100 };
  const mechanic = { category: 'mechanic', cost: 100 };
  it.each<ConflictCase>([
    ['the same index', [1, 2], [1, 3], [1, 4], ['/1']],
    ['different lengths', [1], [1, 2], [1, 3], ['']],
    ['a length against an edit', [1, 2], [1], [1, 3], ['']],
    ['the same field of the same index', [{ a: 1 }], [{ a: 2 }], [{ a: 3 }], ['/0/a']],
    [
      'members moved under an edit are not blended: the paint price must not end up on the electrics',
      [paint, electric],
      [electric, mechanic],
      [{ ...paint, cost: 150 }, electric],
      ['/0'],
    ],
    ['nor the other way round', [paint, electric], [{ ...paint, cost: 150 }, electric], [electric, mechanic], ['/0']],
  ])('conflict: %s', (_, base, ours, theirs, conflicts) => {
    expect(mergeDisjoint(base, ours, theirs).conflicts).toEqual(conflicts);
  });
});
