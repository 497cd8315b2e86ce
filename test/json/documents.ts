// Pairs of documents for the properties of patches: everything that array members and keys can be, from pools so small
// that the two sides often hold the same, moved about.
import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../src/json/json-value.ts';

const IDS: JsonValue[] = [1, '1', 2, 'a', 'b', 'c', 'd', '', null, 1.5, true, 'id'];
const KEYS = ['a', 'id', 'Id', 'row_uuid', 'a/b', 'm~n', '~1', '', '0', '1', '-', 'constructor', 'toString', 'מחיר'];
const SCALARS: JsonValue[] = [0, 1, -0, 1e-7, '', 'x', '1', 'שלום', '😀', true, false, null];

const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom(...SCALARS),
    fc.array(tie('value'), { maxLength: 6 }),
    fc.array(fc.constantFrom(...SCALARS), { maxLength: 8 }),
    objectsOf(tie('value')),
    fc.array(memberOf(tie('value')), { maxLength: 7 }),
    fc.uniqueArray(memberOf(tie('value')), { maxLength: 7, selector: (member) => member.id }),
  ),
}));

/** Two documents that share what their pools make them share. */
export const anyPair: fc.Arbitrary<[JsonValue, JsonValue]> = fc.tuple(value, value);

/** An array and another of some of its members in another order, some edited, some new. */
export const reorderedPair: fc.Arbitrary<[JsonValue[], JsonValue[]]> = fc
  .uniqueArray(memberOf(value), { maxLength: 20, selector: (member) => member.id })
  .chain((all) =>
    fc.tuple(
      fc.shuffledSubarray(all),
      fc.shuffledSubarray(all).chain((kept) => fc.tuple(...kept.map(edited))),
    ),
  );

function memberOf(values: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonObject & { id: JsonValue }> {
  const ids = fc.oneof(fc.constantFrom(...IDS), fc.nat(30), fc.string({ minLength: 1, maxLength: 2 }));
  return fc.record({ id: ids, v: values, w: fc.constantFrom(...SCALARS) });
}

function objectsOf(values: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonObject> {
  return fc.dictionary(fc.constantFrom(...KEYS), values, { maxKeys: 5 });
}

function edited(member: JsonObject): fc.Arbitrary<JsonValue> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(member) },
    value.map((v) => ({ ...member, v })),
  );
}

/** Makes every attempt to change it fail. */
export function frozen<T extends JsonValue>(document: T): T {
  if (typeof document === 'object' && document !== null) {
    for (const member of Object.values(document)) frozen(member);
    Object.freeze(document);
  }
  return document;
}
