import type { Scope } from '../../db/scope.ts';
import { notFound } from '../../errors.ts';
import { applyPatch, PatchError } from '../../json/apply-patch.ts';
import { diffPaths } from '../../json/json-diff.ts';
import { isEqualJson } from '../../json/json-equal.ts';
import { type PatchOperation, toPatch } from '../../json/json-patch.ts';
import type { JsonObject, JsonValue } from '../../json/json-value.ts';

export interface HelperChange {
  readonly caseId: string;
  readonly previousVersion: number;
  readonly version: number;
}

export interface HelperChangeDescription {
  /** At most 200; places, compared by index in arrays. */
  readonly changedPaths: string[];
  /** RFC 6902, tried out; null when it would be larger than the helper itself. */
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

async function describe(scope: Scope, change: HelperChange): Promise<HelperChangeDescription> {
  const { before, after } = await readBoth(scope, change);
  return { changedPaths: diffPaths(before, after).paths, patch: findPatch(before, after) };
}

/** Version 0 is the empty helper every case begins with. */
async function readBoth(
  scope: Scope,
  { caseId, previousVersion, version }: HelperChange,
): Promise<{ before: JsonObject; after: JsonObject }> {
  const rows = await scope.sql<{ version: number; body: string }>(
    'select version, helper_json::text as body from public.case_helper where case_id = $1 and version in ($2, $3)',
    [caseId, previousVersion, version],
  );
  const find = (wanted: number): JsonObject => {
    if (wanted === 0) return {};
    const row = rows.find((each) => each.version === wanted);
    // Versions are never deleted: the case is no longer the caller's to see.
    if (!row) throw notFound('case', ['caseId']);
    return JSON.parse(row.body) as JsonObject;
  };
  return { before: find(previousVersion), after: find(version) };
}

function findPatch(before: JsonObject, after: JsonObject): JsonValue {
  const patch = toPatch(before, after);
  if (JSON.stringify(patch).length > JSON.stringify(after).length) return null;
  // Clients keep what comes of it as the helper: rather none than one that leads elsewhere.
  return leadsTo(patch, before, after) ? (patch as unknown as JsonValue) : null;
}

function leadsTo(patch: PatchOperation[], before: JsonObject, after: JsonObject): boolean {
  try {
    return isEqualJson(applyPatch(before, patch), after);
  } catch (error) {
    // A version written past this server may have keys that no patch can name, as "__proto__".
    if (error instanceof PatchError) return false;
    throw error;
  }
}
