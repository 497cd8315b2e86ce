import type { ExecutionResult } from 'graphql';
import { RequestError } from '../errors.ts';
import { stringifyWithRaw } from '../json/raw-json.ts';
import { toShownError } from './client-error.ts';

const printed = new WeakMap<ExecutionResult, string | Buffer>();

/** Answers the result, of which it is known already what it prints to, in UTF-8. */
export function printedAs(result: ExecutionResult, bytes: Buffer): ExecutionResult {
  printed.set(result, bytes);
  return result;
}

/**
 * What an answer is printed to, unless it is too large: it would hold up everybody while it is copied from buffer to
 * buffer. An error takes its place.
 */
export function limitAnswer<Printed extends string | Buffer>(
  answer: Printed,
  maxBytes: number,
  requestId: string,
): Printed | string {
  if (isWithin(answer, maxBytes)) return answer;
  const { message, code } = answerTooLarge(maxBytes);
  return JSON.stringify({ errors: [{ message, extensions: { code, requestId } }] });
}

/** Of text in UTF-8. */
export function isWithin(text: string | Buffer, maxBytes: number): boolean {
  // A character is three bytes at most.
  return text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes;
}

export function answerTooLarge(maxBytes: number): RequestError {
  return new RequestError(
    'QUERY_TOO_COMPLEX',
    `The answer is larger than ${maxBytes} bytes. Ask for fewer rows or fields at once, and for parts of helpers with pointer. A write of the request has been done.`,
  );
}

/** A result as JSON text, or as the UTF-8 of it where that is what there is. */
export function printAnswer(result: ExecutionResult): string | Buffer {
  return printed.get(result) ?? printResult(result);
}

/** A result as JSON text, printed once however many clients it goes to. */
export function printResult(result: ExecutionResult): string {
  let text = printed.get(result)?.toString();
  if (text === undefined) {
    const { data, errors, extensions } = result;
    text = stringifyWithRaw({ errors: errors?.map(toShownError), data, extensions });
    printed.set(result, text);
  }
  return text;
}
