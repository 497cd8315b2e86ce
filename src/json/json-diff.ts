import { formatPointer } from './json-pointer.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json-value.ts';

/** Values are the documents' own, not copies. */
export type JsonChange = { pointer: string; tokens: string[] } & (
  | { kind: 'CREATED'; before?: never; after: JsonValue }
  | { kind: 'UPDATED'; before: JsonValue; after: JsonValue }
  | { kind: 'DELETED'; before: JsonValue; after?: never }
);

/**
 * The deepest places that differ. An added or removed subtree, or one whose type changed, is one change.
 * Order: members in `after`'s order, then those of the same container that only `before` has, in its order.
 * Arrays are compared index by index, whatever ids their members have: a place at which no change is, above or below,
 * reads the same as before. Stops after `limit` changes.
 */
export function diffChanges(before: JsonValue, after: JsonValue, limit = Number.POSITIVE_INFINITY): JsonChange[] {
  const changes: JsonChange[] = [];
  compare({ changes, limit, path: [] }, before, after);
  return changes;
}

/** The pointers of diffChanges, at most `limit` of them; truncated says that there are more. */
export function diffPaths(before: JsonValue, after: JsonValue, limit = 200): { paths: string[]; truncated: boolean } {
  const changes = diffChanges(before, after, limit + 1);
  return { paths: changes.slice(0, limit).map(({ pointer }) => pointer), truncated: changes.length > limit };
}

interface Comparison {
  changes: JsonChange[];
  limit: number;
  path: string[];
}

function compare(comparison: Comparison, before: JsonValue, after: JsonValue): void {
  if (before === after || comparison.changes.length >= comparison.limit) return;
  if (Array.isArray(before) && Array.isArray(after)) compareArrays(comparison, before, after);
  else if (isJsonObject(before) && isJsonObject(after)) compareObjects(comparison, before, after);
  else record(comparison, { kind: 'UPDATED', before, after });
}

function compareArrays(comparison: Comparison, before: JsonValue[], after: JsonValue[]): void {
  const length = Math.max(before.length, after.length);
  for (let index = 0; index < length; index++) {
    if (before[index] !== after[index]) compareMember(comparison, String(index), before[index], after[index]);
  }
}

function compareObjects(comparison: Comparison, before: JsonObject, after: JsonObject): void {
  let shared = 0;
  for (const key of Object.keys(after)) {
    const isShared = Object.hasOwn(before, key);
    if (isShared) shared++;
    if (!isShared || before[key] !== after[key]) {
      compareMember(comparison, key, isShared ? before[key] : undefined, after[key]);
    }
  }
  const keys = Object.keys(before);
  if (shared === keys.length) return;
  for (const key of keys) if (!Object.hasOwn(after, key)) compareMember(comparison, key, before[key], undefined);
}

function compareMember(
  comparison: Comparison,
  token: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): void {
  comparison.path.push(token);
  if (before === undefined) record(comparison, { kind: 'CREATED', after: after! });
  else if (after === undefined) record(comparison, { kind: 'DELETED', before });
  else compare(comparison, before, after);
  comparison.path.pop();
}

type WithoutPlace<Change> = Change extends unknown ? Omit<Change, 'pointer' | 'tokens'> : never;

function record({ changes, limit, path }: Comparison, change: WithoutPlace<JsonChange>): void {
  if (changes.length >= limit) return;
  changes.push({ pointer: formatPointer(path), tokens: [...path], ...change } as JsonChange);
}
