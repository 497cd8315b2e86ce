import { RawJson } from '../../json/raw-json.ts';
import { isAmbiguousToken, readHelperText, readPointer } from '../../resolvers/cases/read-helper-text.ts';
import type { Param } from '../../resolvers/sql-values.ts';
import type { Operation } from '../context.ts';

/** The value of a `helperJson` field: the database's text, or null where the pointer names nothing. */
export async function helperJson(
  operation: Operation,
  table: 'case_helper' | 'case_helper_drafts',
  id: string,
  pointer: string,
): Promise<RawJson | null> {
  const text = await readHelperText(operation.scope, table, id, pointer);
  if (text === null) return null;
  operation.addText(text.length);
  return new RawJson(text);
}

/**
 * The same in SQL.
 * @throws for a pointer that is none, and for one that Postgres reads otherwise than RFC 6901
 */
export function helperJsonSql(document: string, pointer: string, param: Param): string {
  const tokens = readPointer(pointer, ['pointer']);
  if (tokens.some(isAmbiguousToken)) throw new Error('Postgres finds members of arrays by such a token.');
  return tokens.length === 0 ? document : `${document} #> ${param(tokens, 'text[]')}`;
}
