import type { Scope } from '../../db/scope.ts';
import { Refusal } from '../../errors.ts';
import { mergeDisjoint } from '../../json/json-merge.ts';
import { type Caller, sourceOf, type WriteSource } from '../caller.ts';
import { once } from '../idempotency.ts';
import type { Recorded, WriteOutcome, WriteResult } from '../write-result.ts';
import { rulesOf } from './case-kinds.ts';
import { type FoundCase, getWritableCase } from './find-case.ts';
import { checkHelperDocument, type HelperDocument } from './helper-document.ts';
import { appendVersion, type CurrentHelper, findDocument, lockCurrentHelper } from './helper-versions.ts';
import { describeConflict } from './version-conflict.ts';

/** What a save does when others have saved since. */
export const CONFLICT_STRATEGIES = {
  REJECT: 'Refuse, and say what happened since.',
  MERGE_DISJOINT:
    'Three-way merge with the expected version as base; refuse only where both sides changed the same path.',
  FORCE:
    "Save over whatever is current. The overwrite is recorded. No expectedVersion needed: the shadow mirror's mode.",
} as const;

export type ConflictStrategy = keyof typeof CONFLICT_STRATEGIES;

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

export interface HelperWriteResult extends WriteResult {
  readonly helperId: string | null;
}

/**
 * Saves the whole helper as the next version. Saves of one case happen one after the other, under the lock on its row;
 * of those made from one version the first wins and the others are told who won. Equal content makes no version, unless
 * it is given a new label: a checkpoint is worth keeping even where nothing changed.
 */
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
  return caller.database.write(caller.owner, async (scope) => {
    const found = await getWritableCase(scope, input.caseId, ['input', 'caseId']);
    rulesOf(found.kind).assertDocumentFits(sent.value, found.plate, ['input', 'helper']);
    const call = { operation: 'caseHelperSaveFull', orgId: found.orgId, input: { ...input, helper: sent.hash } };
    return once(scope, caller, call, () => save(scope, found, sent, { ...input, onConflict }));
  });
}

async function save(
  scope: Scope,
  found: FoundCase,
  sent: HelperDocument,
  input: CaseHelperSaveFullInput & { onConflict: ConflictStrategy },
): Promise<HelperWriteResult> {
  const current = await lockCurrentHelper(scope, found.id);
  const resolved = await resolveAgainst(scope, found, sent, current, input);
  const result = { orgId: found.orgId, caseId: found.id };
  if (resolved.document.hash === current.hash && (!input.label || input.label === current.label))
    return { ...result, outcome: 'UNCHANGED', helperId: current.id };
  const saved = await appendVersion(scope, current, {
    caseId: found.id,
    document: resolved.document,
    trigger: input.label ? 'CHECKPOINT' : resolved.outcome === 'MERGED' ? 'MERGE' : 'SAVE',
    source: sourceOf(scope, input.source),
    label: input.label,
    note: input.note,
    baseVersion: input.expectedVersion,
    onConflict: input.onConflict,
  });
  return { ...result, outcome: resolved.outcome, helperId: saved.id };
}

/** What to write, given what has become current meanwhile. @throws VersionConflict */
async function resolveAgainst(
  scope: Scope,
  found: FoundCase,
  sent: HelperDocument,
  current: CurrentHelper,
  input: { expectedVersion?: number | null | undefined; onConflict: ConflictStrategy },
): Promise<{ document: HelperDocument; outcome: WriteOutcome }> {
  const outcome = current.version === 0 ? 'CREATED' : 'UPDATED';
  const expected = input.expectedVersion;
  if (expected == null || expected === current.version || input.onConflict === 'FORCE')
    return { document: sent, outcome };
  const base =
    input.onConflict === 'MERGE_DISJOINT' && expected <= current.version
      ? await findDocument(scope, found.id, expected)
      : null;
  if (base) {
    const { merged, conflicts } = mergeDisjoint(base, sent.value, current.document);
    // A merge of two good documents can still be too large.
    if (conflicts.length === 0)
      return { document: checkHelperDocument(merged, ['input', 'helper']), outcome: 'MERGED' };
  }
  throw await describeConflict(scope, found.id, expected, current, sent.value);
}
