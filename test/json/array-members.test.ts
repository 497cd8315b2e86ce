import { describe, expect, it } from 'vitest';
import { mergeDisjoint } from '../../src/json/json-merge.ts';
import type { JsonValue } from '../../src/json/json-value.ts';

/** Members written as "id" or "id=value": ['a', 'b=1'] is [{ id: 'a', v: 0 }, { id: 'b', v: 1 }]. */
function members(text: string): JsonValue[] {
  return text
    .split(' ')
    .filter(Boolean)
    .map((part) => {
      const [id = '', value = '0'] = part.split('=');
      return { id, v: Number(value) };
    });
}

describe('arrays whose members have an identity', () => {
  it.each<[title: string, base: string, ours: string, theirs: string, merged: string]>([
    ['edits of different members', 'a b', 'a=1 b', 'a b=1', 'a=1 b=1'],
    ['inserted in front, other edited', 'a b', 'n a b', 'a b=1', 'n a b=1'],
    ['edited, other inserted in front', 'a b', 'a b=1', 'n a b', 'n a b=1'],
    ['inserted in the middle', 'a b', 'a n b', 'a b=1', 'a n b=1'],
    ['several behind one member', 'a b', 'a n m b', 'a=1 b', 'a=1 n m b'],
    ['both append: theirs first', 'a', 'a o', 'a t', 'a t o'],
    ['both insert in front: theirs first', 'a', 'o a', 't a', 't o a'],
    ['both insert in the same gap: theirs first', 'a b', 'a o b', 'a t u b', 'a t u o b'],
    ['both insert in different gaps', 'a b', 'a o b', 'a b t', 'a o b t'],
    ['both add the same member', 'a', 'a n=1', 'n=1 a', 'n=1 a'],
    ['ours behind a member both added', 'a', 'a n o', 'n a', 'n o a'],
    ['to an empty array, by both', '', 'o', 't', 't o'],
    ['deleted and unchanged', 'a b c', 'a c', 'a b c=1', 'a c=1'],
    ['unchanged and deleted', 'a b c', 'a=1 b c', 'a c', 'a=1 c'],
    ['both delete the same', 'a b c', 'a c', 'a c', 'a c'],
    ['both delete different ones', 'a b c', 'b c', 'a b', 'b'],
    ['all deleted, other unchanged', 'a b', '', 'a b', ''],
    ['inserted behind a member theirs deleted', 'a b c', 'a b n c', 'a c', 'a n c'],
    ['inserted behind a first member theirs deleted', 'a b', 'a n b', 'b', 'n b'],
    ['only ours reorders', 'a b c', 'c a b', 'a b c=1', 'c=1 a b'],
    ['only theirs reorders', 'a b c', 'a=1 b c', 'c b a', 'c b a=1'],
    ['both reorder differently: theirs', 'a b c', 'c a b', 'b a c', 'b a c'],
    ['ours reorders, theirs adds', 'a b', 'b a', 'a t b', 'b a t'],
  ])('%s', (_, base, ours, theirs, merged) => {
    expect(mergeDisjoint(members(base), members(ours), members(theirs))).toEqual({
      merged: members(merged),
      conflicts: [],
    });
  });

  it.each<[title: string, base: string, ours: string, theirs: string, conflicts: string[]]>([
    ['the same field of the same member', 'a b', 'a b=1', 'a b=2', ['/1/v']],
    ["with theirs' index", 'a b', 'a b=1', 'n a b=2', ['/2/v']],
    ['deleted by ours, edited by theirs', 'a b', 'a', 'n a b=1', ['/2']],
    ["edited by ours, deleted by theirs: base's index", 'a b c', 'a b=1 c', 'c', ['/1']],
    ['added by both differently', 'a', 'a n=1', 'n=2 a', ['/0']],
    ['every one of them', 'a b c', 'a=1 b=1 c=1', 'c=2 a=2', ['/0/v', '/1/v', '/1']],
  ])('conflict: %s', (_, base, ours, theirs, conflicts) => {
    expect(mergeDisjoint(members(base), members(ours), members(theirs)).conflicts).toEqual(conflicts);
  });

  it.each(['Id', 'id', 'row_uuid', 'uuid'])('%s is an identity, of strings or numbers', (key) => {
    const base = [
      { [key]: 7, v: 0 },
      { [key]: 'x', v: 0 },
    ];
    const ours = [
      { [key]: 'x', v: 0 },
      { [key]: 7, v: 1 },
    ];
    const theirs = [
      { [key]: 7, v: 0 },
      { [key]: 'x', v: 1 },
    ];
    expect(mergeDisjoint(base, ours, theirs)).toEqual({
      merged: [
        { [key]: 'x', v: 1 },
        { [key]: 7, v: 1 },
      ],
      conflicts: [],
    });
  });

  it('the first candidate that fits all three arrays is used', () => {
    const base = [
      { Id: '', row_uuid: 'a', v: 0 },
      { Id: '', row_uuid: 'b', v: 0 },
    ];
    const ours = [base[1]!, base[0]!, { Id: 'new', row_uuid: 'c', v: 0 }];
    const theirs = [{ ...base[0]!, v: 1 }, base[1]!];
    expect(mergeDisjoint(base, ours, theirs)).toEqual({ merged: [ours[0], theirs[0], ours[2]], conflicts: [] });
  });

  it.each<[string, JsonValue[]]>([
    [
      'an id used twice',
      [
        { id: 1, v: 0 },
        { id: 1, v: 0 },
      ],
    ],
    ['a member without one', [{ id: 1, v: 0 }, { v: 0 }]],
    ['an empty id', [{ id: '', v: 0 }]],
    [
      'an id of another type',
      [
        { id: null, v: 0 },
        { id: true, v: 0 },
      ],
    ],
    ['an inherited one', [{ v: 0 }]],
    ['members that are no objects', ['x']],
  ])('%s: no identity, so different lengths conflict at the array', (_, base) => {
    const ours = [...base, { id: 'o', v: 1 }];
    const theirs = [...base, { id: 't', v: 1 }];
    expect(mergeDisjoint({ list: base }, { list: ours }, { list: theirs }).conflicts).toEqual(['/list']);
  });
});
