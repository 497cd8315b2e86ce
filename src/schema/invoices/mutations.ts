import { type InvoiceLinesResult, invoiceLinesBulkUpsert } from '../../resolvers/invoices/invoice-lines-bulk-upsert.ts';
import { invoicesUpsert } from '../../resolvers/invoices/invoices-upsert.ts';
import { bulkPayload } from '../bulk-payload.ts';
import { readId, readItemIds } from '../ids.ts';
import { writeMutation } from '../write-mutation.ts';
import { InvoiceLinesBulkUpsertInput, InvoicesUpsertInput, readLines } from './inputs.ts';
import { Invoice } from './invoice.ts';
import { InvoiceLine } from './invoice-line.ts';

const InvoicesUpsertPayload = bulkPayload('InvoicesUpsertPayload', {
  item: 'InvoiceUpsertItem',
  field: 'invoice',
  node: Invoice,
  read: (context, query) => context.operation.scope.prisma.invoice.findMany(query),
});

writeMutation('invoicesUpsert', {
  description:
    'Gateway invoices.upsert. Writes invoices of a case with their lines, as they are sent or as an OCR answered them. An invoice whose lines are refused is refused with them.',
  input: InvoicesUpsertInput,
  payload: InvoicesUpsertPayload,
  run: (caller, input) =>
    invoicesUpsert(caller, {
      ...input,
      caseId: readId(input.caseId, 'Case', ['input', 'caseId']),
      invoices: readItemIds(input.invoices, 'Invoice', ['input', 'invoices']).map((invoice, index) => ({
        ...invoice,
        lines: invoice.lines ? readLines(invoice.lines, ['input', 'invoices', String(index), 'lines']) : null,
      })),
    }),
});

const InvoiceLinesBulkUpsertPayload = bulkPayload<{ id: string }, InvoiceLinesResult>('InvoiceLinesBulkUpsertPayload', {
  item: 'InvoiceLineItem',
  field: 'line',
  node: InvoiceLine,
  read: (context, query) => context.operation.scope.prisma.invoiceLine.findMany(query),
  fields: (t) => ({
    invoice: t.prismaField({
      type: Invoice,
      nullable: true,
      resolve: (query, { result }, _, { operation }) =>
        result ? operation.scope.prisma.invoice.findUnique({ ...query, where: { id: result.invoiceId } }) : null,
    }),
  }),
});

writeMutation('invoiceLinesBulkUpsert', {
  description:
    'Gateway invoice_lines.bulk_upsert. Writes lines of one invoice. Two lines can change places in one atomic call. With mode REPLACE an empty list deletes all of them.',
  input: InvoiceLinesBulkUpsertInput,
  payload: InvoiceLinesBulkUpsertPayload,
  run: (caller, input) =>
    invoiceLinesBulkUpsert(caller, {
      ...input,
      invoiceId: readId(input.invoiceId, 'Invoice', ['input', 'invoiceId']),
      lines: readLines(input.lines, ['input', 'lines']),
    }),
});
