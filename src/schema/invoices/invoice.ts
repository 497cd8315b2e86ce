import DataLoader from 'dataloader';
import type { JsonValue } from '../../json/json-value.ts';
import { INVOICE_STATUS_LABELS, INVOICE_STATUSES, INVOICE_TYPES } from '../../resolvers/invoices/invoice-status.ts';
import {
  findInvoiceWarnings,
  INVOICE_WARNINGS,
  type InvoiceWarning,
} from '../../resolvers/invoices/invoice-warnings.ts';
import { LINES_OF_INVOICE } from '../../resolvers/invoices/list-invoices.ts';
import { type InvoiceFacts, loadInvoiceFacts } from '../../resolvers/invoices/load-invoice-facts.ts';
import { builder } from '../builder.ts';
import { AnyCase } from '../cases/any-case.ts';
import type { Context } from '../context.ts';
import { describedValues, listValues } from '../enums.ts';
import { decimalInSql, inSql, rowsInSql } from '../in-sql.ts';
import { loadRows, rowConnection } from '../row-connection.ts';
import { stampFields } from '../stamp-fields.ts';
import { InvoiceLineConnection } from './invoice-line.ts';

const InvoiceWarningCodeEnum = builder.enumType('InvoiceWarningCode', {
  description: 'What about an invoice people should look at.',
  values: describedValues(INVOICE_WARNINGS),
});

const InvoiceWarningType = builder.objectRef<InvoiceWarning>('InvoiceWarning').implement({
  description: 'Something that people should look at. It does not keep the invoice from being written.',
  fields: (t) => ({
    code: t.expose('code', { type: InvoiceWarningCodeEnum }),
    message: t.exposeString('message', { description: 'For people: what disagrees and what to do.' }),
    field: t.exposeString('field', {
      nullable: true,
      description: 'Field of the invoice; of UNREADABLE a JSON Pointer into `ocr`.',
    }),
  }),
});

export const Invoice = builder.prismaNode('Invoice', {
  description: "A garage's or supplier's invoice of a case.",
  id: { field: 'id' },
  nullable: true,
  select: { id: true, orgId: true },
  fields: (t) => ({
    databaseId: t.expose('id', { type: 'UUID' }),
    invoiceNumber: t.exposeString('invoiceNumber', {
      nullable: true,
      description: 'As the supplier wrote it; one of its number of a supplier in the organisation.',
    }),
    invoiceType: t.exposeString('invoiceType', { nullable: true, description: listValues(INVOICE_TYPES) }),
    supplierName: t.exposeString('supplierName', { nullable: true }),
    supplierTaxId: t.exposeString('supplierTaxId', { nullable: true }),
    issueDate: t.field({
      type: 'Date',
      nullable: true,
      extensions: inSql((row) => `${row}.issue_date::text`),
      select: { issueDate: true },
      resolve: (row) => row.issueDate?.toISOString().slice(0, 10) ?? null,
    }),
    dueDate: t.field({
      type: 'Date',
      nullable: true,
      extensions: inSql((row) => `${row}.due_date::text`),
      select: { dueDate: true },
      resolve: (row) => row.dueDate?.toISOString().slice(0, 10) ?? null,
    }),
    status: t.exposeString('status', { description: listValues(INVOICE_STATUSES) }),
    statusLabel: t.string({
      description: 'The status in Hebrew.',
      select: { status: true },
      resolve: (row) => INVOICE_STATUS_LABELS[row.status]!,
    }),
    totalBeforeTax: t.field({
      type: 'Decimal',
      nullable: true,
      extensions: decimalInSql('total_before_tax', 2),
      select: { totalBeforeTax: true },
      resolve: (row) => row.totalBeforeTax?.toFixed(2) ?? null,
    }),
    taxAmount: t.field({
      type: 'Decimal',
      nullable: true,
      extensions: decimalInSql('tax_amount', 2),
      select: { taxAmount: true },
      resolve: (row) => row.taxAmount?.toFixed(2) ?? null,
    }),
    totalAmount: t.field({
      type: 'Decimal',
      nullable: true,
      extensions: decimalInSql('total_amount', 2),
      select: { totalAmount: true },
      resolve: (row) => row.totalAmount?.toFixed(2) ?? null,
    }),
    linesTotal: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'Sum of the lines; null while there are none, or one of them has no amount.',
      resolve: async (row, _, context) => (await loadFacts(context, row.id))?.linesTotal ?? null,
    }),
    plate: t.exposeString('plate', {
      nullable: true,
      description: 'What the invoice itself states, digits only. Another than the case’s is a warning.',
    }),
    ocr: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What the OCR answered, unchanged.',
      extensions: inSql((row) => `${row}.ocr`),
      select: { ocr: true },
      resolve: (row) => row.ocr as JsonValue,
    }),
    metadata: t.field({
      type: 'JSON',
      nullable: true,
      extensions: inSql((row) => `${row}.metadata`),
      select: { metadata: true },
      resolve: (row) => row.metadata as JsonValue,
    }),
    warnings: t.field({
      type: [InvoiceWarningType],
      description: 'What people should look at, worked out from what is there now.',
      resolve: async (row, _, context) => {
        const facts = await loadFacts(context, row.id);
        return facts ? findInvoiceWarnings(facts) : [];
      },
    }),
    lines: t.field({
      type: InvoiceLineConnection,
      description: 'By number.',
      args: t.arg.connectionArgs(),
      extensions: rowsInSql(LINES_OF_INVOICE),
      resolve: (row, args, context, info) =>
        loadRows(context, info, {
          list: LINES_OF_INVOICE,
          parent: [row.orgId, row.id],
          args,
          typeName: 'InvoiceLine',
          read: (query) => context.operation.scope.prisma.invoiceLine.findMany(query),
        }),
    }),
    ...stampFields(t),
    case: t.relation('case', { type: AnyCase }),
  }),
});

export const InvoiceConnection = rowConnection(Invoice, 'Invoice', 'Invoices that match');

/** The facts of all invoices of an answer in one statement. */
function loadFacts({ operation }: Context, id: string): Promise<InvoiceFacts | null> {
  return operation
    .batch('invoice facts', () => new DataLoader((ids: readonly string[]) => loadInvoiceFacts(operation.scope, ids)))
    .load(id);
}
