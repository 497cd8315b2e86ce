import { Refusal } from '../../errors.ts';
import { InvalidPointerError, parsePointer } from '../../json/json-pointer.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json-value.ts';
import { assertFaithful } from '../assert-faithful.ts';

/** What each operation of RFC 6902 needs beside `op` and `path`. */
const NEEDS = {
  add: 'value',
  remove: null,
  replace: 'value',
  move: 'from',
  copy: 'from',
  test: 'value',
} as const;

export type PatchOp = keyof typeof NEEDS;

/** One operation of a patch, of which nothing but the document can be wrong any more. */
export interface PatchStep {
  readonly op: PatchOp;
  readonly path: string;
  readonly from?: string;
  readonly value?: JsonValue;
}

const MAX_OPERATIONS = 1_000;

/**
 * An RFC 6902 patch as a client sends it. Members that an operation does not know are left out, as the RFC says.
 * @throws Refusal VALIDATION_FAILED naming the operation and its member, INVALID_DOCUMENT for a value that can't be kept
 */
export function readJsonPatch(patch: unknown, field: readonly string[]): PatchStep[] {
  if (!Array.isArray(patch))
    throw new Refusal(
      'VALIDATION_FAILED',
      'A patch (RFC 6902) is an array of operations, as [{ "op": "replace", "path": "/meta/status", "value": "done" }].',
      field,
    );
  if (patch.length > MAX_OPERATIONS)
    throw new Refusal(
      'PAYLOAD_TOO_LARGE',
      `The patch has ${patch.length} operations; at most ${MAX_OPERATIONS} are taken. Send several, or replace a larger subtree at once.`,
      field,
    );
  return patch.map((operation: JsonValue, index) => readStep(operation, index, [...field, String(index)]));
}

function readStep(operation: JsonValue, index: number, field: readonly string[]): PatchStep {
  const refuse = (what: string, member?: string) =>
    new Refusal('VALIDATION_FAILED', `Operation ${index} ${what}`, member ? [...field, member] : field);
  if (!isJsonObject(operation)) throw refuse('is no object. Send { "op", "path" } and what the operation needs.');
  const op = readMember(operation, 'op');
  if (typeof op !== 'string' || !Object.hasOwn(NEEDS, op))
    throw refuse(`needs "op": one of ${Object.keys(NEEDS).join(', ')}.`, 'op');
  const readPlace = (member: 'path' | 'from'): string => {
    const pointer = readMember(operation, member);
    if (typeof pointer === 'string' && isPointer(pointer)) return pointer;
    throw refuse(`(${op}) needs "${member}": a JSON Pointer (RFC 6901), as /stakeholders/garage/name.`, member);
  };
  const step = { op: op as PatchOp, path: readPlace('path') };
  const needed = NEEDS[step.op];
  if (needed === 'from') return { ...step, from: readPlace('from') };
  if (needed === null) return step;
  const value = readMember(operation, 'value');
  if (value === undefined) throw refuse(`(${op}) needs "value"; null is one too.`, 'value');
  assertFaithful(value, [...field, 'value']);
  return { ...step, value };
}

function readMember(operation: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(operation, name) ? operation[name] : undefined;
}

function isPointer(text: string): boolean {
  // No key of a document that is kept holds either.
  if (text.includes('\0') || !text.isWellFormed()) return false;
  try {
    parsePointer(text);
    return true;
  } catch (error) {
    if (error instanceof InvalidPointerError) return false;
    throw error;
  }
}
