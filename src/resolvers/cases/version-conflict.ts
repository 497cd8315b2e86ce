import type { Scope } from '../../db/scope.ts';
import { Refusal } from '../../errors.ts';
import { diffPaths } from '../../json/json-diff.ts';
import { mergeDisjoint } from '../../json/json-merge.ts';
import type { JsonObject } from '../../json/json-value.ts';
import { type CurrentHelper, findDocument } from './helper-versions.ts';

/** Everything a client needs to recover from a stale save. */
export interface ConflictDetails {
  readonly caseId: string;
  readonly expectedVersion: number;
  readonly currentVersion: number;
  /** The current version's row; null when the case has none yet. */
  readonly currentId: string | null;
  readonly changedPaths: readonly string[];
  readonly conflictingPaths: readonly string[];
  readonly savedBy: string | null;
  readonly savedAt: Date | null;
}

export class VersionConflict extends Refusal {
  constructor(
    readonly details: ConflictDetails,
    message = staleMessage(details),
    field: readonly string[] = ['input', 'expectedVersion'],
  ) {
    super('VERSION_CONFLICT', message, field);
  }
}

function staleMessage({ expectedVersion, currentVersion }: ConflictDetails): string {
  return expectedVersion > currentVersion
    ? `Version ${expectedVersion} does not exist; the newest is ${currentVersion}. Load the case again.`
    : `Somebody saved since version ${expectedVersion}; the newest is ${currentVersion}. Load it and apply your changes, or save with onConflict MERGE_DISJOINT.`;
}

/** The conflict of a save of `ours`, made from `expectedVersion`, against what is current. `ours` null: nothing to compare. */
export async function describeConflict(
  scope: Scope,
  caseId: string,
  expectedVersion: number,
  current: CurrentHelper,
  ours: JsonObject | null,
): Promise<VersionConflict> {
  const base = expectedVersion <= current.version ? await findDocument(scope, caseId, expectedVersion) : null;
  return new VersionConflict({
    caseId,
    expectedVersion,
    currentVersion: current.version,
    currentId: current.id,
    changedPaths: base ? diffPaths(base, current.document).paths : [],
    conflictingPaths: base && ours ? mergeDisjoint(base, ours, current.document).conflicts.slice(0, 200) : [],
    savedBy: current.savedBy,
    savedAt: current.savedAt,
  });
}

/** The conflict of a patch that says what it expects at a place, where something else is. */
export async function describeFailedTest(
  scope: Scope,
  caseId: string,
  expectedVersion: number,
  current: CurrentHelper,
  test: { readonly index: number; readonly pointer: string },
): Promise<VersionConflict> {
  const { details } = await describeConflict(scope, caseId, expectedVersion, current, null);
  return new VersionConflict(
    { ...details, conflictingPaths: [test.pointer] },
    `Operation ${test.index} (test) found another value, or none: nothing was changed. Look at the newer helper and make the patch again.`,
    ['input', 'patch', String(test.index)],
  );
}
