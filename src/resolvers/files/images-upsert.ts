import type { BulkResult, BulkTable } from '../bulk-upsert.ts';
import type { Caller } from '../caller.ts';
import { type BulkOfCaseInput, bulkUpsertOfCase } from '../cases/bulk-upsert-of-case.ts';
import { CONFIDENCE, FLAG, integer, JSON_VALUE, otherwise, text } from '../columns.ts';
import { OLDEST_FIRST, type RowCondition, type RowList, whereEqual } from '../list-rows.ts';
import type { Recorded } from '../write-result.ts';

export interface ImageItem {
  readonly id?: string | null | undefined;
  readonly filename?: string | null | undefined;
  readonly category?: string | null | undefined;
  readonly originalKey?: string | null | undefined;
  readonly processedKey?: string | null | undefined;
  readonly displayOrder?: number | null | undefined;
  readonly damageCenterCode?: string | null | undefined;
  readonly recognizedPart?: string | null | undefined;
  readonly recognizedDamage?: string | null | undefined;
  readonly confidence?: string | null | undefined;
  readonly onedriveFileId?: string | null | undefined;
  readonly onedriveWebUrl?: string | null | undefined;
  readonly meta?: unknown;
  /** true puts the image aside, false brings it back. */
  readonly deleted?: boolean | null | undefined;
}

export interface ImagesUpsertInput extends BulkOfCaseInput {
  readonly images: readonly ImageItem[];
}

const IMAGES: BulkTable = {
  table: 'public.images',
  noun: 'image',
  columns: {
    filename: text(500),
    category: text(100),
    originalKey: text(1000),
    processedKey: text(1000),
    displayOrder: integer(0),
    // Not looked up: a centre that is being worked on is in somebody's draft, in no version yet.
    damageCenterCode: text(100),
    recognizedPart: text(200),
    recognizedDamage: text(200),
    confidence: CONFIDENCE,
    onedriveFileId: text(500),
    onedriveWebUrl: text(2000),
    meta: JSON_VALUE,
    deleted: otherwise(FLAG, 'false'),
  },
  matchBy: [['originalKey']],
  unique: true,
};

/** Registers images of a case, brings what is known of them up to date, puts them aside or brings them back. */
export async function imagesUpsert(caller: Caller, input: ImagesUpsertInput): Promise<Recorded<BulkResult>> {
  return bulkUpsertOfCase(caller, {
    operation: 'imagesUpsert',
    target: IMAGES,
    input,
    items: input.images,
    field: ['input', 'images'],
  });
}

/** In the order they are shown; those without a place come last, as they came. */
export const IMAGES_OF_CASE: RowList = {
  table: IMAGES.table,
  parent: ['org_id', 'case_id'],
  order: [
    { name: 'displayOrder', sql: `coalesce(r.display_order, ${2 ** 31 - 1})`, type: 'int', direction: 'ASC' },
    ...OLDEST_FIRST,
  ],
};

export interface ImageFilter {
  readonly includeDeleted?: boolean | null | undefined;
  readonly category?: string | null | undefined;
  readonly damageCenterCode?: string | null | undefined;
  readonly recognizedPart?: string | null | undefined;
}

export function imageConditions(filter: ImageFilter): RowCondition[] {
  return [
    ...(filter.includeDeleted ? [] : [() => 'not r.deleted']),
    ...whereEqual('category', filter.category),
    ...whereEqual('damage_center_code', filter.damageCenterCode),
    ...whereEqual('recognized_part', filter.recognizedPart),
  ];
}
