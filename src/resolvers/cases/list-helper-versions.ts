import type { Scope } from '../../db/scope.ts';
import { type KeyPage, type OrderKey, type PageArguments, pageQuery, writeCursor } from '../paging.ts';

const NEWEST_FIRST: readonly OrderKey[] = [{ name: 'version', sql: 'version', type: 'int', direction: 'DESC' }];

/** Ids and cursors of one page of a case's versions, newest first. */
export async function listHelperVersions(scope: Scope, caseId: string, input: PageArguments): Promise<KeyPage> {
  const page = pageQuery(NEWEST_FIRST, input, 1);
  const rows = await scope.sqlOnce<{ id: string; version: number }>(
    `select id, version from public.case_helper where case_id = $1 and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
    [caseId, ...page.values],
  );
  const { rows: kept, ...sides } = page.cut(rows);
  return {
    rows: kept.map((row) => ({ id: row.id, cursor: writeCursor(NEWEST_FIRST, [String(row.version)]) })),
    ...sides,
  };
}

export async function countHelperVersions(scope: Scope, caseId: string): Promise<number> {
  const rows = await scope.sql<{ total: number }>(
    'select count(*)::int as total from public.case_helper where case_id = $1',
    [caseId],
  );
  return rows[0]!.total;
}
