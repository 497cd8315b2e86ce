import { describe, expect, it } from 'vitest';
import { outline } from '../../src/json/json-outline.ts';
import { parsePointer, resolvePointer } from '../../src/json/json-pointer.ts';
import type { JsonValue } from '../../src/json/json-value.ts';
import { randomJson, seededRandom } from './random-json.ts';
import { sampleHelper } from './sample.ts';

function bytes(value: JsonValue): number {
  return Buffer.byteLength(JSON.stringify(value), 'utf8');
}

describe('outline', () => {
  const value: JsonValue = { owner: 'ישראלה', list: [1, { x: null }], 'a/b': { 'm~n': true }, empty: {} };

  it('lists direct members in document order', () => {
    expect(outline(value, '', 1)).toEqual([
      { pointer: '/owner', type: 'STRING', sizeBytes: 14, children: 0 },
      { pointer: '/list', type: 'ARRAY', sizeBytes: 14, children: 2 },
      { pointer: '/a~1b', type: 'OBJECT', sizeBytes: 12, children: 1 },
      { pointer: '/empty', type: 'OBJECT', sizeBytes: 2, children: 0 },
    ]);
  });

  it('lists containers before their members, and adds the base pointer', () => {
    expect(outline(value, '/centers/0', 3).map(({ pointer, type }) => `${type} ${pointer}`)).toEqual([
      'STRING /centers/0/owner',
      'ARRAY /centers/0/list',
      'NUMBER /centers/0/list/0',
      'OBJECT /centers/0/list/1',
      'NULL /centers/0/list/1/x',
      'OBJECT /centers/0/a~1b',
      'BOOLEAN /centers/0/a~1b/m~0n',
      'OBJECT /centers/0/empty',
    ]);
  });

  it.each<[JsonValue, number]>([
    ['text', 3],
    [null, 3],
    [{}, 3],
    [[], 3],
    [{ a: 1 }, 0],
  ])('of %j to depth %i is empty', (scalar, depth) => {
    expect(outline(scalar, '', depth)).toEqual([]);
  });

  it('is not confused by keys that objects inherit', () => {
    expect(outline({ constructor: 1, toString: [] }, '', 2).map(({ pointer }) => pointer)).toEqual([
      '/constructor',
      '/toString',
    ]);
  });

  it('sizes are those of the compact text, at every depth', () => {
    const documents = [sampleHelper(), ...Array.from({ length: 200 }, (_, seed) => randomJson(seededRandom(seed)))];
    for (const document of documents) {
      for (const depth of [1, 2, 9]) {
        for (const entry of outline(document, '', depth)) {
          expect(entry.sizeBytes).toBe(bytes(resolvePointer(document, parsePointer(entry.pointer))!));
        }
      }
    }
  });
});
