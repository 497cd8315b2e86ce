import type { ExecutionResult } from 'graphql';
import { stringifyWithRaw } from '../json/raw-json.ts';
import { toShownError } from './client-error.ts';

const printed = new WeakMap<ExecutionResult, string>();

/** Answers the result, of which it is known already what it prints to. */
export function printedAs(result: ExecutionResult, text: string): ExecutionResult {
  printed.set(result, text);
  return result;
}

/** A result as JSON text, printed once however many clients it goes to. */
export function printResult(result: ExecutionResult): string {
  let text = printed.get(result);
  if (text === undefined) {
    const { data, errors, extensions } = result;
    text = stringifyWithRaw({ errors: errors?.map(toShownError), data, extensions });
    printed.set(result, text);
  }
  return text;
}
