import { Refusal } from '../../errors.ts';
import { DOCUMENT_LIMITS } from '../../json/faithful.ts';
import type { JsonValue } from '../../json/json-value.ts';
import { assertFaithful } from '../assert-faithful.ts';
import type { IngestMode } from './put-data.ts';
import { isRawPayloads, RAW_PAYLOADS } from './raw-payload.ts';
import { readPointer } from './read-helper-text.ts';
import { unwrapPayload } from './unwrap-payload.ts';

export interface ArrivalInput {
  readonly pointer: string;
  readonly data?: unknown;
  readonly mode?: IngestMode | null | undefined;
  readonly name?: string | null | undefined;
}

/** What arrived, and where it is to be put. */
export interface Arrival {
  readonly tokens: readonly string[];
  readonly mode: IngestMode;
  readonly name: string;
  /** As it came. */
  readonly payload: JsonValue;
  /** What it carries. */
  readonly data: JsonValue;
  readonly receivedAt: Date;
}

const MAX_NAME_LENGTH = 100;

/** @throws Refusal naming the argument that can't be read */
export function readArrival(input: ArrivalInput): Arrival {
  const field = ['input', 'data'];
  const payload = input.data;
  assertFaithful(payload, field);
  const tokens = readPlace(input.pointer);
  const mode = input.mode ?? 'MERGE';
  if (isRawPayloads(tokens) && mode === 'REPLACE')
    throw new Refusal(
      'VALIDATION_FAILED',
      `/${RAW_PAYLOADS} is the record of what arrived, and is added to only. Send it without mode, or with MERGE or APPEND.`,
      ['input', 'mode'],
    );
  const data = unwrapPayload(payload, field);
  // Once for the call, so that running its transaction again keeps the same.
  return { tokens, mode, name: readName(input.name, tokens), payload, data, receivedAt: new Date() };
}

function readPlace(pointer: string): string[] {
  const field = ['input', 'pointer'];
  const tokens = readPointer(pointer, field);
  if (tokens.length > DOCUMENT_LIMITS.maxDepth)
    throw new Refusal('VALIDATION_FAILED', `A helper is at most ${DOCUMENT_LIMITS.maxDepth} levels deep.`, field);
  return tokens;
}

function readName(given: string | null | undefined, tokens: readonly string[]): string {
  if (given == null) {
    const words = tokens
      .join('_')
      .replace(/[^\p{L}\p{N}_-]/gu, '_')
      .toUpperCase();
    return isRawPayloads(tokens) ? 'INGEST' : [...words].slice(0, MAX_NAME_LENGTH).join('');
  }
  if (/^[\p{L}\p{N}_-]{1,100}$/u.test(given)) return given;
  throw new Refusal('VALIDATION_FAILED', 'A name has 1 to 100 letters, digits, "_" or "-", as OPEN_CASE_UI.', [
    'input',
    'name',
  ]);
}
