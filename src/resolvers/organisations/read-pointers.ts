import { Refusal } from '../../errors.ts';
import { formatPointer, InvalidPointerError, parsePointer } from '../../json/json-pointer.ts';

const MAX_POINTERS = 200;
const MAX_LENGTH = 500;

/** JSON Pointers as a list of rules keeps them: each once, in one spelling. @throws Refusal VALIDATION_FAILED naming the one at fault */
export function readPointers(given: readonly string[], field: readonly string[]): string[] {
  if (given.length > MAX_POINTERS)
    throw new Refusal('VALIDATION_FAILED', `At most ${MAX_POINTERS} JSON Pointers.`, field);
  return [...new Set(given.map((pointer, index) => readPointer(pointer, [...field, String(index)])))];
}

function readPointer(given: string, field: readonly string[]): string {
  if (given.length > MAX_LENGTH || given.includes('\0') || !given.isWellFormed())
    throw new Refusal(
      'VALIDATION_FAILED',
      `A JSON Pointer has at most ${MAX_LENGTH} characters that can be stored.`,
      field,
    );
  try {
    return formatPointer(parsePointer(given));
  } catch (error) {
    if (!(error instanceof InvalidPointerError)) throw error;
    throw new Refusal('VALIDATION_FAILED', `${error.message} It reads like /valuation or /damage_centers/0.`, field);
  }
}
