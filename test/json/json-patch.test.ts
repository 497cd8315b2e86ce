import fc from 'fast-check';
import { applyPatch as applyByLibrary, type Operation } from 'rfc6902';
import { describe, expect, it } from 'vitest';
import { applyPatch } from '../../src/json/apply-patch.ts';
import { isEqualJson } from '../../src/json/json-equal.ts';
import { type PatchOperation, toPatch } from '../../src/json/json-patch.ts';
import { parsePointer } from '../../src/json/json-pointer.ts';
import type { JsonObject, JsonValue } from '../../src/json/json-value.ts';
import { applyPatch as applyIndependently } from '../feed/apply-patch.ts';
import { anyPair, frozen, reorderedPair } from './documents.ts';
import { mutated, randomJson, seededRandom } from './random-json.ts';
import { sampleHelper } from './sample.ts';

/** Members written as "id" or "id=value": 'a b=1' is [{ id: 'a', v: 0 }, { id: 'b', v: 1 }]. */
function members(text: string): JsonValue[] {
  return text
    .split(' ')
    .filter(Boolean)
    .map((part) => {
      const [id = '', value = '0'] = part.split('=');
      // Filled up: of tiny members the whole array is often shorter than any patch.
      return { id, v: Number(value), description: 'x'.repeat(200) };
    });
}

const numbered = (count: number, keys: JsonObject = {}): JsonObject[] =>
  Array.from({ length: count }, (_, index) => ({ id: index, text: `member ${index}`, ...keys }));

/** Operations as text, values left out: "move /3 /0". */
function outlined(operations: PatchOperation[]): string[] {
  return operations.map((operation) =>
    'from' in operation ? `move ${operation.from} ${operation.path}` : `${operation.op} ${operation.path}`,
  );
}

describe('members of objects and the root', () => {
  it.each<[string, JsonValue, JsonValue, PatchOperation[]]>([
    ['nothing', { a: 1 }, { a: 1 }, []],
    ['order of keys, 0 and -0', { a: 0, b: [0] }, { b: [-0], a: -0 }, []],
    ['the root', { a: 1 }, [1], [{ op: 'replace', path: '', value: [1] }]],
    [
      'members',
      { a: 1, b: 1 },
      { a: 2, c: 3 },
      [
        { op: 'replace', path: '/a', value: 2 },
        { op: 'add', path: '/c', value: 3 },
        { op: 'remove', path: '/b' },
      ],
    ],
    [
      'a container that is shorter whole, and what it is in is not',
      { in: { a: { b: 1, c: 2, d: 3 }, k: 'x'.repeat(60) } },
      { in: { a: { b: 4, c: 5, d: 6 }, k: 'x'.repeat(60) } },
      [{ op: 'replace', path: '/in/a', value: { b: 4, c: 5, d: 6 } }],
    ],
    [
      'a container that is shorter whole by one character',
      { a: { b: 1, c: 2, k: '1234567890123' } },
      { a: { k: '1234567890123' } },
      [{ op: 'replace', path: '/a', value: { k: '1234567890123' } }],
    ],
    [
      'a container that is as long whole',
      { a: { b: 1, c: 2, k: '12345678901234' } },
      { a: { k: '12345678901234' } },
      [
        { op: 'remove', path: '/a/b' },
        { op: 'remove', path: '/a/c' },
      ],
    ],
    [
      'the root, member by member even where it is shorter whole',
      { a: 1, b: 2 },
      {},
      [
        { op: 'remove', path: '/a' },
        { op: 'remove', path: '/b' },
      ],
    ],
  ])('%s', (_, before, after, operations) => {
    expect(toPatch(before, after)).toEqual(operations);
  });
});

