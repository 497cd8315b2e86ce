// Seeded random documents for the property tests: a failure names its seed and can be run again.
import type { JsonObject, JsonValue } from '../../src/json/json-value.ts';

export type Random = () => number;

export function seededRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
  };
}

export function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[Math.floor(random() * choices.length)]!;
}

const KEYS = [
  'a',
  'b',
  'Id',
  'aa',
  'מחיר',
  'סוג חלק',
  '🚗',
  '\uffff',
  'a/b',
  'm~n',
  '',
  '0',
  '10',
  'constructor',
  'toString',
  '\u0001',
];
const TEXTS = ['', 'x', '₪ 118,000', 'כ"ס', '😀 \u2028', '\b\f\n\r\t', '\u001f\u007f\u0080', '\\"/', '\ue000\ufffd'];
const NUMBERS = [0, -0, 1, -1, 1.5, 1e-7, -1.25e-9, 5e-324, 0.1, 123456.789, 2.5e-8, Number.MAX_SAFE_INTEGER];

export function randomJson(random: Random, depth = 4): JsonValue {
  const kind = random();
  if (depth > 0 && kind < 0.3) return randomObject(random, depth);
  if (depth > 0 && kind < 0.5)
    return Array.from({ length: Math.floor(random() * 5) }, () => randomJson(random, depth - 1));
  if (kind < 0.7) return pick(random, TEXTS) + pick(random, TEXTS);
  if (kind < 0.9) return pick(random, NUMBERS);
  return pick(random, [null, true, false]);
}

export function randomObject(random: Random, depth = 4): JsonObject {
  const object: JsonObject = {};
  for (let count = Math.floor(random() * 6); count > 0; count--) {
    object[pick(random, KEYS) + (random() < 0.2 ? pick(random, KEYS) : '')] = randomJson(random, depth - 1);
  }
  return object;
}

/** A copy in which some members at any level are replaced, added, removed or, in arrays, swapped. */
export function mutated(random: Random, value: JsonValue, rate = 0.15): JsonValue {
  if (random() < rate / 2) return randomJson(random, 2);
  if (Array.isArray(value)) {
    const copy = value.filter(() => random() > rate / 2).map((member) => mutated(random, member, rate));
    if (random() < rate) copy.splice(Math.floor(random() * (copy.length + 1)), 0, randomJson(random, 2));
    if (random() < rate && copy.length > 1) copy.unshift(copy.pop()!);
    return copy;
  }
  if (typeof value !== 'object' || value === null) return value;
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) if (random() > rate / 2) copy[key] = mutated(random, value[key]!, rate);
  if (random() < rate) copy[pick(random, KEYS)] = randomJson(random, 2);
  return copy;
}
