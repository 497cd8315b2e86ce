import fc from 'fast-check';
import { applyPatch as applyByLibrary, type Operation } from 'rfc6902';
import { describe, expect, it } from 'vitest';
import { applyPatch, PatchError, type PatchFault } from '../../src/json/apply-patch.ts';
import { isEqualJson } from '../../src/json/json-equal.ts';
import type { PatchOperation } from '../../src/json/json-patch.ts';
import { InvalidPointerError } from '../../src/json/json-pointer.ts';
import type { JsonObject, JsonValue } from '../../src/json/json-value.ts';
import { anyPair, frozen } from './documents.ts';

const document = () =>
  frozen({ list: ['a', 'b'], of: { x: 1, y: { z: [] } }, text: 'abc', nil: null, '': { '~/': 0 } });

describe('operations', () => {
  it.each<[title: string, operations: PatchOperation[], changed: JsonObject]>([
    ['add a member', [{ op: 'add', path: '/of/n', value: [1] }], { of: { x: 1, y: { z: [] }, n: [1] } }],
    ['add over a member', [{ op: 'add', path: '/text', value: {} }], { text: {} }],
    ['add into an array', [{ op: 'add', path: '/list/1', value: 'n' }], { list: ['a', 'n', 'b'] }],
    ['add behind the last', [{ op: 'add', path: '/list/2', value: 'n' }], { list: ['a', 'b', 'n'] }],
    ['add at "-"', [{ op: 'add', path: '/list/-', value: 'n' }], { list: ['a', 'b', 'n'] }],
    ['replace a null', [{ op: 'replace', path: '/nil', value: 0 }], { nil: 0 }],
    ['remove of an array', [{ op: 'remove', path: '/list/0' }], { list: ['b'] }],
    ['move within an array', [{ op: 'move', from: '/list/0', path: '/list/1' }], { list: ['b', 'a'] }],
    [
      'move into a place that its leaving shifts',
      [
        { op: 'add', path: '/list/2', value: [] },
        { op: 'move', from: '/list/0', path: '/list/1/0' },
      ],
      { list: ['b', ['a']] },
    ],
    ['move onto itself', [{ op: 'move', from: '/list', path: '/list' }], {}],
    [
      'move between containers',
      [{ op: 'move', from: '/of/y', path: '/list/-' }],
      { of: { x: 1 }, list: ['a', 'b', { z: [] }] },
    ],
    ['escaped and empty keys', [{ op: 'replace', path: '//~0~1', value: 1 }], { '': { '~/': 1 } }],
    [
      'keys that objects inherit',
      [{ op: 'add', path: '/of/constructor', value: 1 }],
      { of: { x: 1, y: { z: [] }, constructor: 1 } },
    ],
    [
      'a copy is a value of its own from then on',
      [
        { op: 'add', path: '/of/y/z/0', value: 1 },
        { op: 'copy', from: '/of/y', path: '/nil' },
        { op: 'add', path: '/nil/z/0', value: 2 },
        { op: 'add', path: '/of/y/z/-', value: 3 },
      ],
      { nil: { z: [2, 1] }, of: { x: 1, y: { z: [1, 3] } } },
    ],
    [
      'a test that holds',
      [
        { op: 'test', path: '/of', value: { y: { z: [] }, x: 1 } },
        { op: 'test', path: '/nil', value: null },
      ],
      {},
    ],
  ])('%s', (_, operations, changed) => {
    expect(applyPatch(document(), frozen(operations as unknown as JsonValue) as never)).toEqual({
      ...document(),
      ...changed,
    });
  });

  it('the whole document: replaced, copied into itself, moved out of itself', () => {
    const patch: PatchOperation[] = [
      { op: 'replace', path: '', value: { b: 2 } },
      { op: 'copy', from: '', path: '/b' },
      { op: 'move', from: '/b', path: '' },
    ];
    expect(applyPatch(document(), patch)).toEqual({ b: 2 });
  });
});

