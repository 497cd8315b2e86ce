import type { Scope } from '../../db/scope.ts';
import type { JsonValue } from '../../json/json-value.ts';
import type { BulkResult, BulkTable, ItemError } from '../bulk-upsert.ts';
import type { Caller } from '../caller.ts';
import { type BulkOfCaseInput, bulkUpsertOfCase } from '../cases/bulk-upsert-of-case.ts';
import type { FoundCase } from '../cases/find-case.ts';
import { INSTANT, JSON_VALUE, text } from '../columns.ts';
import { NEWEST_FIRST, type RowList } from '../list-rows.ts';
import type { Recorded } from '../write-result.ts';
import { RawRecord } from './raw-record.ts';
import { readLeviReport } from './read-levi-report.ts';

export interface LeviReportItem {
  readonly id?: string | null | undefined;
  /** The price guide's own number of the report. */
  readonly reportId?: string | null | undefined;
  readonly rawResponse?: unknown;
  /** Read from rawResponse unless given. */
  readonly parsedData?: unknown;
  readonly reportUrl?: string | null | undefined;
  /** ISO 8601. */
  readonly fetchedAt?: string | null | undefined;
}

export interface LeviReportsUpsertInput extends BulkOfCaseInput {
  readonly reports: readonly LeviReportItem[];
}

const CONTENT = ['reportId', 'rawResponse', 'parsedData', 'reportUrl'];

const REPORTS: BulkTable = {
  table: 'public.levi_reports',
  noun: 'report',
  columns: {
    reportId: text(200, 1),
    rawResponse: JSON_VALUE,
    parsedData: JSON_VALUE,
    reportUrl: text(2000),
    fetchedAt: INSTANT,
  },
  // Answers of the guide often come without its number; the same answer is the same report.
  matchBy: [['reportId'], ['rawResponse']],
  unique: true,
  guard: {
    reads: [],
    problem: (row, present) =>
      present || CONTENT.some((name) => row[name] != null)
        ? null
        : { field: 'rawResponse', message: `A new report needs one of ${CONTENT.join(', ')}.` },
  },
};

const FIELD = ['input', 'reports'];

/** Keeps reports of the price guide with a case, and what can be read of each. */
export async function leviReportsUpsert(caller: Caller, input: LeviReportsUpsertInput): Promise<Recorded<BulkResult>> {
  return bulkUpsertOfCase(caller, {
    operation: 'leviReportsUpsert',
    target: REPORTS,
    input,
    items: input.reports,
    field: FIELD,
    prepare: (scope, found) => prepareReports(scope, found, input.reports),
  });
}

async function prepareReports(scope: Scope, found: FoundCase, reports: readonly LeviReportItem[]) {
  const elsewhere = await findReportsElsewhere(scope, found, reports);
  const faults = new Map<number, ItemError>();
  const rows = reports.map((report, index) => {
    const raw = new RawRecord((report.rawResponse ?? null) as JsonValue);
    const given = new RawRecord((report.parsedData ?? null) as JsonValue);
    const of = (name: string) => [...FIELD, String(index), name];
    if (raw.isOfAnother(found.plate) || given.isOfAnother(found.plate))
      faults.set(index, {
        code: 'PLATE_MISMATCH',
        message:
          'The report is of another vehicle: its plate differs from the plate of the case. Write it to the right case.',
        field: of(raw.isOfAnother(found.plate) ? 'rawResponse' : 'parsedData'),
      });
    else if (report.reportId != null && elsewhere.has(report.reportId))
      faults.set(index, {
        code: 'DUPLICATE',
        message: 'This report is kept with another case already. Check the report and the case.',
        field: of('reportId'),
      });
    return { ...report, parsedData: report.parsedData ?? readLeviReport(raw) };
  });
  return { rows, faults };
}

async function findReportsElsewhere(
  scope: Scope,
  found: FoundCase,
  reports: readonly LeviReportItem[],
): Promise<Set<string>> {
  const rows = await scope.sql<{ report_id: string }>(
    'select report_id from public.levi_reports where org_id = $1 and case_id <> $2 and report_id = any ($3::text[])',
    [found.orgId, found.id, reports.flatMap((report) => report.reportId ?? [])],
  );
  return new Set(rows.map((row) => row.report_id));
}

export const LEVI_REPORTS_OF_CASE: RowList = {
  table: REPORTS.table,
  parent: ['org_id', 'case_id'],
  order: NEWEST_FIRST,
};
