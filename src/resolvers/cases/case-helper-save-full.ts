import { Refusal } from '../../errors.ts';
import type { Caller, WriteSource } from '../caller.ts';
import { once } from '../idempotency.ts';
import type { Recorded } from '../write-result.ts';
import { rulesOf } from './case-kinds.ts';
import { getWritableCase } from './find-case.ts';
import { checkHelperDocument } from './helper-document.ts';
import { type ConflictStrategy, resolveConflict } from './resolve-conflict.ts';
import { saveAtOnce } from './save-at-once.ts';
import { type HelperWriteResult, writeVersion } from './write-version.ts';

export interface CaseHelperSaveFullInput {
  readonly idempotencyKey?: string | null | undefined;
  readonly caseId: string;
  readonly helper?: unknown;
  readonly expectedVersion?: number | null | undefined;
  readonly onConflict?: ConflictStrategy | null | undefined;
  readonly label?: string | null | undefined;
  readonly note?: string | null | undefined;
  readonly source?: WriteSource | null | undefined;
}

/** Saves the whole helper as the next version. Of saves made from one version the first wins; the others are told who won. */
export async function caseHelperSaveFull(
  caller: Caller,
  input: CaseHelperSaveFullInput,
): Promise<Recorded<HelperWriteResult>> {
  const sent = checkHelperDocument(input.helper, ['input', 'helper']);
  const onConflict = input.onConflict ?? 'REJECT';
  if (input.expectedVersion == null && onConflict !== 'FORCE')
    throw new Refusal(
      'EXPECTED_VERSION_REQUIRED',
      'Send expectedVersion, the version your changes are made from (0 for the first save). Only onConflict FORCE saves without.',
      ['input', 'expectedVersion'],
    );
  const record = { ...input, onConflict, field: ['input', 'helper'] };
  const operation = 'caseHelperSaveFull';
  const saved = await saveAtOnce(caller, { operation, caseId: input.caseId, input: { ...input } }, sent, record);
  if (saved) return saved;
  return caller.database.write(caller.owner, async (scope) => {
    const found = await getWritableCase(scope, input.caseId, ['input', 'caseId']);
    rulesOf(found.kind).assertDocumentFits(sent.value, found.plate, ['input', 'helper']);
    const call = { operation, orgId: found.orgId, input: { ...input, helper: sent.hash } };
    return once(scope, caller, call, () =>
      writeVersion(scope, found, 'SAVE', record, (current) => {
        const expectation = { caseId: found.id, expectedVersion: input.expectedVersion, onConflict };
        return resolveConflict(scope, current, expectation, () => sent, ['input', 'helper']);
      }),
    );
  });
}