describe('members of arrays are matched by their ids', () => {
  it.each<[title: string, before: string, after: string, operations: string[]]>([
    ['inserted in front', 'a b c', 'n a b c', ['add /0']],
    ['inserted within', 'a b c', 'a n b c', ['add /1']],
    ['appended', 'a b', 'a b n', ['add /2']],
    ['deleted', 'a b c', 'a c', ['remove /1']],
    ['moved to the front', 'a b c d', 'd a b c', ['move /3 /0']],
    ['moved to the end', 'a b c d', 'b c d a', ['move /0 /3']],
    ['two moved over the same one', 'a b c', 'b c a', ['move /0 /2']],
    ['moved and edited', 'a b c d', 'd=1 a b c', ['move /3 /0', 'replace /0/v']],
    ['edited beside an insertion', 'a b c', 'n a b=1 c', ['add /0', 'replace /2/v']],
    [
      'deleted, moved, inserted, edited',
      'a b c d e',
      'e n a=1 d',
      ['remove /2', 'remove /1', 'move /2 /0', 'add /1', 'replace /2/v'],
    ],
    ['another in the place of one is not an edit', 'a b c', 'a n c', ['remove /1', 'add /1']],
    ['all deleted', 'a b', '', ['remove /1', 'remove /0']],
  ])('%s', (_, before, after, operations) => {
    const patch = toPatch(members(before), members(after));
    expect(outlined(patch)).toEqual(operations);
    expect(applyIndependently(patch, members(before))).toEqual(members(after));
  });

  it('one in front of fifty is one add, one of fifty gone is one remove, one of fifty moved is one move', () => {
    const fifty = { list: numbered(50) };
    expect(toPatch({ list: fifty.list.slice(1) }, fifty)).toEqual([
      { op: 'add', path: '/list/0', value: { id: 0, text: 'member 0' } },
    ]);
    expect(toPatch(fifty, { list: fifty.list.toSpliced(20, 1) })).toEqual([{ op: 'remove', path: '/list/20' }]);
    const moved = fifty.list.toSpliced(20, 1).toSpliced(45, 0, fifty.list[20]!);
    expect(toPatch(fifty, { list: moved })).toEqual([{ op: 'move', from: '/list/20', path: '/list/45' }]);
  });

  it('the moves are the fewest there can be', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(numbered(8), { minLength: 8 }), (after) => {
        const ids = after.map((member) => member.id as number);
        expect(toPatch(numbered(8), after)).toHaveLength(8 - longestRun(ids));
      }),
      { numRuns: 500 },
    );
  });

  it('in the sample: a damage centre inserted in front, and a part of the next one edited', () => {
    const before = sampleHelper();
    const after = sampleHelper() as unknown as {
      centers: { Id: string; Parts: { parts_required: JsonObject[] } }[];
    };
    after.centers[1]!.Parts.parts_required[0]!.qty = 7;
    after.centers.unshift({ ...structuredClone(after.centers[0]!), Id: 'another' });
    expect(outlined(toPatch(before, after as unknown as JsonValue))).toEqual([
      'add /centers/0',
      'replace /centers/2/Parts/parts_required/0/qty',
    ]);
  });
});

describe('arrays without ids', () => {
  const work = (text: string): JsonObject => ({ text, description: 'x'.repeat(200) });
  const [a, b, c, d, n, m] = ['a', 'b', 'c', 'd', 'n', 'm'].map(work) as [JsonObject, ...JsonObject[]] & JsonObject[];
  const edited = { ...b!, text: 'edited' };

  it.each<[title: string, before: JsonValue[], after: JsonValue[], operations: string[]]>([
    ['inserted in front', [a, b!, c!], [n!, a, b!, c!], ['add /0']],
    ['inserted within', [a, b!, c!], [a, n!, b!, c!], ['add /1']],
    ['deleted in front', [a, b!, c!], [b!, c!], ['remove /0']],
    ['a copy of the one before', [a, b!, b!, c!], [a, b!, b!, b!, c!], ['add /3']],
    ['edited in its place', [a, b!, c!], [a, edited, c!], ['replace /1/text']],
    ['inserted in front and edited', [a, b!, c!, d!], [n!, a, edited, c!, d!], ['add /0', 'replace /2/text']],
    ['moved', [a, b!, c!, d!], [d!, a, b!, c!], ['move /3 /0']],
    ['inserted at both ends', [a, b!], [n!, a, b!, m!], ['add /0', 'add /3']],
    ['texts', ['one', 'two', 'three'], ['two', 'three', 'four'], ['remove /0', 'add /2']],
    ['a text in the place of another', ['one', 'two', 'three'], ['one', '2', 'three'], ['replace /1']],
    ['of a repeated value', [0, 0, 0, 0], [0, 1, 0, 0], ['replace /1']],
    ['two of two repeated values', [1, 0, 1, 0, 0], [0, 0, 1, 0, 1], ['replace /0', 'replace /4']],
    ['a tail', [1, 2, 3], [1], ['remove /2', 'remove /1']],
    [
      'ids that repeat',
      [
        { id: 1, ...a },
        { id: 1, ...b },
      ],
      [{ id: 1, ...edited }],
      ['remove /1', 'replace /0/text'],
    ],
    [
      'an id emptied',
      [
        { id: 1, ...a },
        { id: 2, ...b },
      ],
      [
        { id: 1, ...a },
        { id: '', ...b },
      ],
      ['replace /1/id'],
    ],
    ['the id 1 and the id "1"', [{ id: 1, ...a }], [{ id: '1', ...a }], ['remove /0', 'add /0']],
  ])('%s', (_, before, after, operations) => {
    const patch = toPatch(before, after);
    expect(outlined(patch)).toEqual(operations);
    expect(applyIndependently(patch, before)).toEqual(after);
  });
});

