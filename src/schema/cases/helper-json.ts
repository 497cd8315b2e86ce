import type { Scope } from '../../db/scope.ts';
import { RawJson } from '../../json/raw-json.ts';
import { readHelperText } from '../../resolvers/cases/read-helper-text.ts';

/** The value of a `helperJson` field: the database's text, or null where the pointer names nothing. */
export async function helperJson(
  scope: Scope,
  table: 'case_helper' | 'case_helper_drafts',
  id: string,
  pointer: string,
): Promise<RawJson | null> {
  const text = await readHelperText(scope, table, id, pointer);
  return text === null ? null : new RawJson(text);
}
