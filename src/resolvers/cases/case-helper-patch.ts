import type { Scope } from '../../db/scope.ts';
import { Refusal } from '../../errors.ts';
import { contentHash } from '../../json/content-hash.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json-value.ts';
import { applyMergePatch } from '../../json/merge-patch.ts';
import { assertFaithful } from '../assert-faithful.ts';
import type { Caller, WriteSource } from '../caller.ts';
import { once } from '../idempotency.ts';
import type { Recorded } from '../write-result.ts';
import { applyJsonPatch, PatchTestFailed } from './apply-json-patch.ts';
import { rulesOf } from './case-kinds.ts';
import { type FoundCase, getWritableCase } from './find-case.ts';
import { checkHelperDocument, type HelperDocument } from './helper-document.ts';
import type { CurrentHelper } from './helper-versions.ts';
import { readJsonPatch } from './read-json-patch.ts';
import { type ConflictStrategy, resolveConflict } from './resolve-conflict.ts';
import { describeFailedTest } from './version-conflict.ts';
import { type HelperWriteResult, type NextDocument, writeVersion } from './write-version.ts';

export interface CaseHelperPatchInput {
  readonly idempotencyKey?: string | null | undefined;
  readonly caseId: string;
  readonly expectedVersion?: number | null | undefined;
  readonly onConflict?: ConflictStrategy | null | undefined;
  readonly patch?: unknown;
  readonly mergePatch?: unknown;
  readonly label?: string | null | undefined;
  readonly note?: string | null | undefined;
  readonly source?: WriteSource | null | undefined;
}

/**
 * Changes parts of the helper. Without an expected version the change is made to whatever is current under the lock, so
 * any number of callers may change different places at once and all changes land, each as a version.
 */
export async function caseHelperPatch(
  caller: Caller,
  input: CaseHelperPatchInput,
): Promise<Recorded<HelperWriteResult>> {
  const change = readChange(input);
  const onConflict = input.onConflict ?? 'REJECT';
  return caller.database.write(caller.owner, async (scope) => {
    const found = await getWritableCase(scope, input.caseId, ['input', 'caseId']);
    const { patch: _, mergePatch: __, ...rest } = input;
    const call = { operation: 'caseHelperPatch', orgId: found.orgId, input: { ...rest, [change.name]: change.hash } };
    return once(scope, caller, call, () =>
      writeVersion(scope, found, 'PATCH', { ...input, onConflict, field: ['input', change.name] }, (current) =>
        resolveChange(scope, found, current, change, { ...input, onConflict }),
      ),
    );
  });
}

/** What was asked for, in either language. */
interface Change {
  readonly name: 'patch' | 'mergePatch';
  readonly hash: string;
  apply(document: JsonObject): JsonValue | undefined;
}

function readChange({ patch, mergePatch }: CaseHelperPatchInput): Change {
  if ((patch == null) === (mergePatch == null))
    throw new Refusal(
      'VALIDATION_FAILED',
      'Send exactly one of patch (RFC 6902: an array of operations) and mergePatch (RFC 7396: an object).',
      ['input', 'patch'],
    );
  if (patch != null) {
    const field = ['input', 'patch'];
    const steps = readJsonPatch(patch, field);
    const hash = contentHash(steps as unknown as JsonValue);
    return { name: 'patch', hash, apply: (document) => applyJsonPatch(document, steps, field) };
  }
  const field = ['input', 'mergePatch'];
  assertFaithful(mergePatch, field);
  if (!isJsonObject(mergePatch))
    throw new Refusal('VALIDATION_FAILED', 'A mergePatch (RFC 7396) is an object with what is to change.', field);
  return {
    name: 'mergePatch',
    hash: contentHash(mergePatch),
    apply: (document) => applyMergePatch(document, mergePatch),
  };
}

async function resolveChange(
  scope: Scope,
  found: FoundCase,
  current: CurrentHelper,
  change: Change,
  input: CaseHelperPatchInput & { onConflict: ConflictStrategy },
): Promise<NextDocument | null> {
  const { expectedVersion, onConflict } = input;
  const expectation = { caseId: found.id, expectedVersion, onConflict };
  const field = ['input', change.name];
  try {
    const next = await resolveConflict(
      scope,
      current,
      expectation,
      (base) => makeOurs(found, base, change, field),
      field,
    );
    const isNothing = current.version === 0 && !input.label && Object.keys(next.document.value).length === 0;
    return isNothing ? null : next;
  } catch (error) {
    if (error instanceof PatchTestFailed)
      throw await describeFailedTest(scope, found.id, expectedVersion ?? current.version, current, error);
    throw error;
  }
}

/** @throws Refusal for a change that leaves no good helper of this case */
function makeOurs(found: FoundCase, base: JsonObject, change: Change, field: readonly string[]): HelperDocument {
  const changed = change.apply(base);
  try {
    const document = checkHelperDocument(changed, field);
    rulesOf(found.kind).assertDocumentFits(document.value, found.plate, field);
    return document;
  } catch (error) {
    // The places of a merge patch are the document's; those of a list of operations are not.
    if (error instanceof Refusal && change.name === 'patch') throw new Refusal(error.code, error.message, field);
    throw error;
  }
}
