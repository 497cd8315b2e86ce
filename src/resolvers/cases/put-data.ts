import { Refusal } from '../../errors.ts';
import { contentHash } from '../../json/content-hash.ts';
import { isEqualJson } from '../../json/json-equal.ts';
import { formatPointer, isArrayIndex, resolvePointer } from '../../json/json-pointer.ts';
import { getMember, isJsonObject, type JsonObject, type JsonValue, setMember } from '../../json/json-value.ts';

/** How data from outside become part of a helper. */
export const INGEST_MODES = {
  MERGE:
    'Members are merged into the object that is there, at every depth; other values and whole arrays are replaced. What says nothing – null, an empty text, array or object – replaces nothing, and an object or array that holds something is not replaced by something of another kind.',
  REPLACE: 'The data take the place of whatever is there, empty or not.',
  APPEND:
    'The data become the last member of the array that is there; an array of data has its members added one by one. Members equal to one already there are left out. Where nothing is, an array is made.',
} as const;

export type IngestMode = keyof typeof INGEST_MODES;

const POINTER_FIELD = ['input', 'pointer'];
const DATA_FIELD = ['input', 'data'];

/**
 * The document with the data at a place, whose missing parents are made, or null when they change nothing. The document
 * itself is not changed.
 *
 * @throws Refusal VALIDATION_FAILED for a place that can't be there, or that holds what the mode does not go with
 */
export function putData(
  document: JsonObject,
  tokens: readonly string[],
  mode: IngestMode,
  data: JsonValue,
): JsonObject | null {
  if (mode !== 'REPLACE' && saysNothing(data)) return null;
  const changed = putAt(document, tokens, 0, (target) => modes[mode](target, data, [])) as JsonObject;
  const isChange = !isEqualJson(resolvePointer(document, tokens), resolvePointer(changed, tokens));
  return isChange ? changed : null;
}

type Make = (target: JsonValue | undefined) => JsonValue;

function putAt(value: JsonValue | undefined, tokens: readonly string[], depth: number, make: Make): JsonValue {
  const token = tokens[depth];
  if (token === undefined) return make(value);
  if (Array.isArray(value)) {
    if (!isArrayIndex(token) || Number(token) >= value.length)
      throw noPlace(tokens, depth, 'is an array without this member. Name one it has, or add with mode APPEND.');
    return value.with(Number(token), putAt(value[Number(token)], tokens, depth + 1, make));
  }
  if (value != null && !isJsonObject(value))
    throw noPlace(tokens, depth, 'holds a single value, which nothing can be put into.');
  // An object made for "/invoices/0" would not be the array that everybody expects there.
  if (value == null && isArrayIndex(token))
    throw noPlace(
      tokens,
      depth,
      'holds nothing yet, so that it has no members. Make the array first, with mode APPEND.',
    );
  const changed = { ...value };
  setMember(changed, token, putAt(value && getMember(value, token), tokens, depth + 1, make));
  return changed;
}

const modes: Record<
  IngestMode,
  (target: JsonValue | undefined, data: JsonValue, path: readonly string[]) => JsonValue
> = {
  MERGE: merge,
  REPLACE: (_, data) => data,
  APPEND: append,
};

function merge(target: JsonValue | undefined, data: JsonValue, path: readonly string[]): JsonValue {
  if (target === undefined) return data;
  if (saysNothing(data)) return target;
  if (isJsonObject(target) && isJsonObject(data)) {
    const merged = { ...target };
    for (const [key, member] of Object.entries(data))
      setMember(merged, key, merge(getMember(target, key), member, [...path, key]));
    return merged;
  }
  const isSameKind = Array.isArray(target) && Array.isArray(data);
  if (isContainer(target) && !saysNothing(target) && !isSameKind)
    throw new Refusal(
      'VALIDATION_FAILED',
      `MERGE can not put ${kindOf(data)} where the helper has ${kindOf(target)} (at "${formatPointer(path)}" of the data). REPLACE does; APPEND adds to an array.`,
      [...DATA_FIELD, ...path],
    );
  return data;
}

function append(target: JsonValue | undefined, data: JsonValue): JsonValue {
  const members = Array.isArray(data) ? data : [data];
  if (target == null) return members;
  if (!Array.isArray(target))
    throw new Refusal('VALIDATION_FAILED', `APPEND adds to an array; the helper has ${kindOf(target)} there.`, [
      'input',
      'mode',
    ]);
  // Compared with what was there, not with each other: the same part may be in one answer twice, and stays so.
  const known = new Set(target.map(contentHash));
  return [...target, ...members.filter((member) => !known.has(contentHash(member)))];
}

/** Sent for "nothing": by Make as null and empty text, by scans and searches that found none as empty containers. */
function saysNothing(value: JsonValue): boolean {
  if (typeof value === 'string') return value.trim() === '';
  return value === null || (isContainer(value) && Object.keys(value).length === 0);
}

function isContainer(value: JsonValue): value is JsonObject | JsonValue[] {
  return typeof value === 'object' && value !== null;
}

function kindOf(value: JsonValue): string {
  if (Array.isArray(value)) return 'an array';
  return isJsonObject(value) ? 'an object' : 'a single value';
}

function noPlace(tokens: readonly string[], depth: number, what: string): Refusal {
  return new Refusal(
    'VALIDATION_FAILED',
    `There is no such place in the helper: "${formatPointer(tokens.slice(0, depth))}" ${what}`,
    POINTER_FIELD,
  );
}
