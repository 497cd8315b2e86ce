import type { Scope } from '../../db/scope.ts';
import { Refusal } from '../../errors.ts';
import type { JsonObject } from '../../json/json-value.ts';
import { type Caller, sourceOf, type WriteSource } from '../caller.ts';
import { once } from '../idempotency.ts';
import type { Recorded } from '../write-result.ts';
import type { HelperWriteResult } from './case-helper-save-full.ts';
import { getWritableCase } from './find-case.ts';
import { appendVersion, type CurrentHelper, lockCurrentHelper } from './helper-versions.ts';
import { describeConflict } from './version-conflict.ts';

export interface CaseHelperRestoreLatestInput {
  readonly idempotencyKey?: string | null | undefined;
  readonly caseId: string;
  readonly version?: number | null | undefined;
  readonly expectedVersion?: number | null | undefined;
  readonly reason?: string | null | undefined;
  readonly source?: WriteSource | null | undefined;
}

/** It is kept as the version's note, and is as long at most; in code points, which is what the table counts. */
const MAX_REASON_LENGTH = 2_000;

/** Appends a version with the content of an older one; history is never rewound. Equal content makes no version. */
export async function caseHelperRestoreLatest(
  caller: Caller,
  input: CaseHelperRestoreLatestInput,
): Promise<Recorded<HelperWriteResult>> {
  if ([...(input.reason ?? '')].length > MAX_REASON_LENGTH)
    throw new Refusal('VALIDATION_FAILED', `A reason has at most ${MAX_REASON_LENGTH} characters.`, [
      'input',
      'reason',
    ]);
  return caller.database.write(caller.owner, async (scope) => {
    const found = await getWritableCase(scope, input.caseId, ['input', 'caseId']);
    const call = { operation: 'caseHelperRestoreLatest', orgId: found.orgId, input: { ...input } };
    return once(scope, caller, call, async () => {
      const current = await lockCurrentHelper(scope, found.id);
      if (input.expectedVersion != null && input.expectedVersion !== current.version)
        throw await describeConflict(scope, found.id, input.expectedVersion, current, null);
      const older = await getOlder(scope, found.id, current, input.version ?? null);
      const result = { orgId: found.orgId, caseId: found.id };
      if (older.hash === current.hash) return { ...result, outcome: 'UNCHANGED' as const, helperId: current.id };
      const saved = await appendVersion(scope, current, {
        caseId: found.id,
        document: { value: JSON.parse(older.body) as JsonObject, text: older.body },
        trigger: 'RESTORE',
        source: sourceOf(scope, input.source),
        note: input.reason,
        baseVersion: input.expectedVersion,
        restoredFrom: older.version,
      });
      return { ...result, outcome: 'UPDATED' as const, helperId: saved.id };
    });
  });
}

interface OlderVersion {
  version: number;
  hash: string;
  body: string;
}

async function getOlder(
  scope: Scope,
  caseId: string,
  current: CurrentHelper,
  version: number | null,
): Promise<OlderVersion> {
  const rows = await scope.sql<OlderVersion>(
    `select version, content_hash as hash, helper_json::text as body from public.case_helper
     where case_id = $1 and (case when $2::int is null then content_hash <> $3 else version = $2 end)
     order by version desc limit 1`,
    [caseId, version, current.hash],
  );
  if (rows[0]) return rows[0];
  throw new Refusal(
    'NOT_FOUND',
    version === null
      ? 'The case has no version that differs from the current one.'
      : `The case has no version ${version}; its newest is ${current.version}.`,
    ['input', 'version'],
  );
}
