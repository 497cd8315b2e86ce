import { applyPatch } from '../json/apply-patch.ts';
import type { PatchOperation } from '../json/json-patch.ts';
import type { JsonValue } from '../json/json-value.ts';
import { CasegraphError } from './casegraph-error.ts';
import {
  type CaseHelperChangedSubscription,
  CaseHelperDocument,
  type SavedHelperFragment as SavedHelper,
} from './generated/operations.ts';
import { helperHash } from './helper-hash.ts';
import type { Request } from './http-request.ts';

/** A version with its content. Version 0 stands for a case without a helper yet; its patch begins with {}. */
export interface HelperVersion {
  readonly version: number;
  readonly helper: JsonValue | null;
  /** Who saved it and when; null of version 0. */
  readonly saved: SavedHelper | null;
}

type ChangedEvent = CaseHelperChangedSubscription['caseHelperChanged'];
export type VersionEvent = Extract<ChangedEvent, { __typename: 'HelperVersionSaved' }>;

/** What keeps a version from being made from the one before it. */
export type Misfit = 'gap' | 'noPatch' | 'mismatch';

/**
 * Asks for a version, or the current one.
 * @throws CasegraphError NOT_FOUND when there is no such case, or it is not the caller's to see
 */
export async function fetchHelperVersion(
  request: Request,
  caseId: string,
  version: number | null,
  signal: AbortSignal,
): Promise<HelperVersion> {
  const { case: found } = await request(CaseHelperDocument, { caseId, version }, { signal });
  if (!found || (version !== null && !found.helper))
    throw new CasegraphError(
      'NOT_FOUND',
      'No such case, or it is not yours to see. Check the id and the organisation.',
      { field: ['caseId'] },
    );
  if (!found.helper) return { version: 0, helper: null, saved: null };
  const { helperJson, ...saved } = found.helper;
  return { version: saved.version, helper: helperJson, saved };
}

/** The next version, made from the one before without changing it and checked against its hash; or why that can't be. */
export function applyVersion(before: HelperVersion, event: VersionEvent): HelperVersion | Misfit {
  if (event.previousVersion !== before.version) return 'gap';
  if (event.patch === null) return 'noPatch';
  let helper: JsonValue;
  try {
    helper = applyPatch(before.helper ?? {}, event.patch as unknown as PatchOperation[]);
  } catch {
    return 'mismatch';
  }
  if (helperHash(helper) !== event.helper.contentHash) return 'mismatch';
  return { version: event.version, helper, saved: event.helper };
}
