import { INVOICE_STATUSES, INVOICE_TYPES } from '../../resolvers/invoices/invoice-status.ts';
import { INVOICES_OF_CASE, INVOICES_OF_ORG, readInvoiceFilter } from '../../resolvers/invoices/list-invoices.ts';
import { builder } from '../builder.ts';
import { Case } from '../cases/case.ts';
import { listValues } from '../enums.ts';
import { readOptionalId } from '../ids.ts';
import { rowsInSql } from '../in-sql.ts';
import { loadRows } from '../row-connection.ts';
import { InvoiceConnection } from './invoice.ts';

const SUPPLIER = "Part of the supplier's name, in any case, or the whole tax id.";

const InvoiceFilter = builder.inputType('InvoiceFilter', {
  description: 'All that is given must hold.',
  fields: (t) => ({
    status: t.stringList({ description: `One of these. ${listValues(INVOICE_STATUSES)}` }),
    invoiceType: t.string({ description: listValues(INVOICE_TYPES) }),
    supplierName: t.string({ description: SUPPLIER }),
    unpaid: t.boolean({
      description: 'true: PENDING, ASSIGNED, ACCEPTED or SENT, as officeCounts counts them. false: any other.',
    }),
    caseId: t.id(),
    issuedAfter: t.field({ type: 'Date', description: 'Issued on this day or later.' }),
    issuedBefore: t.field({ type: 'Date', description: 'Issued on this day or earlier.' }),
  }),
});

builder.queryField('invoices', (t) =>
  t.field({
    type: InvoiceConnection,
    description: "The invoices of the organisation's cases that you may see, newest first.",
    args: { ...t.arg.connectionArgs(), filter: t.arg({ type: InvoiceFilter }) },
    resolve: (_, { filter, ...args }, context, info) => {
      const { scope } = context.operation;
      const given = { ...filter, caseId: readOptionalId(filter?.caseId, 'Case', ['filter', 'caseId']) };
      return loadRows(context, info, {
        list: INVOICES_OF_ORG,
        parent: [scope.orgId],
        args: { ...args, ...given },
        where: readInvoiceFilter(given, ['filter']),
        typeName: 'Invoice',
        read: (query) => scope.prisma.invoice.findMany(query),
      });
    },
  }),
);

builder.prismaObjectField(Case, 'invoices', (t) =>
  t.field({
    type: InvoiceConnection,
    description: 'Newest first.',
    args: {
      ...t.arg.connectionArgs(),
      status: t.arg.stringList({ description: 'One of these.' }),
      invoiceType: t.arg.string(),
      supplier: t.arg.string({ description: SUPPLIER }),
    },
    extensions: rowsInSql(INVOICES_OF_CASE, ({ status, invoiceType, supplier }) =>
      readInvoiceFilter({ status, invoiceType, supplierName: supplier }, []),
    ),
    resolve: (row, { status, invoiceType, supplier, ...args }, context, info) =>
      loadRows(context, info, {
        list: INVOICES_OF_CASE,
        parent: [row.orgId, row.id],
        args: { ...args, status, invoiceType, supplier },
        where: readInvoiceFilter({ status, invoiceType, supplierName: supplier }, []),
        typeName: 'Invoice',
        read: (query) => context.operation.scope.prisma.invoice.findMany(query),
      }),
  }),
);
