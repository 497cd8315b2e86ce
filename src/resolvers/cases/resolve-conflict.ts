import type { Scope } from '../../db/scope.ts';
import { mergeDisjoint } from '../../json/json-merge.ts';
import type { JsonObject } from '../../json/json-value.ts';
import { checkHelperDocument, type HelperDocument } from './helper-document.ts';
import { type CurrentHelper, findDocument } from './helper-versions.ts';
import { describeConflict } from './version-conflict.ts';

/** What a write does when others have saved since. */
export const CONFLICT_STRATEGIES = {
  REJECT: 'Refuse, and say what happened since.',
  MERGE_DISJOINT:
    'Three-way merge with the expected version as base; refuse only where both sides changed the same path.',
  FORCE:
    "Save over whatever is current. The overwrite is recorded. No expectedVersion needed: the shadow mirror's mode.",
} as const;

export type ConflictStrategy = keyof typeof CONFLICT_STRATEGIES;

export interface Expectation {
  readonly caseId: string;
  readonly expectedVersion?: number | null | undefined;
  readonly onConflict: ConflictStrategy;
}

/**
 * What to write, given what has become current meanwhile.
 *
 * @param makeOurs the caller's change to the current version, or to the expected one where others have saved since
 * @param field the argument at fault when a merge is too large to keep
 * @throws VersionConflict
 */
export async function resolveConflict(
  scope: Scope,
  current: CurrentHelper,
  { caseId, expectedVersion, onConflict }: Expectation,
  makeOurs: (base: JsonObject) => HelperDocument,
  field: readonly string[],
): Promise<{ document: HelperDocument; isMerged: boolean }> {
  if (expectedVersion == null || expectedVersion === current.version || onConflict === 'FORCE')
    return { document: makeOurs(current.document), isMerged: false };
  const base = expectedVersion <= current.version ? await findDocument(scope, caseId, expectedVersion) : null;
  const ours = base && makeOurs(base).value;
  if (base && ours && onConflict === 'MERGE_DISJOINT') {
    const { merged, conflicts } = mergeDisjoint(base, ours, current.document);
    // A merge of two good documents can still be too large.
    if (conflicts.length === 0) return { document: checkHelperDocument(merged, field), isMerged: true };
  }
  throw await describeConflict(scope, caseId, expectedVersion, current, ours);
}
