import { Refusal } from '../errors.ts';
import { type FaithfulLimits, findUnfaithful } from '../json/faithful.ts';
import { parsePointer } from '../json/json-pointer.ts';
import type { JsonValue } from '../json/json-value.ts';

/** For what is to be kept as it was sent. @throws Refusal INVALID_DOCUMENT naming the place that can't be kept faithfully */
export function assertFaithful(
  value: unknown,
  field: readonly string[],
  limits: FaithfulLimits = {},
): asserts value is JsonValue {
  const fault = findUnfaithful(value, limits);
  if (!fault) return;
  // A path of a document too deep would be as deep again in the answer.
  const path = fault.reason === 'TOO_DEEP' ? [] : parsePointer(fault.pointer);
  throw new Refusal('INVALID_DOCUMENT', `${fault.message} (at "${fault.pointer}")`, [...field, ...path]);
}
