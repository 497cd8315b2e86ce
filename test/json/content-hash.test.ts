import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { expect, it } from 'vitest';
import { canonicalText } from '../../src/json/canonical-text.ts';
import { contentHash } from '../../src/json/content-hash.ts';
import type { JsonValue } from '../../src/json/json-value.ts';
import { randomJson, seededRandom } from './random-json.ts';
import { sampleHelper } from './sample.ts';

/** As a client computes it, where there is no node:crypto. */
const clientHash = (document: JsonValue) => bytesToHex(sha256(utf8ToBytes(canonicalText(document))));

it.each<[string, JsonValue]>([
  ['empty', {}],
  ['Hebrew', { 'סוג נזק': 'כ"ס, ₪ 118,000', מחיר: [] }],
  ['emoji, also as keys', { '🚗': '😀\u2028', '\uffff': '\ue000', 'a/b ~': '\u0001\t' }],
  ['numbers', [1e-7, -1.25e-9, 5e-324, -0, 1.5, 123456.789, Number.MAX_SAFE_INTEGER]],
  ['nested', { a: [{ b: { c: [[], {}, [null, [true, { d: '' }]]] } }] }],
  ['the sample', sampleHelper()],
])('a client without node:crypto computes the same hash: %s', (_, document) => {
  expect(clientHash(document)).toBe(contentHash(document));
  expect(clientHash(JSON.parse(JSON.stringify(document)))).toBe(contentHash(document));
});

it('of 1,000 documents as well', () => {
  for (let seed = 0; seed < 1_000; seed++) {
    const document = randomJson(seededRandom(seed), 5);
    expect(clientHash(document), `seed ${seed}`).toBe(contentHash(document));
  }
});
