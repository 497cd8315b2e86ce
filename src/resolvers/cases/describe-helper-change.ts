import type { Scope } from '../../db/scope.ts';
import { notFound } from '../../errors.ts';
import { diffPaths, type PatchOperation, toPatch } from '../../json/json-diff.ts';
import type { JsonValue } from '../../json/json-value.ts';
import { findDocument } from './helper-versions.ts';

export interface HelperChange {
  readonly caseId: string;
  readonly previousVersion: number;
  readonly version: number;
}

export interface HelperChangeDescription {
  readonly changedPaths: string[];
  /** RFC 6902; null when it would be larger than the helper itself. */
  readonly patch: JsonValue;
}

const described = new WeakMap<HelperChange, Promise<HelperChangeDescription>>();

/** What differs between two versions of a case. Worked out once for each event, however many fields ask. */
export function describeHelperChange(scope: Scope, change: HelperChange): Promise<HelperChangeDescription> {
  let description = described.get(change);
  if (!description) {
    description = describe(scope, change);
    described.set(change, description);
    // An event is executed again after an outage, and must not meet the failure of the first time.
    description.catch(() => described.delete(change));
  }
  return description;
}

async function describe(
  scope: Scope,
  { caseId, previousVersion, version }: HelperChange,
): Promise<HelperChangeDescription> {
  const before = await findDocument(scope, caseId, previousVersion);
  const after = await findDocument(scope, caseId, version);
  // Versions are never deleted: the case is no longer the caller's to see.
  if (!before || !after) throw notFound('case', ['caseId']);
  const patch: PatchOperation[] = toPatch(before, after);
  const isSmaller = JSON.stringify(patch).length <= JSON.stringify(after).length;
  return { changedPaths: diffPaths(before, after).paths, patch: isSmaller ? (patch as unknown as JsonValue) : null };
}
