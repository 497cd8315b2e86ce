import { Refusal } from '../../errors.ts';
import { UNPAID_INVOICE_STATUSES } from '../cases/case-conditions.ts';
import { NEWEST_FIRST, type RowCondition, type RowList } from '../list-rows.ts';
import { INVOICES, LINES } from './invoice-rows.ts';
import { INVOICE_STATUSES, INVOICE_TYPES } from './invoice-status.ts';

export const INVOICES_OF_CASE: RowList = { table: INVOICES.table, parent: ['org_id', 'case_id'], order: NEWEST_FIRST };
export const INVOICES_OF_ORG: RowList = { table: INVOICES.table, parent: ['org_id'], order: NEWEST_FIRST };
export const LINES_OF_INVOICE: RowList = {
  table: LINES.table,
  parent: ['org_id', 'invoice_id'],
  order: [
    { name: 'lineNumber', sql: 'r.line_number', type: 'int', direction: 'ASC' },
    { name: 'id', sql: 'r.id', type: 'uuid', direction: 'ASC' },
  ],
};

/** All that is given must hold. */
export interface InvoiceFilter {
  readonly status?: readonly string[] | null | undefined;
  readonly invoiceType?: string | null | undefined;
  /** Part of the name, or the whole tax id. */
  readonly supplierName?: string | null | undefined;
  readonly unpaid?: boolean | null | undefined;
  readonly caseId?: string | null | undefined;
  readonly issuedAfter?: string | null | undefined;
  readonly issuedBefore?: string | null | undefined;
}

/** @param path of the filter in the arguments. @throws Refusal VALIDATION_FAILED for a status or type that is none */
export function readInvoiceFilter(filter: InvoiceFilter, path: readonly string[]): RowCondition[] {
  const { status, invoiceType, supplierName, unpaid, caseId, issuedAfter, issuedBefore } = filter;
  const conditions: RowCondition[] = [];
  if (status != null) {
    for (const one of status) assertOneOf(INVOICE_STATUSES, one, [...path, 'status']);
    conditions.push((param) => `r.status = any (${param(status, 'text[]')})`);
  }
  if (invoiceType != null) {
    assertOneOf(INVOICE_TYPES, invoiceType, [...path, 'invoiceType']);
    conditions.push((param) => `r.invoice_type = ${param(invoiceType, 'text')}`);
  }
  if (supplierName != null)
    conditions.push((param) => {
      const name = param(supplierName.replaceAll('\0', ''), 'text');
      return `(r.supplier_tax_id = ${name} or position(lower(${name}) in lower(r.supplier_name)) > 0)`;
    });
  if (unpaid != null)
    conditions.push(
      (param) => `(r.status = any (${param(UNPAID_INVOICE_STATUSES, 'text[]')})) = ${param(unpaid, 'boolean')}`,
    );
  if (caseId != null) conditions.push((param) => `r.case_id = ${param(caseId, 'uuid')}`);
  if (issuedAfter != null) conditions.push((param) => `r.issue_date >= ${param(issuedAfter, 'date')}`);
  if (issuedBefore != null) conditions.push((param) => `r.issue_date <= ${param(issuedBefore, 'date')}`);
  return conditions;
}

function assertOneOf(table: Readonly<Record<string, string>>, value: string, field: readonly string[]): void {
  if (Object.hasOwn(table, value)) return;
  throw new Refusal('VALIDATION_FAILED', `It is one of ${Object.keys(table).join(', ')}.`, field);
}
