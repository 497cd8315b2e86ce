import { INGEST_MODES } from '../../resolvers/cases/put-data.ts';
import { CONFLICT_STRATEGIES } from '../../resolvers/cases/resolve-conflict.ts';
import { builder } from '../builder.ts';
import { describedValues } from '../enums.ts';
import { keyField, sourceField } from '../input-fields.ts';
import { CaseStatusEnum } from './case.ts';

export const CaseUpsertInput = builder.inputType('CaseUpsertInput', {
  description: 'Fields that are null or not sent leave what is there alone.',
  fields: (t) => ({
    idempotencyKey: keyField(t),
    caseId: t.id({ description: 'Update this case; without it the plate decides.' }),
    plate: t.string({ description: '5 to 8 digits; dashes, spaces and slashes are fine.' }),
    filingId: t.string({
      description: 'Your own number of the case. Without one a new case gets YC-{plate}-{year}-{number}.',
    }),
    ownerName: t.string(),
    status: t.field({ type: CaseStatusEnum }),
    assignedTo: t.id({ description: 'UUID of a member of the organisation.' }),
    inspectionLocation: t.string(),
    helper: t.field({
      type: 'JSON',
      description:
        'Saved as version 1 when the case has none yet; never touches a case that has versions. A call that changes nothing of an existing case answers EXISTING.',
    }),
    source: sourceField(t),
  }),
});

const ConflictStrategyEnum = builder.enumType('ConflictStrategy', { values: describedValues(CONFLICT_STRATEGIES) });

export const CaseHelperSaveFullInput = builder.inputType('CaseHelperSaveFullInput', {
  fields: (t) => ({
    idempotencyKey: keyField(t),
    caseId: t.id({ required: true }),
    helper: t.field({ type: 'JSON', required: true }),
    expectedVersion: t.int({ description: 'Required unless onConflict is FORCE. 0 for the first save.' }),
    onConflict: t.field({ type: ConflictStrategyEnum, defaultValue: 'REJECT' }),
    label: t.string({
      description: 'Names a checkpoint, e.g. expertise-submitted. A new label makes a version even of equal content.',
    }),
    note: t.string(),
    source: sourceField(t),
  }),
});

export const CaseHelperPatchInput = builder.inputType('CaseHelperPatchInput', {
  description:
    'Exactly one of patch and mergePatch. Without expectedVersion it applies to the current version; with it, onConflict decides when others have saved since. A failed RFC 6902 `test` answers CONFLICT with the newer helper.',
  fields: (t) => ({
    idempotencyKey: keyField(t),
    caseId: t.id({ required: true }),
    expectedVersion: t.int({
      description:
        'The version the change is made from; 0 before the first save. Without it the change is made to whatever is current.',
    }),
    onConflict: t.field({
      type: ConflictStrategyEnum,
      defaultValue: 'REJECT',
      description:
        'When others have saved since expectedVersion: MERGE_DISJOINT changes that version and merges, FORCE changes the current one.',
    }),
    patch: t.field({
      type: 'JSON',
      description:
        'RFC 6902: at most 1,000 operations, all or none, as [{ "op": "replace", "path": "/meta/status", "value": "done" }].',
    }),
    mergePatch: t.field({
      type: 'JSON',
      description:
        'RFC 7396: an object with what is to change; null removes a member, an array replaces the whole array.',
    }),
    label: t.string({
      description: 'Names a checkpoint, e.g. expertise-submitted. A new label makes a version even of equal content.',
    }),
    note: t.string(),
    source: sourceField(t),
  }),
});

const IngestModeEnum = builder.enumType('IngestMode', {
  description: 'How data from outside become part of the helper.',
  values: describedValues(INGEST_MODES),
});

export const CaseHelperIngestInput = builder.inputType('CaseHelperIngestInput', {
  description:
    "Exactly one of caseId and plate. The place must be at or below one of the organisation's ingestPointers, and of the API key's writable pointers where it has some.",
  fields: (t) => ({
    idempotencyKey: keyField(t),
    caseId: t.id({ description: 'The case, active or closed.' }),
    plate: t.string({ description: 'Finds the active case of the vehicle.' }),
    pointer: t.string({
      required: true,
      description:
        'JSON Pointer of the subtree, as /valuation or /raw_webhook_data. Missing parents are made. Data for /raw_webhook_data itself are kept as one entry of it, in every mode but REPLACE.',
    }),
    data: t.field({
      type: 'JSON',
      required: true,
      description:
        'What arrived. JSON sent as text, or as an array of { "value": "<JSON text>" }, is read; everything else is taken as it is. It is kept as it came under /raw_webhook_data/{name}_{milliseconds}, unless it changes nothing.',
    }),
    mode: t.field({ type: IngestModeEnum, defaultValue: 'MERGE' }),
    name: t.string({
      description:
        'What the payload is called in /raw_webhook_data, as SUBMIT_LEVI_REPORT. Default: the words of the pointer, as VEHICLE.',
    }),
    expectedPlate: t.string({
      description:
        "Refuses with PLATE_MISMATCH when the case, or the data's own plate, is of another vehicle. A plate the data state at their top or one level below is compared with the case's in any event.",
    }),
    note: t.string(),
    source: sourceField(t),
  }),
});

export const CaseHelperRestoreLatestInput = builder.inputType('CaseHelperRestoreLatestInput', {
  fields: (t) => ({
    idempotencyKey: keyField(t),
    caseId: t.id({ required: true }),
    version: t.int({ description: 'Default: the newest that differs from the current one.' }),
    expectedVersion: t.int({ description: 'Refuses when others have saved since this version.' }),
    reason: t.string(),
    source: sourceField(t),
  }),
});

export const CaseHelperDraftSaveInput = builder.inputType('CaseHelperDraftSaveInput', {
  fields: (t) => ({
    caseId: t.id({ required: true }),
    baseVersion: t.int({ required: true, description: 'The version the draft is made from; 0 before the first save.' }),
    helper: t.field({ type: 'JSON', required: true }),
  }),
});

export const CaseHelperDraftDiscardInput = builder.inputType('CaseHelperDraftDiscardInput', {
  fields: (t) => ({ caseId: t.id({ required: true }) }),
});
