// Three-way merge: two people saved from the same version. Joins edits that do not touch, names those that do.
import { findIdentityKey, indexByIdentity, mergedOrder } from './array-members.ts';
import { isEqualJson } from './json-equal.ts';
import { type Fingerprints, fingerprint } from './json-fingerprint.ts';
import { formatPointer } from './json-pointer.ts';
import { getMember, isJsonObject, type JsonObject, type JsonValue, setMember } from './json-value.ts';

/**
 * conflicts: pointers of the places that both sides changed differently, as they stand in `theirs`, or in `base` where
 * theirs has deleted them. When there are any, `merged` is unspecified and callers must refuse it.
 */
export interface MergeResult {
  merged: JsonValue;
  conflicts: string[];
}

/**
 * | place                              | rule                                                                        |
 * |------------------------------------|-----------------------------------------------------------------------------|
 * | one side changed, or both alike    | that change                                                                 |
 * | objects                            | key by key; deleted by one and edited by the other is a conflict            |
 * | arrays whose members have ids      | member by member, see array-members.ts                                      |
 * | other arrays of the same length    | index by index; a conflict where that would blend two different members     |
 * | anything else                      | a conflict at this place                                                    |
 *
 * Neither input is changed; the result shares parts with them, and is `theirs` itself where ours adds nothing.
 */
export function mergeDisjoint(base: JsonValue, ours: JsonValue, theirs: JsonValue): MergeResult {
  const merge: Merge = { conflicts: [], path: [], fingerprints: new WeakMap() };
  const merged = mergeValues(merge, base, ours, theirs);
  return { merged: merged ?? null, conflicts: merge.conflicts };
}

interface Merge {
  conflicts: string[];
  path: string[];
  fingerprints: Fingerprints;
}

/** undefined: the value is absent on that side. */
type Place = JsonValue | undefined;

function mergeValues(merge: Merge, base: Place, ours: Place, theirs: Place): Place {
  if (ours === theirs || base === ours) return theirs;
  if (base === theirs) return ours;
  // No comparing before going down: each level would compare all levels below it again.
  if (isJsonObject(base) && isJsonObject(ours) && isJsonObject(theirs)) return mergeObjects(merge, base, ours, theirs);
  if (Array.isArray(base) && Array.isArray(ours) && Array.isArray(theirs)) {
    const key = findIdentityKey(base, ours, theirs);
    if (key !== undefined) return mergeMembers(merge, key, base, ours, theirs);
    if (base.length === ours.length && base.length === theirs.length) return mergeByIndex(merge, base, ours, theirs);
  }
  if (isEqualJson(ours, theirs) || isEqualJson(base, ours)) return theirs;
  if (isEqualJson(base, theirs)) return ours;
  return conflict(merge, theirs);
}

function mergeAt(merge: Merge, token: string, base: Place, ours: Place, theirs: Place): Place {
  merge.path.push(token);
  const merged = mergeValues(merge, base, ours, theirs);
  merge.path.pop();
  return merged;
}

function conflict(merge: Merge, theirs: Place): Place {
  merge.conflicts.push(formatPointer(merge.path));
  return theirs;
}

function mergeObjects(merge: Merge, base: JsonObject, ours: JsonObject, theirs: JsonObject): JsonObject {
  const merged: JsonObject = {};
  let isTheirs = true;
  const mergeKey = (key: string) => {
    const theirMember = getMember(theirs, key);
    const member = mergeAt(merge, key, getMember(base, key), getMember(ours, key), theirMember);
    if (member !== undefined) setMember(merged, key, member);
    if (member !== theirMember) isTheirs = false;
  };
  for (const key of Object.keys(theirs)) mergeKey(key);
  for (const key of Object.keys(ours)) if (!Object.hasOwn(theirs, key)) mergeKey(key);
  return isTheirs ? theirs : merged;
}

function mergeMembers(
  merge: Merge,
  key: string,
  base: JsonValue[],
  ours: JsonValue[],
  theirs: JsonValue[],
): JsonValue[] {
  const baseIndexes = indexByIdentity(base, key)!;
  const ourIndexes = indexByIdentity(ours, key)!;
  const theirIndexes = indexByIdentity(theirs, key)!;
  const members = new Map<string | number, JsonValue>();
  for (const id of new Set([...theirIndexes.keys(), ...baseIndexes.keys(), ...ourIndexes.keys()])) {
    const [baseIndex, ourIndex, theirIndex] = [baseIndexes.get(id), ourIndexes.get(id), theirIndexes.get(id)];
    const token = String(theirIndex ?? baseIndex ?? ourIndex);
    const member = mergeAt(merge, token, at(base, baseIndex), at(ours, ourIndex), at(theirs, theirIndex));
    if (member !== undefined) members.set(id, member);
  }
  const merged: JsonValue[] = [];
  for (const id of mergedOrder([...baseIndexes.keys()], [...ourIndexes.keys()], [...theirIndexes.keys()])) {
    const member = members.get(id);
    if (member !== undefined) merged.push(member);
  }
  return isSameMembers(merged, theirs) ? theirs : merged;
}

function at(array: JsonValue[], index: number | undefined): Place {
  return index === undefined ? undefined : array[index];
}

/**
 * Without identities an index is all that says which member is which. When a side has moved members about, an index both
 * sides changed may hold two different things, whose fields must not be blended into one.
 */
function mergeByIndex(merge: Merge, base: JsonValue[], ours: JsonValue[], theirs: JsonValue[]): JsonValue[] {
  let someMoved: boolean | undefined;
  const merged: JsonValue[] = [];
  for (const [index, member] of base.entries()) {
    const [our, their] = [ours[index]!, theirs[index]!];
    if (base.length > 1 && areDistinctContainers(merge, member, our, their)) {
      someMoved ??= hasMovedMembers(merge, base, ours) || hasMovedMembers(merge, base, theirs);
      if (someMoved) {
        merge.conflicts.push(formatPointer([...merge.path, String(index)]));
        continue;
      }
    }
    merged.push(mergeAt(merge, String(index), member, our, their)!);
  }
  return isSameMembers(merged, theirs) ? theirs : merged;
}

function areDistinctContainers({ fingerprints }: Merge, ...values: JsonValue[]): boolean {
  if (values.some((value) => typeof value !== 'object' || value === null)) return false;
  return new Set(values.map((value) => fingerprint(value, fingerprints))).size === values.length;
}

function hasMovedMembers({ fingerprints }: Merge, base: JsonValue[], side: JsonValue[]): boolean {
  const inBase = base.map((member) => fingerprint(member, fingerprints));
  const known = new Set(inBase);
  return side.some((member, index) => {
    const bits = fingerprint(member, fingerprints);
    return bits !== inBase[index] && known.has(bits);
  });
}

function isSameMembers(a: JsonValue[], b: JsonValue[]): boolean {
  return a.length === b.length && a.every((member, index) => member === b[index]);
}
