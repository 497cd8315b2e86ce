import type { JsonValue } from '../../json/json-value.ts';
import { ITEM_CATEGORIES } from '../../resolvers/invoices/invoice-status.ts';
import { builder } from '../builder.ts';
import { listValues } from '../enums.ts';
import { decimalInSql, inSql } from '../in-sql.ts';
import { PartRequired } from '../parts/part-required.ts';
import { rowConnection } from '../row-connection.ts';
import { stampFields } from '../stamp-fields.ts';
import { InvoiceLineAssignment } from './invoice-line-assignment.ts';

export const InvoiceLine = builder.prismaNode('InvoiceLine', {
  description: 'A line of an invoice.',
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    databaseId: t.expose('id', { type: 'UUID' }),
    lineNumber: t.exposeInt('lineNumber', { description: 'From 1; one of its number on an invoice.' }),
    description: t.exposeString('description', { nullable: true }),
    itemCategory: t.exposeString('itemCategory', { nullable: true, description: listValues(ITEM_CATEGORIES) }),
    quantity: t.field({
      type: 'Decimal',
      nullable: true,
      extensions: inSql((row) => `trim_scale(${row}.quantity)::text`),
      select: { quantity: true },
      resolve: (row) => row.quantity?.toString() ?? null,
    }),
    unitPrice: t.field({
      type: 'Decimal',
      nullable: true,
      extensions: decimalInSql('unit_price', 2),
      select: { unitPrice: true },
      resolve: (row) => row.unitPrice?.toFixed(2) ?? null,
    }),
    discountPercent: t.field({
      type: 'Decimal',
      nullable: true,
      extensions: decimalInSql('discount_percent', 2),
      select: { discountPercent: true },
      resolve: (row) => row.discountPercent?.toFixed(2) ?? null,
    }),
    lineTotal: t.field({
      type: 'Decimal',
      nullable: true,
      extensions: decimalInSql('line_total', 2),
      select: { lineTotal: true },
      resolve: (row) => row.lineTotal?.toFixed(2) ?? null,
    }),
    metadata: t.field({
      type: 'JSON',
      nullable: true,
      extensions: inSql((row) => `${row}.metadata`),
      select: { metadata: true },
      resolve: (row) => row.metadata as JsonValue,
    }),
    part: t.relation('part', {
      type: PartRequired,
      nullable: true,
      description: 'The part of the case that the line is the price of.',
    }),
    assignments: t.relation('assignments', {
      type: InvoiceLineAssignment,
      description: 'Damage centres it was proposed for, assigned to, accepted into, or rejected from; oldest first.',
      query: { orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] },
    }),
    ...stampFields(t),
  }),
});

export const InvoiceLineConnection = rowConnection(InvoiceLine, 'InvoiceLine', 'Lines of the invoice');
