import type { BulkResult, BulkTable } from '../bulk-upsert.ts';
import type { Caller } from '../caller.ts';
import { type BulkOfCaseInput, bulkUpsertOfCase } from '../cases/bulk-upsert-of-case.ts';
import { integer, JSON_VALUE, needed, oneOf, otherwise, text, texts } from '../columns.ts';
import { NEWEST_FIRST, type RowCondition, type RowList, whereEqual } from '../list-rows.ts';
import type { Recorded } from '../write-result.ts';

export const SYNC_DIRECTIONS = {
  TO_SUPABASE: "From the office's own store into this database.",
  FROM_SUPABASE: "From this database into the office's own store.",
} as const;

export const SYNC_OUTCOMES = {
  SUCCESS: 'All of it arrived.',
  PARTIAL: 'Some sections did not arrive.',
  FAILED: 'None of it arrived.',
} as const;

export type SyncDirection = keyof typeof SYNC_DIRECTIONS;
export type SyncOutcome = keyof typeof SYNC_OUTCOMES;

export interface HelperSyncLogItem {
  readonly syncDirection: SyncDirection;
  readonly syncStatus: SyncOutcome;
  readonly sectionsSynced?: readonly string[] | null | undefined;
  readonly helperVersion?: number | null | undefined;
  readonly errorDetails?: unknown;
}

export interface HelperSyncLogAddInput extends BulkOfCaseInput {
  readonly entries: readonly HelperSyncLogItem[];
}

const LOG: BulkTable = {
  table: 'public.helper_sync_log',
  noun: 'entry',
  columns: {
    syncDirection: needed(oneOf(SYNC_DIRECTIONS)),
    syncStatus: needed(oneOf(SYNC_OUTCOMES)),
    sectionsSynced: otherwise(texts(200, text(200, 1)), "'{}'"),
    helperVersion: integer(1),
    errorDetails: JSON_VALUE,
  },
  matchBy: [],
  appendOnly: true,
};

/** Records how the helper of a case was mirrored. Entries are added and never changed. */
export async function helperSyncLogAdd(caller: Caller, input: HelperSyncLogAddInput): Promise<Recorded<BulkResult>> {
  return bulkUpsertOfCase(caller, {
    operation: 'helperSyncLogAdd',
    target: LOG,
    input,
    items: input.entries,
    field: ['input', 'entries'],
  });
}

export const SYNC_LOG_OF_CASE: RowList = { table: LOG.table, parent: ['org_id', 'case_id'], order: NEWEST_FIRST };
export const SYNC_LOG_OF_ORG: RowList = { table: LOG.table, parent: ['org_id'], order: NEWEST_FIRST };

export function syncLogConditions(filter: {
  readonly status?: SyncOutcome | null | undefined;
  readonly direction?: SyncDirection | null | undefined;
}): RowCondition[] {
  return [...whereEqual('sync_status', filter.status), ...whereEqual('sync_direction', filter.direction)];
}