describe('whatever the documents', () => {
  const leadsThere = ([before, after]: [JsonValue, JsonValue]): void => {
    frozen([before, after]);
    const patch = toPatch(before, after);
    expect(isEqualJson(applyIndependently(patch, before), after)).toBe(true);
    expect(isEqualJson(applyPatch(before, patch), after)).toBe(true);
    if (patch.every(isWithinTheLibrary)) {
      const holder = { document: structuredClone(before) };
      const inHolder = patch.map((operation) => underKey(operation, 'document'));
      expect(applyByLibrary(holder, inHolder as Operation[]).every((failure) => failure === null)).toBe(true);
      expect(isEqualJson(holder.document, after)).toBe(true);
    }
    expect(patch.length === 0).toBe(isEqualJson(before, after));
  };

  it('three appliers make the one of the other, and it is not changed: 5,000 pairs', () => {
    fc.assert(fc.property(anyPair, leadsThere), { numRuns: 5_000 });
  });

  it('members moved, edited, added and removed at once: 3,000 arrays', () => {
    fc.assert(fc.property(reorderedPair, leadsThere), { numRuns: 3_000 });
  });

  it('documents and edits of them: 3,000 pairs', () => {
    for (let seed = 0; seed < 3000; seed++) {
      const random = seededRandom(seed);
      const before = randomJson(random, 5);
      leadsThere([before, random() < 0.2 ? randomJson(random, 5) : mutated(random, before, 0.4)]);
    }
  });

  it('below the root no patch is longer than the container replaced', () => {
    fc.assert(
      fc.property(fc.oneof(anyPair, reorderedPair), ([before, after]) => {
        const [was, is] = [plain(before), plain(after)];
        fc.pre(!isEqualJson(was, is));
        const whole: PatchOperation[] = [{ op: 'replace', path: '/in', value: is }];
        const patch = toPatch({ in: was }, { in: is });
        expect(JSON.stringify(patch).length).toBeLessThanOrEqual(JSON.stringify(whole).length);
      }),
      { numRuns: 3_000 },
    );
  });

  it('an array that would take more than 1,000 moves, removals and additions is replaced', () => {
    const list = numbered(5_000, { description: 'x'.repeat(200) });
    expect(outlined(toPatch({ list }, { list: list.toReversed() }))).toEqual(['replace /list']);
    expect(toPatch({ list: list.slice(1_000) }, { list })).toHaveLength(1_000);
    expect(outlined(toPatch({ list: list.slice(1_001) }, { list }))).toEqual(['replace /list']);
  });
});

/** By trying all: the length of a longest increasing subsequence. */
function longestRun(values: readonly number[], above = -1): number {
  const [first, ...rest] = values;
  if (first === undefined) return 0;
  return Math.max(longestRun(rest, above), first > above ? 1 + longestRun(rest, first) : 0);
}

/** The library steps over keys with these names. */
function isWithinTheLibrary(operation: PatchOperation): boolean {
  const tokens = ['path' as const, 'from' as const].flatMap((member) =>
    parsePointer((operation as { path: string; from?: string })[member] ?? ''),
  );
  return !tokens.some((token) => token === 'constructor' || token === 'prototype');
}

function underKey(operation: PatchOperation, key: string): PatchOperation {
  const moved = { ...operation, path: `/${key}${operation.path}` };
  return 'from' in operation ? ({ ...moved, from: `/${key}${operation.from}` } as PatchOperation) : moved;
}

/** Without characters that JSON escapes: they are not counted. */
function plain(value: JsonValue): JsonValue {
  return JSON.parse(JSON.stringify(value).replaceAll(/\\(u....|.)/g, '_'));
}
