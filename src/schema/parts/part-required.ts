import type { JsonValue } from '../../json/json-value.ts';
import { PART_STATUSES } from '../../resolvers/parts/part-status.ts';
import { builder } from '../builder.ts';
import { Case } from '../cases/case.ts';
import { rowConnection } from '../row-connection.ts';
import { stampFields } from '../stamp-fields.ts';

/** The values of a status that the API declares as text, in words. */
export const STATUS_VALUES = Object.entries(PART_STATUSES)
  .map(([name, meaning]) => `${name}: ${meaning}`)
  .join(' ');

export const PartRequired = builder.prismaNode('PartRequired', {
  description: 'A part that a damage centre of the case needs.',
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    databaseId: t.expose('id', { type: 'UUID' }),
    rowUuid: t.expose('rowUuid', {
      type: 'UUID',
      nullable: true,
      description: "The row's `row_uuid` in the helper, where it came with one.",
    }),
    damageCenterCode: t.exposeString('damageCenterCode', {
      nullable: true,
      description: 'The `Id` of the damage centre in the helper.',
    }),
    partNumber: t.exposeString('partNumber', { nullable: true }),
    partName: t.exposeString('partName', { nullable: true }),
    manufacturer: t.exposeString('manufacturer', { nullable: true }),
    quantity: t.exposeInt('quantity'),
    unitPrice: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'Price of one, before reduction and wear.',
      select: { unitPrice: true },
      resolve: (row) => row.unitPrice?.toFixed(2) ?? null,
    }),
    reductionPercentage: t.field({
      type: 'Decimal',
      description: 'Discount in percent, 0 to 100.',
      select: { reductionPercentage: true },
      resolve: (row) => row.reductionPercentage.toFixed(2),
    }),
    wearPercentage: t.field({
      type: 'Decimal',
      description: 'Deducted for wear in percent, 0 to 100, of the reduced price.',
      select: { wearPercentage: true },
      resolve: (row) => row.wearPercentage.toFixed(2),
    }),
    updatedPrice: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'Price of one after reduction and wear; worked out by the database.',
      select: { updatedPrice: true },
      resolve: (row) => row.updatedPrice?.toFixed(2) ?? null,
    }),
    totalCost: t.field({
      type: 'Decimal',
      nullable: true,
      description:
        'updatedPrice × quantity; worked out by the database. The only figure of a part that sums are made of. Null without a price.',
      select: { totalCost: true },
      resolve: (row) => row.totalCost?.toFixed(2) ?? null,
    }),
    selectedSupplier: t.exposeString('selectedSupplier', { nullable: true }),
    status: t.exposeString('status', { description: STATUS_VALUES }),
    metadata: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Whatever else is kept with the part, as it was sent.',
      select: { metadata: true },
      resolve: (row) => row.metadata as JsonValue,
    }),
    ...stampFields(t),
    case: t.relation('case', { type: Case }),
  }),
});

export const PartRequiredConnection = rowConnection(PartRequired, 'PartRequired', 'Parts that match');
