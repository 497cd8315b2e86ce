import { LINES_MODES } from '../../resolvers/invoices/invoice-lines-bulk-upsert.ts';
import { INVOICE_STATUSES, INVOICE_TYPES, ITEM_CATEGORIES } from '../../resolvers/invoices/invoice-status.ts';
import { builder } from '../builder.ts';
import { describedValues, listValues } from '../enums.ts';
import { readItemIds, readOptionalId } from '../ids.ts';
import { atomicField, keyField, sourceField } from '../input-fields.ts';
import { InvoiceLineAssignmentMethodEnum } from './invoice-line-assignment.ts';

const LinesMode = builder.enumType('LinesMode', {
  description: 'What becomes of lines that are not sent.',
  values: describedValues(LINES_MODES),
});

const InvoiceLineInput = builder.inputType('InvoiceLineInput', {
  description: 'Matched by id, else lineNumber within the invoice.',
  fields: (t) => ({
    id: t.id(),
    lineNumber: t.int({ required: true, description: 'From 1. With an id, the number the line gets.' }),
    description: t.string(),
    itemCategory: t.string({ description: listValues(ITEM_CATEGORIES) }),
    partId: t.id({ description: 'A part of the case: its id, or its row_uuid in the helper.' }),
    quantity: t.field({ type: 'Decimal', description: 'At most three decimals.' }),
    unitPrice: t.field({ type: 'Decimal', description: 'Before the discount. At most two decimals, not negative.' }),
    discountPercent: t.field({ type: 'Decimal' }),
    lineTotal: t.field({ type: 'Decimal', description: 'Before tax, after the discount.' }),
    metadata: t.field({ type: 'JSON' }),
  }),
});

const InvoiceInput = builder.inputType('InvoiceInput', {
  description:
    'Matched by id, else supplier (tax id, else name) and number within the organisation, else the same `ocr` within the case. Where one side lacks the tax id the name decides; its case does not matter. An invoice that is on another case is refused with DUPLICATE, never moved.',
  fields: (t) => ({
    id: t.id(),
    invoiceNumber: t.string(),
    invoiceType: t.string({ description: listValues(INVOICE_TYPES) }),
    supplierName: t.string(),
    supplierTaxId: t.string(),
    issueDate: t.field({ type: 'Date' }),
    dueDate: t.field({ type: 'Date' }),
    status: t.string({
      description: `${listValues(INVOICE_STATUSES)} A new invoice is a DRAFT, or PENDING when it comes with \`ocr\`; ASSIGNED and ACCEPTED come by themselves with its lines. ACCEPTED is refused while the plate is another vehicle's.`,
    }),
    totalBeforeTax: t.field({ type: 'Decimal' }),
    taxAmount: t.field({ type: 'Decimal' }),
    totalAmount: t.field({ type: 'Decimal' }),
    plate: t.string({
      description:
        "What the invoice states, in any spelling. Another vehicle's is kept and marked by a warning; lines can not be accepted until it is corrected.",
    }),
    ocr: t.field({
      type: 'JSON',
      description:
        'What the OCR answered, kept unchanged. Fields that are neither sent nor there are read from it, and so are the lines of an invoice that has none. What can not be read is left out and said in a warning.',
    }),
    metadata: t.field({ type: 'JSON' }),
    lines: t.field({
      type: [InvoiceLineInput],
      description: 'Written with the invoice; lines that are not sent stay. At most 10,000 in all invoices of a call.',
    }),
  }),
});

export const InvoicesUpsertInput = builder.inputType('InvoicesUpsertInput', {
  fields: (t) => ({
    idempotencyKey: keyField(t),
    caseId: t.id({ required: true }),
    atomic: atomicField(t),
    invoices: t.field({ type: [InvoiceInput], required: true }),
    source: sourceField(t),
  }),
});

export const InvoiceLinesBulkUpsertInput = builder.inputType('InvoiceLinesBulkUpsertInput', {
  fields: (t) => ({
    idempotencyKey: keyField(t),
    invoiceId: t.id({ required: true }),
    atomic: atomicField(t),
    mode: t.field({ type: LinesMode, defaultValue: 'MERGE' }),
    lines: t.field({ type: [InvoiceLineInput], required: true }),
    source: sourceField(t),
  }),
});

export const InvoiceLineAssignmentInput = builder.inputType('InvoiceLineAssignmentInput', {
  description: 'Named by lineId and damageCenterCode, or by the id of an assignment that is there.',
  fields: (t) => ({
    id: t.id(),
    lineId: t.id(),
    damageCenterCode: t.string({
      description: 'Id of a damage centre in the helper (/centers/*/Id), once the case has a helper.',
    }),
    confidence: t.field({ type: 'Decimal', description: 'How sure the method is, from 0 to 1.' }),
    method: t.field({ type: InvoiceLineAssignmentMethodEnum, description: 'USER for a new one unless given.' }),
    note: t.string(),
  }),
});

type LineInput = typeof InvoiceLineInput.$inferInput;

/** Lines with the UUIDs of what they name. @throws Refusal VALIDATION_FAILED naming the line */
export function readLines(lines: readonly LineInput[], field: readonly string[]) {
  return readItemIds(lines, 'InvoiceLine', field).map((line, index) => ({
    ...line,
    partId: readOptionalId(line.partId, 'PartRequired', [...field, String(index), 'partId']),
  }));
}
