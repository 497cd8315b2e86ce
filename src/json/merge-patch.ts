import { getMember, isJsonObject, type JsonObject, type JsonValue, setMember } from './json-value.ts';

/** RFC 7396. Changes neither argument; the result shares parts with both. */
export function applyMergePatch(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return patch;
  const merged: JsonObject = isJsonObject(target) ? { ...target } : {};
  for (const key of Object.keys(patch)) {
    const member = patch[key]!;
    if (member === null) delete merged[key];
    else setMember(merged, key, applyMergePatch(getMember(merged, key), member));
  }
  return merged;
}
