// rfc6902 carries an operation out; where, is decided here. Left to itself the library takes inherited members, "01" and
// places behind an array's end for existing ones, steps over keys named "constructor", and goes on after a failure.
import { applyPatch, type Operation } from 'rfc6902';
import { Refusal } from '../../errors.ts';
import { DOCUMENT_LIMITS } from '../../json/faithful.ts';
import { isEqualJson } from '../../json/json-equal.ts';
import { escapeToken, isArrayIndex, parsePointer, resolvePointer } from '../../json/json-pointer.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json-value.ts';
import { assertFaithful } from '../assert-faithful.ts';
import type { PatchStep } from './read-json-patch.ts';

/** A `test` of the patch found something else. */
export class PatchTestFailed extends Error {
  constructor(
    readonly index: number,
    readonly pointer: string,
  ) {
    super(`The test of operation ${index} failed.`);
    this.name = 'PatchTestFailed';
  }
}

/**
 * The document after a patch: all operations in order, or none. The document itself is not changed.
 * @throws Refusal VALIDATION_FAILED naming the operation whose place is not there
 * @throws PatchTestFailed
 */
export function applyJsonPatch(
  document: JsonObject,
  steps: readonly PatchStep[],
  field: readonly string[],
): JsonValue | undefined {
  const run: Run = { holder: { [ROOT]: structuredClone(document) }, carriedBytes: 0 };
  for (const [index, step] of steps.entries()) applyStep(run, step, index, [...field, String(index)]);
  return run.holder[ROOT];
}

interface Run {
  /** Holds the document as a member, so that its root has a parent as every other place does. */
  readonly holder: JsonObject;
  /** JSON text of all that was moved or copied. */
  carriedBytes: number;
}

const ROOT = 'document';

/** Where a pointer points: a member of a container, there or not. */
interface Place {
  readonly parent: JsonObject | JsonValue[];
  readonly key: string;
}

function applyStep(run: Run, step: PatchStep, index: number, field: readonly string[]): void {
  const refuse = (what: string, member: 'path' | 'from' = 'path') =>
    new Refusal('VALIDATION_FAILED', `Operation ${index} (${step.op}): ${what}`, [...field, member]);
  const getExisting = (pointer: string, member: 'path' | 'from'): Place => {
    const place = findPlace(run.holder, pointer);
    if (place && isThere(place)) return place;
    throw refuse(`nothing is at its ${member}. Load the helper again and correct the patch.`, member);
  };
  const add = (value: JsonValue): void => {
    const place = findPlace(run.holder, step.path);
    if (!place || !canAdd(place))
      throw refuse('its path has no parent here, or is behind the end of an array. Add the parent first; "-" appends.');
    carryOut(place, 'add', value);
  };

  switch (step.op) {
    case 'test': {
      const place = findPlace(run.holder, step.path);
      // Nothing there has failed as well: that something is there is what it tests.
      if (!place || !isThere(place) || !isEqualJson(valueAt(place), step.value))
        throw new PatchTestFailed(index, step.path);
      break;
    }
    case 'add':
      add(step.value!);
      break;
    case 'replace':
      carryOut(getExisting(step.path, 'path'), 'replace', step.value!);
      break;
    case 'remove':
      if (step.path === '') throw refuse('the whole helper can not be removed. Replace it with {} to empty it.');
      carryOut(getExisting(step.path, 'path'), 'remove');
      break;
    default: {
      const from = getExisting(step.from!, 'from');
      // Not found out by itself: once /list/0 is gone, /list/0/x is a place in what was /list/1.
      if (step.op === 'move' && step.path.startsWith(`${step.from}/`))
        throw refuse('a value can not be moved into itself.');
      const value = valueAt(from);
      carry(run, value, [...field, 'from']);
      if (step.op === 'move') carryOut(from, 'remove');
      add(value);
    }
  }
}

/** A patch of some lines can copy a value into itself until it fills the memory, or the stack. */
function carry(run: Run, value: JsonValue, field: readonly string[]): void {
  assertFaithful(value, field);
  run.carriedBytes += Buffer.byteLength(JSON.stringify(value));
  if (run.carriedBytes > DOCUMENT_LIMITS.maxBytes)
    throw new Refusal(
      'PAYLOAD_TOO_LARGE',
      `The patch moves and copies more than ${DOCUMENT_LIMITS.maxBytes} bytes of JSON in all. Copy less, or send the value.`,
      field,
    );
}

function findPlace(holder: JsonObject, pointer: string): Place | null {
  const tokens = [ROOT, ...parsePointer(pointer)];
  const key = tokens.pop()!;
  const parent = resolvePointer(holder, tokens);
  return Array.isArray(parent) || isJsonObject(parent) ? { parent, key } : null;
}

function isThere({ parent, key }: Place): boolean {
  return Array.isArray(parent) ? isArrayIndex(key) && Number(key) < parent.length : Object.hasOwn(parent, key);
}

function canAdd({ parent, key }: Place): boolean {
  // No document has this key; assigned, it would be the prototype.
  if (!Array.isArray(parent)) return key !== '__proto__';
  return key === '-' || (isArrayIndex(key) && Number(key) <= parent.length);
}

function valueAt({ parent, key }: Place): JsonValue {
  return (Array.isArray(parent) ? parent[Number(key)] : parent[key])!;
}

function carryOut({ parent, key }: Place, op: 'add' | 'replace' | 'remove', value?: JsonValue): void {
  const operation = { op, path: `/${escapeToken(key)}`, value } as Operation;
  const [failure] = applyPatch(parent, [operation]);
  if (failure) throw failure;
}
