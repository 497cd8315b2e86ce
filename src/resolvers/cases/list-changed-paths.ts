import type { Scope } from '../../db/scope.ts';
import { diffPaths } from '../../json/json-diff.ts';
import type { JsonObject } from '../../json/json-value.ts';

/** JSON Pointers that differ from the version before: as the writer noted them, else worked out from both versions. */
export async function listChangedPaths(scope: Scope, helperId: string): Promise<string[]> {
  const noted = await scope.sql<{ paths: string[] | null }>(
    'select changed_paths as paths from public.case_helper where id = $1',
    [helperId],
  );
  if (noted[0]?.paths) return noted[0].paths;
  // A version written past this server, as with psql or in Supabase Studio.
  const rows = await scope.sql<{ after: string; before: string | null }>(
    `select h.helper_json::text as after, p.helper_json::text as before
     from public.case_helper h left join public.case_helper p on p.case_id = h.case_id and p.version = h.version - 1 where h.id = $1`,
    [helperId],
  );
  const row = rows[0]!;
  return diffPaths(JSON.parse(row.before ?? '{}') as JsonObject, JSON.parse(row.after) as JsonObject).paths;
}
