import { Refusal } from '../../errors.ts';
import { applyPatch, PatchError, type PatchFault } from '../../json/apply-patch.ts';
import { DOCUMENT_LIMITS } from '../../json/faithful.ts';
import type { PatchOperation } from '../../json/json-patch.ts';
import { parsePointer, resolvePointer } from '../../json/json-pointer.ts';
import type { JsonObject, JsonValue } from '../../json/json-value.ts';
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
export function applyJsonPatch(document: JsonObject, steps: readonly PatchStep[], field: readonly string[]): JsonValue {
  let carriedBytes = 0;
  // A patch of some lines can copy a value into itself until it fills the memory, or the stack.
  const carry = (step: PatchOperation, index: number, current: JsonValue): void => {
    if (!('from' in step)) return;
    const value = resolvePointer(current, parsePointer(step.from));
    if (value === undefined) return;
    const from = [...field, String(index), 'from'];
    assertFaithful(value, from);
    carriedBytes += Buffer.byteLength(JSON.stringify(value));
    if (carriedBytes > DOCUMENT_LIMITS.maxBytes)
      throw new Refusal(
        'PAYLOAD_TOO_LARGE',
        `The patch moves and copies more than ${DOCUMENT_LIMITS.maxBytes} bytes of JSON in all. Copy less, or send the value.`,
        from,
      );
  };

  try {
    return applyPatch(document, steps as readonly PatchOperation[], carry);
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    const { fault, index, operation, member, pointer } = error;
    if (fault === 'TEST_FAILED') throw new PatchTestFailed(index, pointer);
    const what = `Operation ${index} (${operation.op}): ${ADVICE[fault](member)}`;
    throw new Refusal('VALIDATION_FAILED', what, [...field, String(index), member]);
  }
}

const ADVICE: Record<Exclude<PatchFault, 'TEST_FAILED'>, (member: string) => string> = {
  NOTHING_THERE: (member) => `nothing is at its ${member}. Load the helper again and correct the patch.`,
  NO_PLACE: () => 'its path has no parent here, or is behind the end of an array. Add the parent first; "-" appends.',
  INTO_ITSELF: () => 'a value can not be moved into itself.',
  WHOLE_DOCUMENT: () => 'the whole helper can not be removed. Replace it with {} to empty it.',
  NOT_AN_OPERATION: () => 'it is none of RFC 6902, or lacks what it needs.',
};
