import { reportsUpsert } from '../../resolvers/files/reports-upsert.ts';
import { builder } from '../builder.ts';
import { bulkPayload } from '../bulk-payload.ts';
import { readId, readItemIds } from '../ids.ts';
import { atomicField, keyField, sourceField } from '../input-fields.ts';
import { writeMutation } from '../write-mutation.ts';
import { Report, ReportStatusEnum, ReportTypeEnum, ReportVariantEnum } from './reports.ts';

const ReportInput = builder.inputType('ReportInput', {
  description: 'Matched by id, else storageKey within the case. A field that is null or not sent stays as it is.',
  fields: (t) => ({
    id: t.id(),
    reportType: t.field({ type: ReportTypeEnum, description: 'A new report needs it, and keeps it.' }),
    variant: t.field({ type: ReportVariantEnum, description: 'Of a FINAL_REPORT only.' }),
    status: t.field({ type: ReportStatusEnum, description: 'DRAFT unless given. What is FINAL stays FINAL.' }),
    title: t.string(),
    helperVersion: t.int({ description: 'The version of the helper it was made from.' }),
    storageKey: t.string(),
    onedriveFileId: t.string(),
    onedriveWebUrl: t.string(),
    metadata: t.field({ type: 'JSON' }),
  }),
});

const ReportsUpsertInput = builder.inputType('ReportsUpsertInput', {
  fields: (t) => ({
    idempotencyKey: keyField(t),
    caseId: t.id({ required: true }),
    atomic: atomicField(t),
    reports: t.field({ type: [ReportInput], required: true }),
    source: sourceField(t),
  }),
});

const ReportsUpsertPayload = bulkPayload('ReportsUpsertPayload', {
  item: 'ReportUpsertItem',
  field: 'report',
  node: Report,
  read: (context, query) => context.operation.scope.prisma.report.findMany(query),
});

writeMutation('reportsUpsert', {
  description:
    'Registers reports of a case, or brings what is known of them up to date. Each new one gets the next version of its type.',
  input: ReportsUpsertInput,
  payload: ReportsUpsertPayload,
  run: (caller, input) =>
    reportsUpsert(caller, {
      ...input,
      caseId: readId(input.caseId, 'Case', ['input', 'caseId']),
      reports: readItemIds(input.reports, 'Report', ['input', 'reports']),
    }),
});
