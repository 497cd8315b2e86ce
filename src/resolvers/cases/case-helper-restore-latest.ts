import type { Scope } from '../../db/scope.ts';
import { Refusal } from '../../errors.ts';
import type { JsonObject } from '../../json/json-value.ts';
import type { Caller, WriteSource } from '../caller.ts';
import { once } from '../idempotency.ts';
import type { Recorded } from '../write-result.ts';
import { getWritableCase } from './find-case.ts';
import { HelperDocument } from './helper-document.ts';
import type { CurrentHelper } from './helper-versions.ts';
import { describeConflict } from './version-conflict.ts';
import { type HelperWriteResult, type NextDocument, writeVersion } from './write-version.ts';

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
    const record = {
      source: input.source,
      note: input.reason,
      expectedVersion: input.expectedVersion,
      field: ['input', 'version'],
    };
    return once(scope, caller, call, () =>
      writeVersion(scope, found, 'RESTORE', record, async (current) => {
        if (input.expectedVersion != null && input.expectedVersion !== current.version)
          throw await describeConflict(scope, found.id, input.expectedVersion, current, null);
        return getOlder(scope, found.id, current, input.version ?? null);
      }),
    );
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
): Promise<NextDocument> {
  const rows = await scope.sql<OlderVersion>(
    `select version, content_hash as hash, helper_json::text as body from public.case_helper
     where case_id = $1 and (case when $2::int is null then content_hash <> $3 else version = $2 end)
     order by version desc limit 1`,
    [caseId, version, current.hash],
  );
  const older = rows[0];
  if (older) {
    const { hash, body: text, version: restoredFrom } = older;
    return { document: new HelperDocument(JSON.parse(text) as JsonObject, text, hash), restoredFrom };
  }
  throw new Refusal(
    'NOT_FOUND',
    version === null
      ? 'The case has no version that differs from the current one.'
      : `The case has no version ${version}; its newest is ${current.version}.`,
    ['input', 'version'],
  );
}
