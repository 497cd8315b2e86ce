import { CONFLICT_STRATEGIES } from '../../resolvers/cases/case-helper-save-full.ts';
import { builder } from '../builder.ts';
import { describedValues, WriteSourceEnum } from '../enums.ts';
import { CaseStatusEnum } from './case.ts';

const KEY_DESCRIPTION =
  '8 to 255 characters that name this write. The same key with the same arguments writes once, however often it is sent within 30 days.';
const SOURCE_DESCRIPTION = 'Where the write comes from; UI for users and API for others unless given.';

export const CaseUpsertInput = builder.inputType('CaseUpsertInput', {
  description: 'Fields that are null or not sent leave what is there alone.',
  fields: (t) => ({
    idempotencyKey: t.string({ description: KEY_DESCRIPTION }),
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
    source: t.field({ type: WriteSourceEnum, description: SOURCE_DESCRIPTION }),
  }),
});

const ConflictStrategyEnum = builder.enumType('ConflictStrategy', { values: describedValues(CONFLICT_STRATEGIES) });

export const CaseHelperSaveFullInput = builder.inputType('CaseHelperSaveFullInput', {
  fields: (t) => ({
    idempotencyKey: t.string({ description: KEY_DESCRIPTION }),
    caseId: t.id({ required: true }),
    helper: t.field({ type: 'JSON', required: true }),
    expectedVersion: t.int({ description: 'Required unless onConflict is FORCE. 0 for the first save.' }),
    onConflict: t.field({ type: ConflictStrategyEnum, defaultValue: 'REJECT' }),
    label: t.string({
      description: 'Names a checkpoint, e.g. expertise-submitted. A new label makes a version even of equal content.',
    }),
    note: t.string(),
    source: t.field({ type: WriteSourceEnum, description: SOURCE_DESCRIPTION }),
  }),
});

export const CaseHelperRestoreLatestInput = builder.inputType('CaseHelperRestoreLatestInput', {
  fields: (t) => ({
    idempotencyKey: t.string({ description: KEY_DESCRIPTION }),
    caseId: t.id({ required: true }),
    version: t.int({ description: 'Default: the newest that differs from the current one.' }),
    expectedVersion: t.int({ description: 'Refuses when others have saved since this version.' }),
    reason: t.string(),
    source: t.field({ type: WriteSourceEnum, description: SOURCE_DESCRIPTION }),
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
