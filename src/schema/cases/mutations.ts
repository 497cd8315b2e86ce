import type { Scope } from '../../db/scope.ts';
import { caseHelperDraftDiscard } from '../../resolvers/cases/case-helper-draft-discard.ts';
import { caseHelperDraftSave } from '../../resolvers/cases/case-helper-draft-save.ts';
import { caseHelperRestoreLatest } from '../../resolvers/cases/case-helper-restore-latest.ts';
import {
  CONFLICT_STRATEGIES,
  caseHelperSaveFull,
  type HelperWriteResult,
} from '../../resolvers/cases/case-helper-save-full.ts';
import { caseUpsert } from '../../resolvers/cases/case-upsert.ts';
import { VersionConflict } from '../../resolvers/cases/version-conflict.ts';
import { builder } from '../builder.ts';
import { describedValues, WriteSourceEnum } from '../enums.ts';
import { readId, readOptionalId } from '../ids.ts';
import { runWrite, type WritePayload, WritePayloadInterface } from '../write-payload.ts';
import { Case, CaseStatusEnum } from './case.ts';
import { CaseHelper } from './case-helper.ts';
import { HelperConflict } from './helper-conflict.ts';
import { HelperDraft } from './helper-draft.ts';

const KEY_DESCRIPTION =
  '8 to 255 characters that name this write. The same key with the same arguments writes once, however often it is sent within 30 days.';
const SOURCE_DESCRIPTION = 'Where the write comes from; UI for users and API for others unless given.';

