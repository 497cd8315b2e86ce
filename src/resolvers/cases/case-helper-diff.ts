import type { Scope } from '../../db/scope.ts';
import { Refusal } from '../../errors.ts';
import type { JsonObject } from '../../json/json-value.ts';
import { getCase } from './find-case.ts';
import { findDocument } from './helper-versions.ts';

/** Two versions of a helper, either way round. */
export interface HelperDiff {
  readonly fromVersion: number;
  readonly toVersion: number;
  readonly before: JsonObject;
  readonly after: JsonObject;
}

/**
 * What to compare; version 0 is the empty helper every case begins with.
 * @throws Refusal NOT_FOUND for a case the caller may not see, or naming the version there is none of
 */
export async function caseHelperDiff(
  scope: Scope,
  { caseId, fromVersion, toVersion }: { caseId: string; fromVersion: number; toVersion: number },
): Promise<HelperDiff> {
  const found = await getCase(scope, caseId, ['caseId']);
  const getDocument = async (version: number, field: string): Promise<JsonObject> => {
    const document = await findDocument(scope, caseId, version);
    if (document) return document;
    throw new Refusal('NOT_FOUND', `The case has no version ${version}; its newest is ${found.version}.`, [field]);
  };
  const before = await getDocument(fromVersion, 'fromVersion');
  const after = await getDocument(toVersion, 'toVersion');
  return { fromVersion, toVersion, before, after };
}
