import type { Scope } from '../../db/scope.ts';
import { NEWEST_FIRST, type RowCondition, type RowList, whereEqual } from '../list-rows.ts';
import type { ReportStatus, ReportType } from './report-kinds.ts';

export const REPORTS_OF_CASE: RowList = {
  table: 'public.reports',
  parent: ['org_id', 'case_id'],
  order: NEWEST_FIRST,
};

export interface ReportFilter {
  readonly reportType?: ReportType | null | undefined;
  readonly status?: ReportStatus | null | undefined;
  /** true: the newest of each type and status; false: all others. */
  readonly current?: boolean | null | undefined;
}

export function reportConditions({ reportType, status, current }: ReportFilter): RowCondition[] {
  return [
    ...whereEqual('report_type', reportType),
    ...whereEqual('status', status),
    ...(current == null ? [] : [() => (current ? IS_CURRENT : `not ${IS_CURRENT}`)]),
  ];
}

/** Nothing newer of the type has the same status: a draft of tomorrow does not take the place of what was handed in today. */
const IS_CURRENT = `(not exists (select from public.reports n where n.org_id = r.org_id and n.case_id = r.case_id
  and n.report_type = r.report_type and n.status = r.status and n.version > r.version))`;

/** Which of the reports are current, in their order, in one statement. */
export async function loadIsCurrent(scope: Scope, ids: readonly string[]): Promise<boolean[]> {
  const rows = await scope.sql<{ id: string }>(
    `select r.id from public.reports r where r.id = any ($1::uuid[]) and ${IS_CURRENT}`,
    [ids],
  );
  const current = new Set(rows.map((row) => row.id));
  return ids.map((id) => current.has(id));
}
