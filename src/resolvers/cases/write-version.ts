import type { Scope } from '../../db/scope.ts';
import { sourceOf, type WriteSource } from '../caller.ts';
import type { WriteResult } from '../write-result.ts';
import type { FoundCase } from './find-case.ts';
import type { HelperDocument } from './helper-document.ts';
import { appendVersion, type CurrentHelper, type HelperTrigger, lockCurrentHelper } from './helper-versions.ts';
import { assertChangesWritable } from './writable-pointers.ts';

export interface HelperWriteResult extends WriteResult {
  readonly helperId: string | null;
  readonly saved?: SavedVersion | undefined;
}

/** Columns of a version that never change. */
export interface SavedVersion {
  readonly id: string;
  readonly caseId: string;
  readonly version: number;
  readonly contentHash: string;
  readonly sizeBytes: number;
  readonly savedAt: Date;
}

/** What is known of a write beside the document. */
export interface VersionRecord {
  /** The argument that brings the content. */
  readonly field: readonly string[];
  readonly source?: WriteSource | null | undefined;
  readonly label?: string | null | undefined;
  readonly note?: string | null | undefined;
  readonly expectedVersion?: number | null | undefined;
  readonly onConflict?: string | null | undefined;
}

export interface NextDocument {
  readonly document: HelperDocument;
  readonly isMerged?: boolean;
  readonly restoredFrom?: number;
  /** A place the server writes with it by itself, whatever the caller's key may write. */
  readonly ownPlace?: readonly string[];
}

/**
 * The one way a helper gets its next version. Writes of one case happen one after the other, under the lock on its row;
 * `resolve` works out under it what to make of the current version, or answers null for nothing. Equal content makes no
 * version, unless it is given a new label: a checkpoint is worth keeping even where nothing changed.
 *
 * @throws Refusal PATH_NOT_WRITABLE for a change that is not the caller's API key's to make
 */
export async function writeVersion(
  scope: Scope,
  found: Pick<FoundCase, 'id' | 'orgId'>,
  trigger: HelperTrigger,
  record: VersionRecord,
  resolve: (current: CurrentHelper) => Promise<NextDocument | null>,
): Promise<HelperWriteResult> {
  const current = await lockCurrentHelper(scope, found.id);
  const next = await resolve(current);
  const result = { orgId: found.orgId, caseId: found.id };
  const isNewLabel = !!record.label && record.label !== current.label;
  if (next === null || (next.document.hash === current.hash && !isNewLabel))
    return { ...result, outcome: 'UNCHANGED', helperId: current.id };
  assertChangesWritable(scope, current.document, next.document.value, next.ownPlace, record.field);
  const saved = await appendVersion(scope, current, {
    caseId: found.id,
    document: next.document,
    trigger: record.label ? 'CHECKPOINT' : next.isMerged ? 'MERGE' : trigger,
    source: sourceOf(scope, record.source),
    label: record.label,
    note: record.note,
    baseVersion: record.expectedVersion,
    onConflict: record.onConflict,
    restoredFrom: next.restoredFrom,
  });
  const outcome = next.isMerged ? 'MERGED' : current.version === 0 ? 'CREATED' : 'UPDATED';
  return { ...result, outcome, helperId: saved.id };
}
