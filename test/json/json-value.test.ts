import { expect, it } from 'vitest';
import { getMember, isJsonObject, type JsonObject, type JsonValue, setMember } from '../../src/json/json-value.ts';

it.each<[JsonValue | undefined, boolean]>([
  [{}, true],
  [{ length: 0 }, true],
  [Object.create(null), true],
  [[], false],
  [null, false],
  [undefined, false],
  ['{}', false],
  [0, false],
  [true, false],
])('isJsonObject(%j) is %s', (value, expected) => {
  expect(isJsonObject(value)).toBe(expected);
});

it.each(['constructor', 'toString', 'hasOwnProperty', '__proto__'])('an inherited %s is no member', (key) => {
  expect(getMember({}, key)).toBeUndefined();
  const object: JsonObject = {};
  setMember(object, key, { polluted: true });
  expect(Object.keys(object)).toEqual([key]);
  expect(getMember(object, key)).toEqual({ polluted: true });
  expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
  expect('polluted' in {}).toBe(false);
});
