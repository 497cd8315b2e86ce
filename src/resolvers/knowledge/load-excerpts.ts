import type { Scope } from '../../db/scope.ts';
import { excerptOf } from './excerpt.ts';
import type { SearchTerm } from './search-terms.ts';

/** An excerpt of each document, in the order of the ids, in one statement. */
export async function loadExcerpts(
  scope: Scope,
  docIds: readonly string[],
  terms: readonly SearchTerm[],
): Promise<string[]> {
  const rows = await scope.sql<{ id: string; body: string }>(
    'select id, body from public.kb_docs where id = any ($1::uuid[])',
    [docIds],
  );
  const bodies = new Map(rows.map((row) => [row.id, row.body]));
  return docIds.map((id) => excerptOf(bodies.get(id) ?? '', terms));
}
