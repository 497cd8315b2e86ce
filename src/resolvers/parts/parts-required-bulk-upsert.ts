import type { Scope } from '../../db/scope.ts';
import type { BulkResult, BulkTable, ItemError } from '../bulk-upsert.ts';
import type { Caller } from '../caller.ts';
import { type BulkOfCaseInput, bulkUpsertOfCase } from '../cases/bulk-upsert-of-case.ts';
import type { FoundCase } from '../cases/find-case.ts';
import { integer, JSON_VALUE, oneOf, otherwise, PERCENT, text, UUID } from '../columns.ts';
import { OLDEST_FIRST, type RowList } from '../list-rows.ts';
import type { Recorded } from '../write-result.ts';
import { MAX_QUANTITY, UNIT_PRICE } from './part-price.ts';
import { PART_STATUSES } from './part-status.ts';

export interface PartRequiredItem {
  /** The row's id, or its row_uuid in the helper. */
  readonly id?: string | null | undefined;
  readonly damageCenterCode?: string | null | undefined;
  readonly partNumber?: string | null | undefined;
  readonly partName?: string | null | undefined;
  readonly manufacturer?: string | null | undefined;
  readonly quantity?: number | null | undefined;
  readonly unitPrice?: string | null | undefined;
  readonly reductionPercentage?: string | null | undefined;
  readonly wearPercentage?: string | null | undefined;
  readonly selectedSupplier?: string | null | undefined;
  readonly status?: string | null | undefined;
  readonly metadata?: unknown;
}

export interface PartsRequiredBulkUpsertInput extends BulkOfCaseInput {
  readonly parts: readonly PartRequiredItem[];
}

const PARTS: BulkTable = {
  table: 'public.parts_required',
  noun: 'part',
  columns: {
    rowUuid: UUID,
    damageCenterCode: text(100),
    partNumber: text(200),
    partName: text(500),
    manufacturer: text(200),
    quantity: otherwise(integer(0, MAX_QUANTITY), '1'),
    unitPrice: UNIT_PRICE,
    reductionPercentage: otherwise(PERCENT, '0'),
    wearPercentage: otherwise(PERCENT, '0'),
    selectedSupplier: text(300),
    status: otherwise(oneOf(PART_STATUSES), "'PENDING'"),
    metadata: JSON_VALUE,
  },
  // A part number alone is a name within what has no damage centre yet; a centre alone is none.
  matchBy: [['rowUuid'], ['partNumber', 'damageCenterCode']],
  mayLack: ['damageCenterCode'],
};

const FIELD = ['input', 'parts'];

/** Writes the parts that the damage centres of a case need. The database works out what they cost. */
export async function partsRequiredBulkUpsert(
  caller: Caller,
  input: PartsRequiredBulkUpsertInput,
): Promise<Recorded<BulkResult>> {
  return bulkUpsertOfCase(caller, {
    operation: 'partsRequiredBulkUpsert',
    target: PARTS,
    input,
    items: input.parts,
    field: FIELD,
    prepare: (scope, found) => prepareParts(scope, found, input.parts),
  });
}

/** An id that is no row of the case is the helper's row_uuid, which comes before the row does. */
async function prepareParts(scope: Scope, found: FoundCase, parts: readonly PartRequiredItem[]) {
  const named = parts.flatMap((part) => part.id ?? []);
  const known = await scope.sql<{ id: string; row_uuid: string | null; is_here: boolean }>(
    `select id, row_uuid, case_id = $2 as is_here from public.parts_required
     where org_id = $1 and (id = any ($3::uuid[]) or row_uuid = any ($3::uuid[]))`,
    [found.orgId, found.id, named],
  );
  const rows = new Set(known.filter((row) => row.is_here).map((row) => row.id));
  const elsewhere = new Set(known.filter((row) => !row.is_here).flatMap((row) => [row.id, row.row_uuid]));
  const faults = new Map<number, ItemError>();
  for (const [index, { id }] of parts.entries())
    if (id != null && !rows.has(id) && elsewhere.has(id))
      faults.set(index, {
        code: 'DUPLICATE',
        message: 'This id belongs to a part of another case. Give the part an id of its own, or write to that case.',
        field: [...FIELD, String(index), 'id'],
      });
  return {
    rows: parts.map(({ id, ...part }) =>
      id != null && rows.has(id) ? { ...part, id } : { ...part, rowUuid: id ?? null },
    ),
    faults,
  };
}

export const PARTS_OF_CASE: RowList = { table: PARTS.table, parent: ['org_id', 'case_id'], order: OLDEST_FIRST };
