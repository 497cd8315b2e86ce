import type { Scope } from '../../db/scope.ts';
import { Refusal } from '../../errors.ts';
import { InvalidPointerError, parsePointer, resolvePointer } from '../../json/json-pointer.ts';
import type { JsonValue } from '../../json/json-value.ts';

/** Postgres reads these as places in an array where RFC 6901 does not: counted from the end, or with leading zeros. */
const AMBIGUOUS = /^(-\d+|[+\s].*|0\d+)$/s;

/** True for a token that names a member of an object at most, though Postgres would find a member of an array by it. */
export function isAmbiguousToken(token: string): boolean {
  return AMBIGUOUS.test(token);
}

const SELECT = {
  case_helper: 'select (helper_json #> $2)::text as body from public.case_helper where id = $1',
  case_helper_drafts: 'select (helper_json #> $2)::text as body from public.case_helper_drafts where id = $1',
};

/**
 * The JSON text at a pointer of a stored document, or null where it names nothing.
 * @throws Refusal VALIDATION_FAILED for what is no JSON Pointer
 */
export async function readHelperText(
  scope: Scope,
  table: keyof typeof SELECT,
  id: string,
  pointer: string,
): Promise<string | null> {
  const tokens = readPointer(pointer, ['pointer']);
  const walked = tokens.some(isAmbiguousToken);
  const rows = await scope.sql<{ body: string | null }>(SELECT[table], [id, walked ? [] : tokens]);
  const body = rows[0]?.body ?? null;
  if (!walked || body === null) return body;
  const value = resolvePointer(JSON.parse(body) as JsonValue, tokens);
  return value === undefined ? null : JSON.stringify(value);
}

/** @throws Refusal VALIDATION_FAILED naming the field */
export function readPointer(pointer: string, field: readonly string[]): string[] {
  try {
    // Postgres has no U+0000; no document that is kept has a key with it.
    if (!pointer.includes('\0')) return parsePointer(pointer);
  } catch (error) {
    if (!(error instanceof InvalidPointerError)) throw error;
  }
  throw new Refusal(
    'VALIDATION_FAILED',
    'A JSON Pointer (RFC 6901) is empty or starts with /, as /stakeholders/garage/name.',
    field,
  );
}
