import { isEqualJson } from './json-equal.ts';
import type { PatchOperation } from './json-patch.ts';
import { isArrayIndex, parsePointer, resolvePointer } from './json-pointer.ts';
import { getMember, type JsonObject, type JsonValue } from './json-value.ts';

/** What stops a patch, said of one pointer of an operation. */
const PATCH_FAULTS = {
  NOTHING_THERE: 'nothing is there',
  NO_PLACE: 'its parent is not there, it is behind the end of an array, or it is "__proto__"',
  INTO_ITSELF: 'a value can not be moved into itself',
  WHOLE_DOCUMENT: 'the whole document can not be removed',
  TEST_FAILED: 'another value is there, or none',
  NOT_AN_OPERATION: 'it is none of RFC 6902, or lacks what it needs',
} as const;

export type PatchFault = keyof typeof PATCH_FAULTS;

/** The patch does not fit the document. */
export class PatchError extends Error {
  constructor(
    readonly fault: PatchFault,
    /** Of the operation in the patch. */
    readonly index: number,
    readonly operation: PatchOperation,
    readonly member: 'path' | 'from',
    readonly pointer: string,
  ) {
    super(`Operation ${index} (${operation.op}) at "${pointer}": ${PATCH_FAULTS[fault]}.`);
    this.name = 'PatchError';
  }
}

/**
 * The document after a patch (RFC 6902): all operations in order, or none. Strict: own members only, array indexes as
 * RFC 6901 writes them, nothing behind an array's end.
 *
 * Neither argument is changed. The result shares with the document what the patch does not touch, and values with the
 * patch: a container that is the same object as before has not changed.
 *
 * @param onStep called before each operation with the document as it is by then, not to be kept
 * @throws PatchError for the first operation that does not fit
 * @throws InvalidPointerError
 */
export function applyPatch(
  document: JsonValue,
  operations: readonly PatchOperation[],
  onStep?: (operation: PatchOperation, index: number, document: JsonValue) => void,
): JsonValue {
  const holder: JsonObject = { [ROOT]: document };
  const run: Run = { holder, own: new WeakSet([holder]) };
  for (const [index, operation] of operations.entries()) {
    onStep?.(operation, index, holder[ROOT]!);
    applyOperation(run, operation, index);
  }
  return holder[ROOT]!;
}

interface Run {
  /** Holds the document as a member, so that its root has a parent as every other place does. */
  readonly holder: JsonObject;
  /** Containers made by this run and seen by nobody else: the only ones it writes to. */
  readonly own: WeakSet<object>;
}

const ROOT = 'document';

type Container = JsonObject | JsonValue[];

/** Where a pointer points: a member of a container, there or not. */
interface Place {
  readonly parent: Container;
  readonly key: string;
}

function applyOperation(run: Run, operation: PatchOperation, index: number): void {
  const fail = (fault: PatchFault, member: 'path' | 'from' = 'path') => {
    const pointer = member === 'from' && 'from' in operation ? operation.from : operation.path;
    return new PatchError(fault, index, operation, member, pointer);
  };
  const openExisting = (pointer: string, member: 'path' | 'from'): Place => {
    const place = openPlace(run, pointer);
    if (place && memberAt(place) !== undefined) return place;
    throw fail('NOTHING_THERE', member);
  };
  const add = (value: JsonValue): void => {
    const place = openPlace(run, operation.path);
    if (!place || !canAdd(place)) throw fail('NO_PLACE');
    insert(place, value);
  };

  if (!isOperation(operation)) throw fail('NOT_AN_OPERATION');
  switch (operation.op) {
    case 'test':
      // Nothing there has failed as well: that something is there is what it tests.
      if (!isEqualJson(readMember(run, operation.path), operation.value)) throw fail('TEST_FAILED');
      break;
    case 'add':
      add(operation.value);
      break;
    case 'replace':
      overwrite(openExisting(operation.path, 'path'), operation.value);
      break;
    case 'remove':
      if (operation.path === '') throw fail('WHOLE_DOCUMENT');
      remove(openExisting(operation.path, 'path'));
      break;
    case 'move': {
      const from = openExisting(operation.from, 'from');
      // Not found out by itself: once /list/0 is gone, /list/0/x is a place in what was /list/1.
      if (operation.path.startsWith(`${operation.from}/`)) throw fail('INTO_ITSELF');
      const value = memberAt(from)!;
      remove(from);
      add(value);
      break;
    }
    case 'copy': {
      const value = readMember(run, operation.from);
      if (value === undefined) throw fail('NOTHING_THERE', 'from');
      // Parts of it may be the run's own: written to in one place, they would change in the other.
      add(structuredClone(value));
    }
  }
}

/** What each operation has beside `op` and `path`. */
const NEEDS = { add: 'value', remove: 'path', replace: 'value', move: 'from', copy: 'from', test: 'value' } as const;

/** A patch may have come over the network: it is an operation by its type alone. */
function isOperation(operation: PatchOperation): boolean {
  if (!Object.hasOwn(NEEDS, operation.op) || typeof operation.path !== 'string') return false;
  const need = (operation as unknown as JsonObject)[NEEDS[operation.op]];
  return NEEDS[operation.op] === 'value' ? need !== undefined : typeof need === 'string';
}

/** The place a pointer names, its parent and all above made the run's own; null when there is no parent. */
function openPlace({ holder, own }: Run, pointer: string): Place | null {
  const keys = [ROOT, ...parsePointer(pointer)];
  const key = keys.pop()!;
  let parent: Container = holder;
  for (const step of keys) {
    const place = { parent, key: step };
    let member = memberAt(place);
    if (typeof member !== 'object' || member === null) return null;
    if (!own.has(member)) {
      member = Array.isArray(member) ? [...member] : { ...member };
      own.add(member);
      overwrite(place, member);
    }
    parent = member;
  }
  return { parent, key };
}

function readMember({ holder }: Run, pointer: string): JsonValue | undefined {
  return resolvePointer(holder, [ROOT, ...parsePointer(pointer)]);
}

function memberAt({ parent, key }: Place): JsonValue | undefined {
  if (!Array.isArray(parent)) return getMember(parent, key);
  return isArrayIndex(key) ? parent[Number(key)] : undefined;
}

function canAdd({ parent, key }: Place): boolean {
  // No document has this key; assigned, it would be the prototype.
  if (!Array.isArray(parent)) return key !== '__proto__';
  return key === '-' || (isArrayIndex(key) && Number(key) <= parent.length);
}

function insert({ parent, key }: Place, value: JsonValue): void {
  if (!Array.isArray(parent)) parent[key] = value;
  else parent.splice(key === '-' ? parent.length : Number(key), 0, value);
}

function overwrite({ parent, key }: Place, value: JsonValue): void {
  if (Array.isArray(parent)) parent[Number(key)] = value;
  else parent[key] = value;
}

function remove({ parent, key }: Place): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}
