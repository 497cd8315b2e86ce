import { caseHelperDraftDiscard } from '../../resolvers/cases/case-helper-draft-discard.ts';
import { caseHelperDraftSave } from '../../resolvers/cases/case-helper-draft-save.ts';
import { caseHelperIngest } from '../../resolvers/cases/case-helper-ingest.ts';
import { caseHelperPatch } from '../../resolvers/cases/case-helper-patch.ts';
import { caseHelperRestoreLatest } from '../../resolvers/cases/case-helper-restore-latest.ts';
import { caseHelperSaveFull } from '../../resolvers/cases/case-helper-save-full.ts';
import { caseUpsert } from '../../resolvers/cases/case-upsert.ts';
import { readId, readOptionalId } from '../ids.ts';
import { writeMutation } from '../write-mutation.ts';
import {
  CaseHelperDraftDiscardInput,
  CaseHelperDraftSaveInput,
  CaseHelperIngestInput,
  CaseHelperPatchInput,
  CaseHelperRestoreLatestInput,
  CaseHelperSaveFullInput,
  CaseUpsertInput,
} from './inputs.ts';
import { CaseHelperDraftPayload, CaseHelperWritePayload, CaseUpsertPayload } from './payloads.ts';

writeMutation('caseUpsert', {
  description:
    'Gateway case.upsert. Opens a case, or finds or updates the active one of the plate; never touches existing work silently.',
  input: CaseUpsertInput,
  payload: CaseUpsertPayload,
  run: (caller, input) =>
    caseUpsert(caller, {
      ...input,
      caseId: readOptionalId(input.caseId, 'Case', ['input', 'caseId']),
      assignedTo: readOptionalId(input.assignedTo, 'User', ['input', 'assignedTo']),
    }),
});

writeMutation('caseHelperSaveFull', {
  description:
    'Gateway case_helper.save_full. Saves the whole helper as the next version, made from expectedVersion; a conflict says who saved since, and what.',
  input: CaseHelperSaveFullInput,
  payload: CaseHelperWritePayload,
  run: (caller, input) => caseHelperSaveFull(caller, ofCase(input)),
});

writeMutation('caseHelperPatch', {
  description:
    'Edge function update-helper: RFC 6902 `patch` or RFC 7396 `mergePatch`, applied to the current version.',
  input: CaseHelperPatchInput,
  payload: CaseHelperWritePayload,
  run: (caller, input) => caseHelperPatch(caller, ofCase(input)),
});

writeMutation('caseHelperIngest', {
  description:
    'Edge function ingest-external: replaces or merges one allowed subtree with data from outside. Data that change nothing make no version, so that a delivery may be repeated.',
  input: CaseHelperIngestInput,
  payload: CaseHelperWritePayload,
  run: (caller, input) =>
    caseHelperIngest(caller, { ...input, caseId: readOptionalId(input.caseId, 'Case', ['input', 'caseId']) }),
});

writeMutation('caseHelperRestoreLatest', {
  description:
    'Gateway case_helper.restore_latest: a new version with the content of an older one (default: the newest that differs).',
  input: CaseHelperRestoreLatestInput,
  payload: CaseHelperWritePayload,
  run: (caller, input) => caseHelperRestoreLatest(caller, ofCase(input)),
});

writeMutation('caseHelperDraftSave', {
  description:
    'Keeps your unsaved work on a case, so that a crash of the browser loses seconds. Makes no version and tells nobody.',
  input: CaseHelperDraftSaveInput,
  payload: CaseHelperDraftPayload,
  run: (caller, input) => caseHelperDraftSave(caller, ofCase(input)),
});

writeMutation('caseHelperDraftDiscard', {
  description: 'Throws your draft of a case away.',
  input: CaseHelperDraftDiscardInput,
  payload: CaseHelperDraftPayload,
  run: (caller, input) => caseHelperDraftDiscard(caller, ofCase(input)),
});

/** The input with the case's UUID for whichever id was sent. */
function ofCase<Input extends { caseId: string }>(input: Input): Input {
  return { ...input, caseId: readId(input.caseId, 'Case', ['input', 'caseId']) };
}
