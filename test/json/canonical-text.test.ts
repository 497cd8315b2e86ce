import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalText } from '../../src/json/canonical-text.ts';
import { contentHash } from '../../src/json/content-hash.ts';
import type { JsonValue } from '../../src/json/json-value.ts';
import { utf8Length } from '../../src/json/utf8-length.ts';
import { randomJson, seededRandom } from './random-json.ts';

// Expected texts were printed by PostgreSQL 18: select $1::jsonb::text.
describe('canonicalText is what PostgreSQL prints', () => {
  it.each<[JsonValue, string]>([
    [null, 'null'],
    [true, 'true'],
    ['', '""'],
    [{}, '{}'],
    [[], '[]'],
    [[1, [2, []], {}], '[1, [2, []], {}]'],
    [{ b: 1, a: { d: null, c: false } }, '{"a": {"c": false, "d": null}, "b": 1}'],
    [{ aa: 1, b: 2, '': 3 }, '{"": 3, "b": 2, "aa": 1}'],
    [{ 10: 1, 9: 2, 1: 3 }, '{"1": 3, "9": 2, "10": 1}'],
    [{ ab: 1, א: 2, a: 3, B: 4 }, '{"B": 4, "a": 3, "ab": 1, "א": 2}'],
    [{ '😀': 1, '\uffff\u0001': 2, abcd: 3, '\ue000a': 4 }, '{"abcd": 3, "\ue000a": 4, "\uffff\\u0001": 2, "😀": 1}'],
    [{ constructor: 1, toString: 2 }, '{"toString": 2, "constructor": 1}'],
    ['\b\f\n\r\t"\\/', '"\\b\\f\\n\\r\\t\\"\\\\/"'],
    ['\u0001\u000b\u001f\u007f\u0080\u2028', '"\\u0001\\u000b\\u001f\u007f\u0080\u2028"'],
    ['כ"ס ₪ 😀', '"כ\\"ס ₪ 😀"'],
    [0, '0'],
    [-0, '0'],
    [1.5, '1.5'],
    [-1e-7, '-0.0000001'],
    [1.25e-9, '0.00000000125'],
    [0.000001, '0.000001'],
    [1e21, '1000000000000000000000'],
    [-1.5e21, '-1500000000000000000000'],
    [1.2345678e25, '12345678000000000000000000'],
    [9007199254740991, '9007199254740991'],
    [5e-324, `0.${'0'.repeat(323)}5`],
    [1.7976931348623157e308, `17976931348623157${'0'.repeat(292)}`],
  ])('%j', (value, expected) => {
    expect(canonicalText(value)).toBe(expected);
  });

  it('says the same value, and the same text again', () => {
    for (let seed = 0; seed < 300; seed++) {
      const value = randomJson(seededRandom(seed));
      const text = canonicalText(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalText(JSON.parse(text))).toBe(text);
    }
  });
});

describe('keys, of which the usual ones are remembered', () => {
  it('are printed and ordered alike in documents with more of them than are remembered, and longer ones', () => {
    const names = Array.from({ length: 7_000 }, (_, index) => `${'k'.repeat(index % 90)}"${index}`);
    const byLength = [...names].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
    const expected = `{${byLength.map((name) => `${JSON.stringify(name)}: "${name.length}"`).join(', ')}}`;
    const value = Object.fromEntries(names.map((name) => [name, String(name.length)]));
    for (let time = 0; time < 2; time++) expect(canonicalText(value)).toBe(expected);
    expect(canonicalText({ b: 1, a: 2 })).toBe('{"a": 2, "b": 1}');
  });
});

describe('contentHash', () => {
  it('is the SHA-256 of the canonical text in UTF-8', () => {
    const text = '{"a": "מחיר", "b": [1, 2]}';
    expect(contentHash({ b: [1, 2], a: 'מחיר' })).toBe(
      createHash('sha256').update(Buffer.from(text, 'utf8')).digest('hex'),
    );
    expect(contentHash({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  });

  it('ignores key order and nothing else', () => {
    expect(contentHash({ a: 1, b: [1, 2] })).toBe(contentHash({ b: [1, 2], a: 1 }));
    expect(contentHash({ a: 1, b: [1, 2] })).not.toBe(contentHash({ a: 1, b: [2, 1] }));
    expect(contentHash({ a: '1' })).not.toBe(contentHash({ a: 1 }));
    expect(contentHash({ a: null })).not.toBe(contentHash({}));
  });
});

it.each(['', 'abc', 'é', 'מחיר', '₪', '😀', 'a😀\uffff\u007f\u0080\u07ff\u0800'])('utf8Length(%j)', (text) => {
  expect(utf8Length(text)).toBe(Buffer.byteLength(text, 'utf8'));
});
