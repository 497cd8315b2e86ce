import { describe, expect, it } from 'vitest';
import { formatPointer, InvalidPointerError, parsePointer, resolvePointer } from '../../src/json/json-pointer.ts';
import type { JsonValue } from '../../src/json/json-value.ts';
import { sampleHelper } from './sample.ts';

describe('parsePointer and formatPointer', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['/', ['']],
    ['//', ['', '']],
    ['/a/b', ['a', 'b']],
    ['/a~1b', ['a/b']],
    ['/m~0n', ['m~n']],
    ['/~01', ['~1']],
    ['/~10', ['/0']],
    ['/~0~1~0', ['~/~']],
    ['/Summary/Total with VAT', ['Summary', 'Total with VAT']],
    ['/חלקים/0/מחיר', ['חלקים', '0', 'מחיר']],
    ['/-', ['-']],
    ['/__proto__', ['__proto__']],
    ['/ ', [' ']],
    ['/c%d', ['c%d']],
    ['/\u0000', ['\u0000']],
  ])('%j names %j, and back', (pointer, tokens) => {
    expect(parsePointer(pointer)).toEqual(tokens);
    expect(formatPointer(tokens)).toBe(pointer);
  });

  it.each(['a', 'a/b', '#/a', ' /a', '~0', '/~', '/~2', '/a~', '/a~/b', '/~~0', '/a/~x'])(
    '%j is refused',
    (pointer) => {
      expect(() => parsePointer(pointer)).toThrow(InvalidPointerError);
      expect(() => parsePointer(pointer)).toThrow(expect.objectContaining({ code: 'INVALID_POINTER' }));
    },
  );
});

describe('resolvePointer', () => {
  // The document and the expected values of RFC 6901, section 5.
  const rfc: JsonValue = {
    foo: ['bar', 'baz'],
    '': 0,
    'a/b': 1,
    'c%d': 2,
    'e^f': 3,
    'g|h': 4,
    'i\\j': 5,
    'k"l': 6,
    ' ': 7,
    'm~n': 8,
  };
  it.each<[string, JsonValue]>([
    ['', rfc],
    ['/foo', ['bar', 'baz']],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/c%d', 2],
    ['/e^f', 3],
    ['/g|h', 4],
    ['/i\\j', 5],
    ['/k"l', 6],
    ['/ ', 7],
    ['/m~0n', 8],
  ])('RFC 6901: %j', (pointer, expected) => {
    expect(resolvePointer(rfc, parsePointer(pointer))).toEqual(expected);
  });

  const document: JsonValue = { list: [10, [20]], deep: { nothing: null, text: 'abc' }, '0': 'zero', toString: 'own' };
  it.each<[string, JsonValue | undefined]>([
    ['/list/1/0', 20],
    ['/0', 'zero'],
    ['/deep/nothing', null],
    ['/toString', 'own'],
    ['/list/-', undefined],
    ['/list/-1', undefined],
    ['/list/01', undefined],
    ['/list/00', undefined],
    ['/list/+1', undefined],
    ['/list/1.0', undefined],
    ['/list/1e0', undefined],
    ['/list/ 1', undefined],
    ['/list/1\n', undefined],
    ['/list/٠', undefined],
    ['/list/', undefined],
    ['/list/2', undefined],
    ['/list/99999999999999999999999', undefined],
    ['/list/length', undefined],
    ['/deep/text/0', undefined],
    ['/deep/text/length', undefined],
    ['/deep/nothing/x', undefined],
    ['/missing/x', undefined],
    ['/constructor', undefined],
    ['/hasOwnProperty', undefined],
    ['/__proto__', undefined],
    ['/__proto__/toString', undefined],
  ])('%j', (pointer, expected) => {
    expect(resolvePointer(document, parsePointer(pointer))).toEqual(expected);
  });

  it('finds a field of the sample, spaces and all', () => {
    expect(resolvePointer(sampleHelper(), parsePointer('/centers/0/Damage center Number'))).toBe('1');
  });
});
