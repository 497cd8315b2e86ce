import type { JsonValue } from '../../json/json-value.ts';
import type { BulkRow, BulkTable } from '../bulk-upsert.ts';
import { normalisePlate } from '../cases/plate.ts';
import {
  type Column,
  DAY,
  fixed,
  integer,
  JSON_VALUE,
  MONEY,
  oneOf,
  otherwise,
  PERCENT,
  QUANTITY,
  text,
  UUID,
} from '../columns.ts';
import { INVOICE_STATUSES, INVOICE_TYPES, ITEM_CATEGORIES } from './invoice-status.ts';

type Given<T> = T | null | undefined;

export interface InvoiceLineItem {
  readonly id?: Given<string>;
  readonly lineNumber: number;
  readonly description?: Given<string>;
  readonly itemCategory?: Given<string>;
  /** Id of a part of the case, or its row_uuid in the helper. */
  readonly partId?: Given<string>;
  readonly quantity?: Given<string>;
  readonly unitPrice?: Given<string>;
  readonly discountPercent?: Given<string>;
  readonly lineTotal?: Given<string>;
  readonly metadata?: Given<JsonValue>;
}

/** An invoice as its columns take it. */
export interface InvoiceRow {
  readonly id?: Given<string>;
  readonly invoiceNumber?: Given<string>;
  readonly invoiceType?: Given<string>;
  readonly supplierName?: Given<string>;
  readonly supplierTaxId?: Given<string>;
  readonly issueDate?: Given<string>;
  readonly dueDate?: Given<string>;
  readonly status?: Given<string>;
  readonly totalBeforeTax?: Given<string>;
  readonly taxAmount?: Given<string>;
  readonly totalAmount?: Given<string>;
  readonly plate?: Given<string>;
  /** What the OCR answered, as it came. */
  readonly ocr?: Given<JsonValue>;
  readonly metadata?: Given<JsonValue>;
}

export interface InvoiceItem extends InvoiceRow {
  readonly lines?: Given<readonly InvoiceLineItem[]>;
}

const PLATE: Column = {
  sql: 'text',
  problem: (value) =>
    normalisePlate(value as string) === null
      ? 'It has 5 to 8 digits; dashes, spaces and slashes between them are fine.'
      : null,
};

/** Which row an item means is found out beforehand, over the whole organisation: rows come here with their ids. */
export const INVOICES: BulkTable = {
  table: 'public.invoices',
  noun: 'invoice',
  columns: {
    invoiceNumber: text(100, 1),
    invoiceType: oneOf(INVOICE_TYPES),
    supplierName: text(300, 1),
    supplierTaxId: text(50, 1),
    issueDate: DAY,
    dueDate: DAY,
    status: otherwise(oneOf(INVOICE_STATUSES), `'DRAFT'`),
    totalBeforeTax: MONEY,
    taxAmount: MONEY,
    totalAmount: MONEY,
    plate: PLATE,
    ocr: JSON_VALUE,
    metadata: JSON_VALUE,
  },
  matchBy: [],
};

const LINE_COLUMNS = {
  lineNumber: integer(1),
  description: text(1000),
  itemCategory: oneOf(ITEM_CATEGORIES),
  partId: UUID,
  quantity: QUANTITY,
  unitPrice: MONEY,
  discountPercent: PERCENT,
  lineTotal: MONEY,
  metadata: JSON_VALUE,
};

/** Lines of one invoice. */
export const LINES: BulkTable = {
  table: 'public.invoice_lines',
  noun: 'line',
  columns: LINE_COLUMNS,
  matchBy: [['lineNumber']],
};

/** Lines of several invoices of a case. */
export const LINES_OF_CASE: BulkTable = {
  ...LINES,
  columns: { invoiceId: fixed(UUID), ...LINE_COLUMNS },
  matchBy: [['invoiceId', 'lineNumber']],
};

export type LineRow = InvoiceLineItem & BulkRow;
