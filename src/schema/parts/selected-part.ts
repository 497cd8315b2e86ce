import type { JsonValue } from '../../json/json-value.ts';
import {
  PART_DATA_SOURCES,
  type PartDataSource,
  SELECTED_PART_STATUSES,
  type SelectedPartStatus,
} from '../../resolvers/parts/part-status.ts';
import { builder } from '../builder.ts';
import { Case } from '../cases/case.ts';
import { describedValues } from '../enums.ts';
import { rowConnection } from '../row-connection.ts';
import { stampFields } from '../stamp-fields.ts';

export const PartDataSourceEnum = builder.enumType('PartDataSource', {
  description: 'Where a part was picked.',
  values: describedValues(PART_DATA_SOURCES),
});

export const SelectedPartStatusEnum = builder.enumType('SelectedPartStatus', {
  description:
    'Where a picked part stands, in the order it usually goes; people correct themselves, so any may follow any.',
  values: describedValues(SELECTED_PART_STATUSES),
});

export const SelectedPart = builder.prismaNode('SelectedPart', {
  description: 'A part that somebody picked for the case from what was found. What is picked twice is there once.',
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    databaseId: t.expose('id', { type: 'UUID' }),
    damageCenterCode: t.exposeString('damageCenterCode', {
      nullable: true,
      description: 'The `Id` of the damage centre in the helper.',
    }),
    dataSource: t.field({
      type: PartDataSourceEnum,
      select: { dataSource: true },
      resolve: (row) => row.dataSource as PartDataSource,
    }),
    supplier: t.exposeString('supplier', { nullable: true }),
    partNumber: t.exposeString('partNumber', { nullable: true }),
    partName: t.exposeString('partName'),
    manufacturer: t.exposeString('manufacturer', { nullable: true }),
    quantity: t.exposeInt('quantity'),
    unitPrice: t.field({
      type: 'Decimal',
      nullable: true,
      select: { unitPrice: true },
      resolve: (row) => row.unitPrice?.toFixed(2) ?? null,
    }),
    status: t.field({
      type: SelectedPartStatusEnum,
      select: { status: true },
      resolve: (row) => row.status as SelectedPartStatus,
    }),
    rawData: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The answer it was picked from, as it came.',
      select: { rawData: true },
      resolve: (row) => row.rawData as JsonValue,
    }),
    ...stampFields(t),
    case: t.relation('case', { type: Case }),
  }),
});

export const SelectedPartConnection = rowConnection(SelectedPart, 'SelectedPart', 'Picked parts that match');
