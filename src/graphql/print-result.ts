import type { ExecutionResult } from 'graphql';
import { type ByteString, bytesOf, isWithin, textOf } from '../db/byte-string.ts';
import { RequestError } from '../errors.ts';
import { stringifyWithRaw } from '../json/raw-json.ts';
import { toShownError } from './client-error.ts';

const printed = new WeakMap<ExecutionResult, string>();
const printedBytes = new WeakMap<ExecutionResult, ByteString>();

/** Answers the result, of which it is known already what it prints to, in UTF-8. */
export function printedAs(result: ExecutionResult, bytes: ByteString): ExecutionResult {
  printedBytes.set(result, bytes);
  return result;
}

/** A string, and what makes bytes of it. */
export interface Printed {
  readonly body: string;
  readonly encoding: 'utf8' | 'latin1';
}

/** As `printResult` and `limitAnswer`, without decoding what is in UTF-8 already. */
export function printAnswer(result: ExecutionResult, maxBytes: number, requestId: string): Printed {
  const bytes = printedBytes.get(result);
  if (bytes !== undefined && bytes.length <= maxBytes) return { body: bytes, encoding: 'latin1' };
  return { body: limitAnswer(printResult(result), maxBytes, requestId), encoding: 'utf8' };
}

/** The UTF-8 of an answer as `limitAnswer` limits it. */
export function printLimitedBytes(result: ExecutionResult, maxBytes: number, requestId: string): ByteString {
  const bytes = printBytes(result);
  return bytes.length <= maxBytes ? bytes : bytesOf(textTooLarge(maxBytes, requestId));
}

/**
 * The text of an answer, unless it is too large: it would hold up everybody while it is copied from buffer to buffer. An
 * error takes its place.
 */
export function limitAnswer(text: string, maxBytes: number, requestId: string): string {
  return isWithin(text, maxBytes) ? text : textTooLarge(maxBytes, requestId);
}

function textTooLarge(maxBytes: number, requestId: string): string {
  const { message, code } = answerTooLarge(maxBytes);
  return JSON.stringify({ errors: [{ message, extensions: { code, requestId } }] });
}

export function answerTooLarge(maxBytes: number): RequestError {
  return new RequestError(
    'QUERY_TOO_COMPLEX',
    `The answer is larger than ${maxBytes} bytes. Ask for fewer rows or fields at once, and for parts of helpers with pointer. A write of the request has been done.`,
  );
}

/** A result as JSON text, printed once however many clients it goes to. */
export function printResult(result: ExecutionResult): string {
  let text = printed.get(result);
  if (text === undefined) {
    const bytes = printedBytes.get(result);
    text = bytes === undefined ? print(result) : textOf(bytes);
    printed.set(result, text);
  }
  return text;
}

/** The UTF-8 of `printResult`, likewise made once. */
export function printBytes(result: ExecutionResult): ByteString {
  let bytes = printedBytes.get(result);
  if (bytes === undefined) {
    bytes = bytesOf(printed.get(result) ?? print(result));
    printedBytes.set(result, bytes);
  }
  return bytes;
}

function print({ data, errors, extensions }: ExecutionResult): string {
  return stringifyWithRaw({ errors: errors?.map(toShownError), data, extensions });
}
