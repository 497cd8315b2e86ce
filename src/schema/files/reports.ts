import DataLoader from 'dataloader';
import type { JsonValue } from '../../json/json-value.ts';
import { loadIsCurrent, REPORTS_OF_CASE, reportConditions } from '../../resolvers/files/list-reports.ts';
import {
  REPORT_STATUSES,
  REPORT_TYPE_LABELS,
  REPORT_TYPES,
  REPORT_VARIANTS,
  type ReportStatus,
  type ReportType,
  type ReportVariant,
} from '../../resolvers/files/report-kinds.ts';
import { builder } from '../builder.ts';
import { AnyCase } from '../cases/any-case.ts';
import { Case } from '../cases/case.ts';
import { describedValues } from '../enums.ts';
import { loadRows, rowConnection } from '../row-connection.ts';
import { stampFields } from '../stamp-fields.ts';

export const ReportTypeEnum = builder.enumType('ReportType', { values: describedValues(REPORT_TYPES) });
export const ReportVariantEnum = builder.enumType('ReportVariant', { values: describedValues(REPORT_VARIANTS) });
export const ReportStatusEnum = builder.enumType('ReportStatus', { values: describedValues(REPORT_STATUSES) });

export const Report = builder.prismaNode('Report', {
  name: 'Report',
  description:
    'A report of a case, as a draft or as handed in: what it is and where it lies. The file lies in a store.',
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    databaseId: t.expose('id', { type: 'UUID' }),
    reportType: t.field({
      type: ReportTypeEnum,
      select: { reportType: true },
      resolve: (row) => row.reportType as ReportType,
    }),
    reportTypeLabel: t.string({
      description: 'What the office calls the type, in Hebrew.',
      select: { reportType: true },
      resolve: (row) => REPORT_TYPE_LABELS[row.reportType as ReportType],
    }),
    variant: t.field({
      type: ReportVariantEnum,
      nullable: true,
      description: 'Of a FINAL_REPORT only.',
      select: { variant: true },
      resolve: (row) => row.variant as ReportVariant | null,
    }),
    status: t.field({
      type: ReportStatusEnum,
      select: { status: true },
      resolve: (row) => row.status as ReportStatus,
    }),
    version: t.exposeInt('version', { description: 'Counts from 1 for each case and type; given by the database.' }),
    isCurrent: t.boolean({
      description:
        'Whether it is the newest of its case, type and status: drafts and finals do not displace each other.',
      resolve: (row, _, { operation }) =>
        operation
          .batch(
            'Report.isCurrent',
            () => new DataLoader((ids: readonly string[]) => loadIsCurrent(operation.scope, ids)),
          )
          .load(row.id),
    }),
    title: t.exposeString('title', { nullable: true }),
    helperVersion: t.exposeInt('helperVersion', {
      nullable: true,
      description: 'The version of the helper it was made from.',
    }),
    storageKey: t.exposeString('storageKey', {
      nullable: true,
      description: 'Where it lies in the storage bucket. Unique in the case.',
    }),
    onedriveFileId: t.exposeString('onedriveFileId', { nullable: true }),
    onedriveWebUrl: t.exposeString('onedriveWebUrl', { nullable: true }),
    metadata: t.field({
      type: 'JSON',
      nullable: true,
      select: { metadata: true },
      resolve: (row) => row.metadata as JsonValue,
    }),
    ...stampFields(t),
    case: t.relation('case', { type: AnyCase }),
  }),
});

const ReportConnection = rowConnection(Report, 'Report', 'Reports that fit the filter');

builder.prismaObjectField(Case, 'reports', (t) =>
  t.field({
    type: ReportConnection,
    description: 'Newest first.',
    args: {
      ...t.arg.connectionArgs(),
      reportType: t.arg({ type: ReportTypeEnum }),
      status: t.arg({ type: ReportStatusEnum }),
      current: t.arg.boolean({ description: 'true: the newest of each type and status; false: all others.' }),
    },
    resolve: (row, args, context, info) =>
      loadRows(context, info, {
        list: REPORTS_OF_CASE,
        parent: [row.orgId, row.id],
        args,
        where: reportConditions(args),
        typeName: 'Report',
        read: (query) => context.operation.scope.prisma.report.findMany(query),
      }),
  }),
);
