import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../src/json/json-value.ts';

/** Any text of whole characters but U+0000, which PostgreSQL keeps none of. */
const text = fc.string({ unit: 'binary', maxLength: 12 }).map((any) => any.toWellFormed().replaceAll('\0', ''));
const key = fc
  .oneof(text, fc.constantFrom('constructor', 'toString', 'toJSON', 'prototype', '', '0', '-', 'a/b', 'm~n', 'מחיר'))
  .filter((name) => name !== '__proto__');
const number = fc.oneof(
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Number.isInteger(n)),
  fc.constantFrom(0, 0.1, 1e-7, 5e-324, 2 ** 53 - 1, 1 - 2 ** 53),
);

const { value, object } = fc.letrec<{ value: JsonValue; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, depthSize: 'small' },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 5 }),
    tie('object'),
  ),
  object: fc
    .uniqueArray(fc.tuple(key, tie('value')), { maxLength: 5, selector: ([name]) => name })
    .map((members) => Object.fromEntries(members)),
}));

/** Any helper that can be kept exactly as it is. */
export const faithfulHelper: fc.Arbitrary<JsonObject> = object;
export const faithfulValue: fc.Arbitrary<JsonValue> = value;

/** What no document can hold, as JSON text. */
export const unfaithfulText = fc.constantFrom(
  '"a\\u0000"',
  '"\\ud800"',
  '"x\\udc00y"',
  '9007199254740992',
  '-1e17',
  '1e400',
  `${'['.repeat(70)}${']'.repeat(70)}`,
  `[${'1,'.repeat(200_001)}1]`,
);

/** Every place of a document, by its keys, the whole document first. */
export function listPlaces(document: JsonValue, path: string[] = []): string[][] {
  if (typeof document !== 'object' || document === null) return [path];
  return [path, ...Object.entries(document).flatMap(([name, member]) => listPlaces(member, [...path, name]))];
}

export function valueAt(document: JsonValue, path: readonly string[]): JsonValue {
  return path.reduce<JsonValue>((at, name) => (at as JsonObject)[name]!, document);
}
