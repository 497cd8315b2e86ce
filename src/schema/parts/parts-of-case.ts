import DataLoader from 'dataloader';
import type { RowCondition } from '../../resolvers/list-rows.ts';
import { PARTS_OF_CASE } from '../../resolvers/parts/parts-required-bulk-upsert.ts';
import { SESSIONS_OF_CASE } from '../../resolvers/parts/parts-results-bulk-upsert.ts';
import { SELECTED_PARTS_OF_CASE } from '../../resolvers/parts/selected-parts-bulk-upsert.ts';
import { sumPartsCost } from '../../resolvers/parts/sum-parts-cost.ts';
import { builder } from '../builder.ts';
import { Case } from '../cases/case.ts';
import { loadRows } from '../row-connection.ts';
import { PartRequiredConnection, STATUS_VALUES } from './part-required.ts';
import { PartsSearchSessionConnection } from './search-session.ts';
import { PartDataSourceEnum, SelectedPartConnection, SelectedPartStatusEnum } from './selected-part.ts';

builder.prismaObjectField(Case, 'partsSearchSessions', (t) =>
  t.field({
    type: PartsSearchSessionConnection,
    description: 'Searches for parts, newest first.',
    args: t.arg.connectionArgs(),
    resolve: (row, args, context, info) =>
      loadRows(context, info, {
        list: SESSIONS_OF_CASE,
        parent: [row.orgId, row.id],
        args,
        typeName: 'PartsSearchSession',
        read: (query) => context.operation.scope.prisma.partsSearchSession.findMany(query),
      }),
  }),
);

builder.prismaObjectField(Case, 'partsRequired', (t) =>
  t.field({
    type: PartRequiredConnection,
    description: 'Parts the damage centres need, in the order they were sent.',
    args: {
      ...t.arg.connectionArgs(),
      status: t.arg.string({ description: STATUS_VALUES }),
      damageCenterCode: t.arg.string(),
    },
    resolve: (row, args, context, info) =>
      loadRows(context, info, {
        list: PARTS_OF_CASE,
        parent: [row.orgId, row.id],
        args,
        where: [...equals('status', args.status), ...equals('damage_center_code', args.damageCenterCode)],
        typeName: 'PartRequired',
        read: (query) => context.operation.scope.prisma.partRequired.findMany(query),
      }),
  }),
);

builder.prismaObjectField(Case, 'partsTotalCost', (t) =>
  t.field({
    type: 'Decimal',
    description:
      'Sum of totalCost of the parts required, those that were CANCELLED left out. The same statement serves all cases of a list.',
    resolve: (row, _, { operation }) =>
      operation
        .batch(
          'Case.partsTotalCost',
          () =>
            new DataLoader<{ orgId: string; id: string }, string, string>(
              (cases) => sumPartsCost(operation.scope, cases),
              { cacheKeyFn: (one) => one.id },
            ),
        )
        .load({ orgId: row.orgId, id: row.id }),
  }),
);

builder.prismaObjectField(Case, 'selectedParts', (t) =>
  t.field({
    type: SelectedPartConnection,
    description:
      'Parts that were picked, in the order they were picked; also the REMOVED ones unless `status` says which.',
    args: {
      ...t.arg.connectionArgs(),
      status: t.arg({ type: SelectedPartStatusEnum }),
      damageCenterCode: t.arg.string(),
      dataSource: t.arg({ type: PartDataSourceEnum }),
    },
    resolve: (row, args, context, info) =>
      loadRows(context, info, {
        list: SELECTED_PARTS_OF_CASE,
        parent: [row.orgId, row.id],
        args,
        where: [
          ...equals('status', args.status),
          ...equals('damage_center_code', args.damageCenterCode),
          ...equals('data_source', args.dataSource),
        ],
        typeName: 'SelectedPart',
        read: (query) => context.operation.scope.prisma.selectedPart.findMany(query),
      }),
  }),
);

/** Nothing is asked of a column without a value. */
function equals(column: string, value: string | null | undefined): RowCondition[] {
  return value == null ? [] : [(param) => `r.${column} = ${param(value, 'text')}`];
}
