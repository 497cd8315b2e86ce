import { leviReportsUpsert } from '../../resolvers/vehicles/levi-reports-upsert.ts';
import { vehicleDetailsUpsert } from '../../resolvers/vehicles/vehicle-details-upsert.ts';
import { builder } from '../builder.ts';
import { bulkPayload } from '../bulk-payload.ts';
import { readId, readItemIds } from '../ids.ts';
import { atomicField, keyField, sourceField } from '../input-fields.ts';
import { writeMutation } from '../write-mutation.ts';
import { type WritePayload, WritePayloadInterface } from '../write-payload.ts';
import { LeviReport } from './levi-report.ts';
import { VehicleDetails } from './vehicle-details.ts';

const VehicleDetailsInput = builder.inputType('VehicleDetailsInput', {
  description:
    'A field that is not given is read from rawData where it can be, else stays as it is. A plate in rawData that is not the plate of the case is a PLATE_MISMATCH.',
  fields: (t) => ({
    vin: t.string({ description: 'Chassis number.' }),
    manufacturer: t.string(),
    model: t.string(),
    year: t.int({ description: 'Year of manufacture.' }),
    engineSize: t.int({ description: 'In cubic centimetres.' }),
    color: t.string(),
    rawData: t.field({
      type: 'JSON',
      description: "The registry's answer, kept as it comes; its English or Hebrew keys are read.",
    }),
    enrichedData: t.field({ type: 'JSON', description: 'What others have added to it.' }),
  }),
});

const VehicleDetailsUpsertInput = builder.inputType('VehicleDetailsUpsertInput', {
  fields: (t) => ({
    idempotencyKey: keyField(t),
    caseId: t.id({ required: true }),
    details: t.field({ type: VehicleDetailsInput, required: true }),
    source: sourceField(t),
  }),
});

const VehicleDetailsUpsertPayload = builder.objectRef<WritePayload>('VehicleDetailsUpsertPayload').implement({
  interfaces: [WritePayloadInterface],
  fields: (t) => ({
    vehicleDetails: t.prismaField({
      type: VehicleDetails,
      nullable: true,
      resolve: (query, { result }, _, { operation }) =>
        result?.caseId
          ? operation.scope.prisma.vehicleDetails.findUnique({
              ...query,
              where: { orgId_caseId: { orgId: result.orgId, caseId: result.caseId } },
            })
          : null,
    }),
  }),
});

writeMutation('vehicleDetailsUpsert', {
  description:
    'Keeps what the registry and others say of the vehicle of a case. A case has one vehicle: the second call updates it.',
  input: VehicleDetailsUpsertInput,
  payload: VehicleDetailsUpsertPayload,
  run: (caller, input) =>
    vehicleDetailsUpsert(caller, { ...input, caseId: readId(input.caseId, 'Case', ['input', 'caseId']) }),
});

const LeviReportInput = builder.inputType('LeviReportInput', {
  description:
    'Matched by id, else reportId, else an equal rawResponse within the case. A report of another plate than the case is a PLATE_MISMATCH.',
  fields: (t) => ({
    id: t.id(),
    reportId: t.string({ description: "The price guide's own number of the report." }),
    rawResponse: t.field({ type: 'JSON', description: 'What the guide or the OCR answered, kept as it comes.' }),
    parsedData: t.field({ type: 'JSON', description: 'Read from rawResponse unless given.' }),
    reportUrl: t.string(),
    fetchedAt: t.field({ type: 'DateTime', description: 'When the guide was asked.' }),
  }),
});

const LeviReportsUpsertInput = builder.inputType('LeviReportsUpsertInput', {
  fields: (t) => ({
    idempotencyKey: keyField(t),
    caseId: t.id({ required: true }),
    atomic: atomicField(t),
    reports: t.field({ type: [LeviReportInput], required: true }),
    source: sourceField(t),
  }),
});

const LeviReportsUpsertPayload = bulkPayload('LeviReportsUpsertPayload', {
  item: 'LeviReportItem',
  field: 'report',
  node: LeviReport,
  read: (context, query) => context.operation.scope.prisma.leviReport.findMany(query),
});

writeMutation('leviReportsUpsert', {
  description: 'Keeps reports of the price guide (Levi Yitzhak) with a case, and reads what they say.',
  input: LeviReportsUpsertInput,
  payload: LeviReportsUpsertPayload,
  run: (caller, input) => {
    const reports = readItemIds(input.reports, 'LeviReport', ['input', 'reports']);
    return leviReportsUpsert(caller, {
      ...input,
      caseId: readId(input.caseId, 'Case', ['input', 'caseId']),
      reports: reports.map((report) => ({ ...report, fetchedAt: report.fetchedAt?.toISOString() ?? null })),
    });
  },
});
