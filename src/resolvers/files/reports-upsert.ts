import type { BulkResult, BulkRow, BulkTable } from '../bulk-upsert.ts';
import type { Caller } from '../caller.ts';
import { type BulkOfCaseInput, bulkUpsertOfCase } from '../cases/bulk-upsert-of-case.ts';
import { fixed, integer, JSON_VALUE, needed, oneOf, otherwise, text } from '../columns.ts';
import type { Candidate } from '../match-rows.ts';
import type { Recorded } from '../write-result.ts';
import {
  REPORT_STATUSES,
  REPORT_TYPES,
  REPORT_VARIANTS,
  type ReportStatus,
  type ReportType,
  type ReportVariant,
} from './report-kinds.ts';

export interface ReportItem {
  readonly id?: string | null | undefined;
  readonly reportType?: ReportType | null | undefined;
  readonly variant?: ReportVariant | null | undefined;
  readonly status?: ReportStatus | null | undefined;
  readonly title?: string | null | undefined;
  readonly helperVersion?: number | null | undefined;
  readonly storageKey?: string | null | undefined;
  readonly onedriveFileId?: string | null | undefined;
  readonly onedriveWebUrl?: string | null | undefined;
  readonly metadata?: unknown;
}

export interface ReportsUpsertInput extends BulkOfCaseInput {
  readonly reports: readonly ReportItem[];
}

const REPORTS: BulkTable = {
  table: 'public.reports',
  noun: 'report',
  columns: {
    reportType: fixed(needed(oneOf(REPORT_TYPES))),
    variant: oneOf(REPORT_VARIANTS),
    status: otherwise(oneOf(REPORT_STATUSES), "'DRAFT'"),
    title: text(500),
    helperVersion: integer(1),
    storageKey: text(1000),
    onedriveFileId: text(500),
    onedriveWebUrl: text(2000),
    metadata: JSON_VALUE,
  },
  matchBy: [['storageKey']],
  unique: true,
  guard: { reads: ['reportType', 'status'], problem: findMisfit },
};

/** Registers reports of a case, or brings what is known of them up to date. The database numbers them. */
export async function reportsUpsert(caller: Caller, input: ReportsUpsertInput): Promise<Recorded<BulkResult>> {
  return bulkUpsertOfCase(caller, {
    operation: 'reportsUpsert',
    target: REPORTS,
    input,
    items: input.reports,
    field: ['input', 'reports'],
  });
}

/** The same rules hold in the database, for whoever writes past this server. */
function findMisfit(row: BulkRow, present: Candidate | null): { field: string; message: string } | null {
  const type = present?.reportType ?? row.reportType;
  if (row.reportType != null && row.reportType !== type)
    return { field: 'reportType', message: `It is ${type}, and a report keeps its type. Register another one.` };
  if (present?.status === 'FINAL' && row.status === 'DRAFT')
    return { field: 'status', message: 'It is FINAL, and stays so. Register a new draft instead.' };
  return row.variant != null && type !== 'FINAL_REPORT'
    ? { field: 'variant', message: `Only a FINAL_REPORT has a variant; this is ${type}.` }
    : null;
}
