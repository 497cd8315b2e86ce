import type { JsonValue } from '../../json/json-value.ts';
import { LEVI_REPORTS_OF_CASE } from '../../resolvers/vehicles/levi-reports-upsert.ts';
import { builder } from '../builder.ts';
import { Case } from '../cases/case.ts';
import { loadRows, rowConnection } from '../row-connection.ts';
import { stampFields } from '../stamp-fields.ts';

export const LeviReport = builder.prismaNode('LeviReport', {
  description: 'A report of the price guide (Levi Yitzhak): what the vehicle was worth before the damage.',
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    databaseId: t.expose('id', { type: 'UUID' }),
    reportId: t.exposeString('reportId', {
      nullable: true,
      description: "The price guide's own number of the report; unique in the organisation.",
    }),
    rawResponse: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What the guide or the OCR answered, as it came.',
      select: { rawResponse: true },
      resolve: (row) => row.rawResponse as JsonValue,
    }),
    parsedData: t.field({
      type: 'JSON',
      nullable: true,
      description:
        'What was read of it: reportDate, plate, modelCode, basePrice, finalPrice, km, ownerCount and more, and adjustments{registration, ownership_type, mileage, ownership_history, features}, each {value, percent, amount, cumulative}. Amounts are decimal texts. What could not be read is left out.',
      select: { parsedData: true },
      resolve: (row) => row.parsedData as JsonValue,
    }),
    reportUrl: t.exposeString('reportUrl', { nullable: true }),
    fetchedAt: t.expose('fetchedAt', { type: 'DateTime', nullable: true, description: 'When the guide was asked.' }),
    ...stampFields(t),
    case: t.relation('case', { type: Case }),
  }),
});

const LeviReportConnection = rowConnection(LeviReport, 'LeviReport', 'Reports of the case');

builder.prismaObjectField(Case, 'leviReports', (t) =>
  t.field({
    type: LeviReportConnection,
    description: 'Reports of the price guide, newest first.',
    args: t.arg.connectionArgs(),
    resolve: (row, args, context, info) =>
      loadRows(context, info, {
        list: LEVI_REPORTS_OF_CASE,
        parent: [row.orgId, row.id],
        args,
        typeName: 'LeviReport',
        read: (query) => context.operation.scope.prisma.leviReport.findMany(query),
      }),
  }),
);
