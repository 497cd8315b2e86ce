import { expect, it } from 'vitest';
import { isEqualJson } from '../../src/json/json-equal.ts';
import { fingerprint } from '../../src/json/json-fingerprint.ts';
import type { JsonValue } from '../../src/json/json-value.ts';
import { mutated, randomJson, seededRandom } from './random-json.ts';

function print(value: JsonValue): number {
  return fingerprint(value, new WeakMap());
}

it.each<[JsonValue, JsonValue]>([
  [1, '1'],
  [null, 'null'],
  [true, 'true'],
  [[], {}],
  [[], [[]]],
  [
    [1, 2],
    [2, 1],
  ],
  [
    { a: 1, b: 2 },
    { a: 2, b: 1 },
  ],
  [{ a: {} }, { a: [] }],
  [{ a: null }, {}],
])('%j and %j differ', (a, b) => {
  expect(print(a)).not.toBe(print(b));
});

it('is the same for equal values, whatever the key order, and otherwise differs', () => {
  expect(print({ a: 1, b: [0] })).toBe(print({ b: [-0], a: 1 }));
  for (let seed = 0; seed < 1000; seed++) {
    const random = seededRandom(seed);
    const value = randomJson(random);
    const other = mutated(random, value);
    expect(print(value) === print(other), `seed ${seed}`).toBe(isEqualJson(value, other));
  }
});
