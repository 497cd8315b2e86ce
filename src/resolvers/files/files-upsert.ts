import type { BulkResult, BulkTable } from '../bulk-upsert.ts';
import type { Caller } from '../caller.ts';
import { type BulkOfCaseInput, bulkUpsertOfCase } from '../cases/bulk-upsert-of-case.ts';
import { integer, text } from '../columns.ts';
import { NEWEST_FIRST, type RowList } from '../list-rows.ts';
import type { Recorded } from '../write-result.ts';

export interface FileItem {
  readonly id?: string | null | undefined;
  readonly category?: string | null | undefined;
  readonly filename: string;
  readonly mime?: string | null | undefined;
  readonly sizeBytes?: number | null | undefined;
  readonly checksum?: string | null | undefined;
  readonly storageKey?: string | null | undefined;
  readonly onedriveFileId?: string | null | undefined;
  readonly onedriveWebUrl?: string | null | undefined;
}

export interface FilesUpsertInput extends BulkOfCaseInput {
  readonly files: readonly FileItem[];
}

const FILES: BulkTable = {
  table: 'public.docs',
  noun: 'file',
  columns: {
    category: text(100),
    filename: text(500, 1),
    mime: text(200),
    sizeBytes: integer(0),
    checksum: text(200),
    storageKey: text(1000),
    onedriveFileId: text(500),
    onedriveWebUrl: text(2000),
  },
  matchBy: [['onedriveFileId'], ['storageKey'], ['checksum']],
};

/** Registers files of a case, or brings what is known of them up to date. */
export async function filesUpsert(caller: Caller, input: FilesUpsertInput): Promise<Recorded<BulkResult>> {
  return bulkUpsertOfCase(caller, {
    operation: 'filesUpsert',
    target: FILES,
    input,
    items: input.files,
    field: ['input', 'files'],
  });
}

export const FILES_OF_CASE: RowList = { table: FILES.table, parent: ['org_id', 'case_id'], order: NEWEST_FIRST };
