import type { BulkResult, BulkTable } from '../bulk-upsert.ts';
import type { Caller } from '../caller.ts';
import { type BulkOfCaseInput, bulkUpsertOfCase } from '../cases/bulk-upsert-of-case.ts';
import { integer, JSON_VALUE, needed, oneOf, otherwise, text } from '../columns.ts';
import { OLDEST_FIRST, type RowList } from '../list-rows.ts';
import type { Recorded } from '../write-result.ts';
import { MAX_QUANTITY, UNIT_PRICE } from './part-price.ts';
import {
  PART_DATA_SOURCES,
  type PartDataSource,
  SELECTED_PART_STATUSES,
  type SelectedPartStatus,
} from './part-status.ts';

export interface SelectedPartItem {
  readonly id?: string | null | undefined;
  readonly damageCenterCode?: string | null | undefined;
  readonly dataSource?: PartDataSource | null | undefined;
  readonly supplier?: string | null | undefined;
  readonly partNumber?: string | null | undefined;
  readonly partName?: string | null | undefined;
  readonly manufacturer?: string | null | undefined;
  readonly quantity?: number | null | undefined;
  readonly unitPrice?: string | null | undefined;
  readonly status?: SelectedPartStatus | null | undefined;
  readonly rawData?: unknown;
}

export interface SelectedPartsBulkUpsertInput extends BulkOfCaseInput {
  readonly parts: readonly SelectedPartItem[];
}

const SELECTED_PARTS: BulkTable = {
  table: 'public.selected_parts',
  noun: 'selected part',
  columns: {
    damageCenterCode: text(100),
    dataSource: needed(oneOf(PART_DATA_SOURCES)),
    supplier: text(300),
    partNumber: text(200),
    partName: needed(text(500, 1)),
    manufacturer: text(200),
    quantity: otherwise(integer(0, MAX_QUANTITY), '1'),
    unitPrice: UNIT_PRICE,
    status: otherwise(oneOf(SELECTED_PART_STATUSES), "'SELECTED'"),
    rawData: JSON_VALUE,
  },
  // As the index selected_parts_once has it.
  matchBy: [['dataSource', 'supplier', 'partNumber', 'partName']],
  mayLack: ['supplier', 'partNumber'],
  unique: true,
};

/** Writes the parts that were picked for a case. What is picked twice is there once. */
export async function selectedPartsBulkUpsert(
  caller: Caller,
  input: SelectedPartsBulkUpsertInput,
): Promise<Recorded<BulkResult>> {
  return bulkUpsertOfCase(caller, {
    operation: 'selectedPartsBulkUpsert',
    target: SELECTED_PARTS,
    input,
    items: input.parts,
    field: ['input', 'parts'],
  });
}

export const SELECTED_PARTS_OF_CASE: RowList = {
  table: SELECTED_PARTS.table,
  parent: ['org_id', 'case_id'],
  order: OLDEST_FIRST,
};
