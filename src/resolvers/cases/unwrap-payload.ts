import { isEqualJson } from '../../json/json-equal.ts';
import { getMember, isJsonObject, type JsonValue } from '../../json/json-value.ts';
import { assertFaithful } from '../assert-faithful.ts';

/**
 * What a payload carries. Make's modules hand JSON on as text, and as an array of { "value": "<JSON text>" }, at times
 * with the one item doubled. These two wrappings are taken off, no other: a text that is no JSON object or array is a
 * text, and of items with anything beside their value nothing is guessed.
 *
 * @throws Refusal INVALID_DOCUMENT for JSON text that can't be kept faithfully
 */
export function unwrapPayload(payload: JsonValue, field: readonly string[]): JsonValue {
  const data = unwrapItems(readJsonText(payload) ?? payload);
  if (data !== payload) assertFaithful(data, field);
  return data;
}

function unwrapItems(data: JsonValue): JsonValue {
  if (!Array.isArray(data) || data.length === 0) return data;
  const values: JsonValue[] = [];
  for (const item of data) {
    const isWrapper = isJsonObject(item) && Object.keys(item).length === 1;
    const value = isWrapper ? readJsonText(getMember(item, 'value')) : null;
    if (value === null) return data;
    values.push(value);
  }
  const [first] = values;
  return values.every((value) => isEqualJson(value, first)) ? first! : values;
}

/** The object or array that a text is, or null. */
function readJsonText(text: JsonValue | undefined): JsonValue | null {
  if (typeof text !== 'string' || !/^\s*[[{]/.test(text)) return null;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return null;
  }
}
