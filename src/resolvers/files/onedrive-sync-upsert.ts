import type { BulkResult, BulkRow, BulkTable } from '../bulk-upsert.ts';
import type { Caller } from '../caller.ts';
import { type BulkOfCaseInput, bulkUpsertOfCase } from '../cases/bulk-upsert-of-case.ts';
import { fixed, INSTANT, JSON_VALUE, needed, oneOf, otherwise, text } from '../columns.ts';
import { NEWEST_FIRST, OLDEST_FIRST, type RowCondition, type RowList, whereEqual } from '../list-rows.ts';
import type { Candidate } from '../match-rows.ts';
import type { Recorded } from '../write-result.ts';

export const ONEDRIVE_FILE_TYPES = {
  REPORT: 'A report.',
  INVOICE: 'An invoice.',
  IMAGE: 'An image.',
  DOCUMENT: 'Any other document.',
} as const;

export const ONEDRIVE_SYNC_STATUSES = {
  PENDING: 'To be copied.',
  SYNCED: 'Copied.',
  FAILED: 'The last try failed; errorDetails says why.',
} as const;

export type OnedriveFileType = keyof typeof ONEDRIVE_FILE_TYPES;
export type OnedriveSyncStatus = keyof typeof ONEDRIVE_SYNC_STATUSES;

export interface OnedriveSyncItem {
  readonly id?: string | null | undefined;
  readonly fileType?: OnedriveFileType | null | undefined;
  readonly supabasePath?: string | null | undefined;
  readonly onedrivePath?: string | null | undefined;
  readonly onedriveItemId?: string | null | undefined;
  readonly syncStatus?: OnedriveSyncStatus | null | undefined;
  readonly errorDetails?: unknown;
  /** ISO-8601 text. */
  readonly lastSyncedAt?: string | null | undefined;
}

export interface OnedriveSyncUpsertInput extends BulkOfCaseInput {
  readonly syncs: readonly OnedriveSyncItem[];
}

const SYNCS: BulkTable = {
  table: 'public.onedrive_sync',
  noun: 'sync',
  columns: {
    fileType: fixed(needed(oneOf(ONEDRIVE_FILE_TYPES))),
    supabasePath: fixed(needed(text(1000, 1))),
    onedrivePath: text(1000),
    onedriveItemId: text(500),
    syncStatus: otherwise(oneOf(ONEDRIVE_SYNC_STATUSES), "'PENDING'"),
    errorDetails: JSON_VALUE,
    lastSyncedAt: INSTANT,
  },
  matchBy: [['fileType', 'supabasePath']],
  unique: true,
  guard: { reads: ['fileType', 'supabasePath'], problem: findMisfit },
};

/** Queues copies of a case's files to OneDrive, and records what became of them. */
export async function onedriveSyncUpsert(
  caller: Caller,
  input: OnedriveSyncUpsertInput,
): Promise<Recorded<BulkResult>> {
  return bulkUpsertOfCase(caller, {
    operation: 'onedriveSyncUpsert',
    target: SYNCS,
    input,
    items: input.syncs,
    field: ['input', 'syncs'],
  });
}

function findMisfit(row: BulkRow, present: Candidate | null): { field: string; message: string } | null {
  const field = ['fileType', 'supabasePath'].find(
    (name) => present && row[name] != null && row[name] !== present[name],
  );
  return field
    ? { field, message: `${field}: A sync keeps the file it was made for. Leave it out, or add another one.` }
    : null;
}

export const SYNCS_OF_CASE: RowList = { table: SYNCS.table, parent: ['org_id', 'case_id'], order: NEWEST_FIRST };
/** What waits longest comes first: a scenario works them off from there. */
export const SYNCS_OF_ORG: RowList = { table: SYNCS.table, parent: ['org_id'], order: OLDEST_FIRST };

export function syncConditions(filter: {
  readonly status?: OnedriveSyncStatus | null | undefined;
  readonly fileType?: OnedriveFileType | null | undefined;
}): RowCondition[] {
  return [...whereEqual('sync_status', filter.status), ...whereEqual('file_type', filter.fileType)];
}