const CaseUpsertInput = builder.inputType('CaseUpsertInput', {
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

const CaseHelperSaveFullInput = builder.inputType('CaseHelperSaveFullInput', {
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

const CaseHelperRestoreLatestInput = builder.inputType('CaseHelperRestoreLatestInput', {
  fields: (t) => ({
    idempotencyKey: t.string({ description: KEY_DESCRIPTION }),
    caseId: t.id({ required: true }),
    version: t.int({ description: 'Default: the newest that differs from the current one.' }),
    expectedVersion: t.int({ description: 'Refuses when others have saved since this version.' }),
    reason: t.string(),
    source: t.field({ type: WriteSourceEnum, description: SOURCE_DESCRIPTION }),
  }),
});

const CaseHelperDraftSaveInput = builder.inputType('CaseHelperDraftSaveInput', {
  fields: (t) => ({
    caseId: t.id({ required: true }),
    baseVersion: t.int({ required: true, description: 'The version the draft is made from; 0 before the first save.' }),
    helper: t.field({ type: 'JSON', required: true }),
  }),
});

const CaseHelperDraftDiscardInput = builder.inputType('CaseHelperDraftDiscardInput', {
  fields: (t) => ({ caseId: t.id({ required: true }) }),
});

const CaseUpsertPayload = builder.objectRef<WritePayload>('CaseUpsertPayload').implement({
  interfaces: [WritePayloadInterface],
  fields: (t) => ({
    case: t.prismaField({
      type: Case,
      nullable: true,
      resolve: (query, payload, _, context) => caseOf(query, payload, context),
    }),
  }),
});

const CaseHelperWritePayload = builder.objectRef<WritePayload<HelperWriteResult>>('CaseHelperWritePayload').implement({
  interfaces: [WritePayloadInterface],
  fields: (t) => ({
    case: t.prismaField({
      type: Case,
      nullable: true,
      resolve: (query, payload, _, context) => caseOf(query, payload, context),
    }),
    helper: t.prismaField({
      type: CaseHelper,
      nullable: true,
      description: 'The version that was saved, or the current one where nothing had to be.',
      resolve: (query, payload, _, { operation }) =>
        payload.result?.helperId
          ? operation.scope.prisma.caseHelper.findUnique({ ...query, where: { id: payload.result.helperId } })
          : null,
    }),
    conflict: t.field({
      type: HelperConflict,
      nullable: true,
      resolve: ({ refusal }) => {
        if (!(refusal instanceof VersionConflict)) return null;
        const { currentId } = refusal.details;
        return currentId ? { ...refusal.details, currentId } : null;
      },
    }),
  }),
});

const CaseHelperDraftPayload = builder.objectRef<WritePayload>('CaseHelperDraftPayload').implement({
  interfaces: [WritePayloadInterface],
  fields: (t) => ({
    draft: t.prismaField({
      type: HelperDraft,
      nullable: true,
      resolve: (query, payload, _, { operation }) =>
        payload.result
          ? operation.scope.prisma.caseHelperDraft.findFirst({ ...query, where: { caseId: payload.result.caseId } })
          : null,
    }),
  }),
});

builder.mutationFields((t) => ({
  caseUpsert: t.field({
    type: CaseUpsertPayload,
    description:
      'Gateway case.upsert. Opens a case, or finds or updates the active one of the plate; never touches existing work silently.',
    args: { input: t.arg({ type: CaseUpsertInput, required: true }) },
    resolve: (_, { input }, context) =>
      runWrite(context, 'CaseUpsertPayload', input, (caller) =>
        caseUpsert(caller, {
          ...input,
          caseId: readOptionalId(input.caseId, 'Case', ['input', 'caseId']),
          assignedTo: readOptionalId(input.assignedTo, 'User', ['input', 'assignedTo']),
        }),
      ),
  }),
  caseHelperSaveFull: t.field({
    type: CaseHelperWritePayload,
    description: 'Gateway case_helper.save_full.',
    args: { input: t.arg({ type: CaseHelperSaveFullInput, required: true }) },
    resolve: (_, { input }, context) =>
      runWrite(context, 'CaseHelperWritePayload', input, (caller) =>
        caseHelperSaveFull(caller, { ...input, caseId: readId(input.caseId, 'Case', ['input', 'caseId']) }),
      ),
  }),
  caseHelperRestoreLatest: t.field({
    type: CaseHelperWritePayload,
    description:
      'Gateway case_helper.restore_latest: a new version with the content of an older one (default: the newest that differs).',
    args: { input: t.arg({ type: CaseHelperRestoreLatestInput, required: true }) },
    resolve: (_, { input }, context) =>
      runWrite(context, 'CaseHelperWritePayload', input, (caller) =>
        caseHelperRestoreLatest(caller, { ...input, caseId: readId(input.caseId, 'Case', ['input', 'caseId']) }),
      ),
  }),
  caseHelperDraftSave: t.field({
    type: CaseHelperDraftPayload,
    description:
      'Keeps your unsaved work on a case, so that a crash of the browser loses seconds. Makes no version and tells nobody.',
    args: { input: t.arg({ type: CaseHelperDraftSaveInput, required: true }) },
    resolve: (_, { input }, context) =>
      runWrite(context, 'CaseHelperDraftPayload', input, (caller) =>
        caseHelperDraftSave(caller, { ...input, caseId: readId(input.caseId, 'Case', ['input', 'caseId']) }),
      ),
  }),
  caseHelperDraftDiscard: t.field({
    type: CaseHelperDraftPayload,
    description: 'Throws your draft of a case away.',
    args: { input: t.arg({ type: CaseHelperDraftDiscardInput, required: true }) },
    resolve: (_, { input }, context) =>
      runWrite(context, 'CaseHelperDraftPayload', input, (caller) =>
        caseHelperDraftDiscard(caller, { caseId: readId(input.caseId, 'Case', ['input', 'caseId']) }),
      ),
  }),
}));

/** The case a payload is about: the one written to, or the one the conflict is in. */
function caseOf(query: object, payload: WritePayload, { operation }: { operation: { scope: Scope } }) {
  const conflict = payload.refusal instanceof VersionConflict ? payload.refusal.details.caseId : null;
  const caseId = payload.result?.caseId ?? conflict;
  return caseId ? operation.scope.prisma.case.findUnique({ ...query, where: { id: caseId } }) : null;
}