describe('what does not fit is refused, naming operation and pointer', () => {
  it.each<[PatchFault, object, member?: 'from']>([
    ['NOTHING_THERE', { op: 'replace', path: '/none', value: 1 }],
    ['NOTHING_THERE', { op: 'replace', path: '/toString', value: 1 }],
    ['NOTHING_THERE', { op: 'replace', path: '/list/2', value: 1 }],
    ['NOTHING_THERE', { op: 'replace', path: '/list/-', value: 1 }],
    ['NOTHING_THERE', { op: 'replace', path: '/list/00', value: 1 }],
    ['NOTHING_THERE', { op: 'replace', path: '/list/1.0', value: 1 }],
    ['NOTHING_THERE', { op: 'replace', path: '/text/0', value: 'x' }],
    ['NOTHING_THERE', { op: 'remove', path: '/list/length' }],
    ['NOTHING_THERE', { op: 'remove', path: '/none/x' }],
    ['NOTHING_THERE', { op: 'copy', path: '/n', from: '/constructor' }, 'from'],
    ['NOTHING_THERE', { op: 'move', path: '/n', from: '/none' }, 'from'],
    ['NO_PLACE', { op: 'add', path: '/none/x', value: 1 }],
    ['NO_PLACE', { op: 'add', path: '/list/3', value: 1 }],
    ['NO_PLACE', { op: 'add', path: '/list/x', value: 1 }],
    ['NO_PLACE', { op: 'add', path: '/__proto__', value: { polluted: true } }],
    ['NO_PLACE', { op: 'add', path: '/__proto__/polluted', value: true }],
    ['NO_PLACE', { op: 'add', path: '/constructor/prototype/polluted', value: true }],
    ['NO_PLACE', { op: 'move', from: '/list/0', path: '/list/2' }],
    ['INTO_ITSELF', { op: 'move', from: '/of', path: '/of/y/of' }],
    ['INTO_ITSELF', { op: 'move', from: '', path: '/n' }],
    ['WHOLE_DOCUMENT', { op: 'remove', path: '' }],
    ['TEST_FAILED', { op: 'test', path: '/of/x', value: '1' }],
    ['TEST_FAILED', { op: 'test', path: '/none', value: null }],
    ['NOT_AN_OPERATION', { op: 'toString', path: '/of' }],
    ['NOT_AN_OPERATION', { op: 'add', path: '/n' }],
    ['NOT_AN_OPERATION', { op: 'move', path: '/n' }],
    ['NOT_AN_OPERATION', { op: 'remove' }],
  ])('%s: %j', (fault, operation, member = undefined) => {
    const patch = [{ op: 'add', path: '/fine', value: 1 }, operation] as PatchOperation[];
    const { path, from } = operation as { path: string; from?: string };
    const pointer = member === 'from' ? from : path;
    expect(() => applyPatch(document(), patch)).toThrow(
      expect.objectContaining({
        fault,
        index: 1,
        pointer,
        member: member ?? 'path',
        message: expect.stringContaining(`"${pointer}"`),
      }),
    );
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it.each(['x', '/~2', '/~'])('a pointer that is none: %s', (path) => {
    expect(() => applyPatch({}, [{ op: 'add', path, value: 1 }])).toThrow(InvalidPointerError);
  });
});

it('what the patch does not touch stays the same object, what it touches does not', () => {
  const before = document();
  const value = frozen({ inner: {} });
  const after = applyPatch(before, [
    { op: 'replace', path: '/of/x', value: 2 },
    { op: 'add', path: '/added', value },
  ]) as typeof before & { added: unknown };
  expect(after.of).not.toBe(before.of);
  expect(after.of.y).toBe(before.of.y);
  expect(after.list).toBe(before.list);
  expect(after.added).toBe(value);
  expect(applyPatch(before, [])).toBe(before);
});

it('a container is copied once a patch, however many operations it takes', () => {
  const before = frozen({ list: Array.from({ length: 1_000 }, (_, index) => index) });
  const seen = new Set<unknown>();
  const patch = Array.from({ length: 100 }, (): PatchOperation => ({ op: 'remove', path: '/list/0' }));
  applyPatch(before, patch, (_, __, current) => seen.add((current as JsonObject).list));
  expect(seen.size).toBe(2);
});

it('wherever it succeeds, rfc6902 has the same result: 5,000 patches', () => {
  const anyPatch = anyPair.chain(([before, value]) =>
    fc.tuple(fc.constant(before), fc.array(anyOperation(pointersOf(before), value), { maxLength: 6 })),
  );
  let successes = 0;
  fc.assert(
    fc.property(anyPatch, ([before, operations]) => {
      frozen([before, operations as unknown as JsonValue]);
      const holder = { document: structuredClone(before) };
      let after: JsonValue;
      try {
        after = applyPatch(before, operations);
      } catch (error) {
        expect(error).toBeInstanceOf(PatchError);
        return;
      }
      if (operations.length > 1) successes++;
      const inHolder = operations.map((operation) => underDocument(operation)) as Operation[];
      expect(applyByLibrary(holder, inHolder)).toEqual(operations.map(() => null));
      expect(isEqualJson(holder.document, after)).toBe(true);
    }),
    { numRuns: 5_000 },
  );
  expect(successes).toBeGreaterThan(200);
});

function anyOperation(pointers: string[], value: JsonValue): fc.Arbitrary<PatchOperation> {
  const pointer = fc.constantFrom('', '/n', ...pointers);
  const place = fc.oneof(
    pointer,
    fc.tuple(pointer, fc.constantFrom('/-', '/0', '/1', '/n')).map(([parent, key]) => parent + key),
  );
  return fc.oneof(
    fc.record({
      op: fc.constantFrom('add' as const, 'replace' as const),
      path: place,
      value: fc.constantFrom(value, 1, {}),
    }),
    fc.record({ op: fc.constant('remove' as const), path: pointer }),
    fc
      .record({ op: fc.constantFrom('move' as const, 'copy' as const), from: pointer, path: place })
      .filter(({ from, path }) => !isMistaken(from, path)),
  );
}

/** The library looks for the place before it removes what moves, though that may shift the array the place is in. */
function isMistaken(from: string, path: string): boolean {
  const array = from.slice(0, from.lastIndexOf('/') + 1);
  return array !== '' && path.startsWith(array) && path.slice(array.length).includes('/');
}

/** Of all that is in the document, except below names that the library steps over. */
function pointersOf(value: JsonValue, place = ''): string[] {
  if (typeof value !== 'object' || value === null) return [place];
  const keys = Object.keys(value).filter((key) => key !== 'constructor' && !/[~/]/.test(key));
  return [place, ...keys.flatMap((key) => pointersOf((value as JsonObject)[key]!, `${place}/${key}`))];
}

function underDocument(operation: PatchOperation): PatchOperation {
  const moved = { ...operation, path: `/document${operation.path}` };
  return 'from' in operation ? ({ ...moved, from: `/document${operation.from}` } as PatchOperation) : moved;
}
