import { alignArrays } from './array-alignment.ts';
import type { Fingerprints } from './json-fingerprint.ts';
import { escapeToken, formatPointer } from './json-pointer.ts';
import { getMember, isJsonObject, type JsonObject, type JsonValue } from './json-value.ts';

/** One operation of RFC 6902. */
export type PatchOperation =
  | { op: 'add' | 'replace'; path: string; value: JsonValue }
  | { op: 'test'; path: string; value: JsonValue }
  | { op: 'remove'; path: string }
  | { op: 'move' | 'copy'; path: string; from: string };

/**
 * RFC 6902 operations that turn `before` into `after` when applied in order; none when they are equal. Values are the
 * document's own, not copies.
 *
 * Members of arrays are matched, by their ids where they have them (see array-alignment.ts): an inserted one is an add,
 * a moved one a move, an edited one is patched at its new place. Below the root a container is replaced whole where that
 * is shorter.
 */
export function toPatch(before: JsonValue, after: JsonValue): PatchOperation[] {
  const draft: Draft = { operations: [], length: 0, path: [], fingerprints: new WeakMap() };
  compare(draft, before, after);
  return draft.operations;
}

interface Draft {
  operations: PatchOperation[];
  /** Of the operations as JSON text: characters, not counting what escapes add. */
  length: number;
  path: string[];
  fingerprints: Fingerprints;
}

function compare(draft: Draft, before: JsonValue, after: JsonValue): void {
  if (before === after) return;
  const start = { count: draft.operations.length, length: draft.length };
  if (Array.isArray(before) && Array.isArray(after)) compareArrays(draft, before, after);
  else if (isJsonObject(before) && isJsonObject(after)) compareObjects(draft, before, after);
  else {
    replace(draft, after);
    return;
  }

  const length = draft.length - start.length;
  if (length === 0 || draft.path.length === 0) return;
  const whole: PatchOperation = { op: 'replace', path: formatPointer(draft.path), value: after };
  if (operationLength(whole, length) >= length) return;
  draft.operations.length = start.count;
  draft.length = start.length;
  record(draft, whole);
}

function compareObjects(draft: Draft, before: JsonObject, after: JsonObject): void {
  for (const key of Object.keys(after)) {
    const member = getMember(before, key);
    if (member !== undefined) compareMember(draft, key, member, after[key]!);
    else record(draft, { op: 'add', path: pointerTo(draft, key), value: after[key]! });
  }
  for (const key of Object.keys(before)) {
    if (!Object.hasOwn(after, key)) record(draft, { op: 'remove', path: pointerTo(draft, key) });
  }
}

function compareArrays(draft: Draft, before: JsonValue[], after: JsonValue[]): void {
  const alignment = alignArrays(before, after, draft.fingerprints);
  if (alignment === null) {
    replace(draft, after);
    return;
  }
  const { removed, moves, added, origins } = alignment;
  const at = (index: number) => pointerTo(draft, String(index));
  for (const index of removed) record(draft, { op: 'remove', path: at(index) });
  for (const { from, to } of moves) record(draft, { op: 'move', from: at(from), path: at(to) });
  for (const index of added) record(draft, { op: 'add', path: at(index), value: after[index]! });
  // Last: from here on every member stands at its new place.
  for (const [index, origin] of origins.entries()) {
    if (origin >= 0) compareMember(draft, String(index), before[origin]!, after[index]!);
  }
}

function compareMember(draft: Draft, token: string, before: JsonValue, after: JsonValue): void {
  if (before === after) return;
  draft.path.push(token);
  compare(draft, before, after);
  draft.path.pop();
}

function pointerTo({ path }: Draft, token: string): string {
  return `${formatPointer(path)}/${escapeToken(token)}`;
}

function replace(draft: Draft, value: JsonValue): void {
  record(draft, { op: 'replace', path: formatPointer(draft.path), value });
}

function record(draft: Draft, operation: PatchOperation): void {
  draft.operations.push(operation);
  draft.length += operationLength(operation);
}

/** Characters of the operation and a comma as JSON, or any number beyond `limit` where it is longer than that. */
function operationLength(operation: PatchOperation, limit = Number.POSITIVE_INFINITY): number {
  let length = '{"op":"","path":""},'.length + operation.op.length + operation.path.length;
  if ('from' in operation) length += ',"from":""'.length + operation.from.length;
  if ('value' in operation) length += ',"value":'.length + textLength(operation.value, limit - length);
  return length;
}

function textLength(value: JsonValue, limit: number): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return String(value).length;
  // Each member brings the comma before the next, the last one the closing bracket.
  let length = 1;
  if (Array.isArray(value)) {
    for (const member of value) {
      if (length > limit) break;
      length += textLength(member, limit - length) + 1;
    }
  } else {
    for (const key of Object.keys(value)) {
      if (length > limit) break;
      length += key.length + '"":'.length + textLength(value[key]!, limit - length) + 1;
    }
  }
  return Math.max(length, '[]'.length);
}
