import type { Caller } from '../caller.ts';
import { once } from '../idempotency.ts';
import type { Recorded } from '../write-result.ts';
import { type CaseShareResult, getShareableCase } from './case-share.ts';

export interface CaseUnshareInput {
  readonly idempotencyKey?: string | null | undefined;
  readonly caseId: string;
  readonly userId: string;
}

/** Takes a share back. UNCHANGED when there is none: taking it back twice is no mistake. */
export async function caseUnshare(caller: Caller, input: CaseUnshareInput): Promise<Recorded<CaseShareResult>> {
  return caller.database.write(caller.owner, async (scope) => {
    const found = await getShareableCase(scope, input.caseId);
    const call = { operation: 'caseUnshare', orgId: found.orgId, input: { ...input } };
    return once(scope, caller, call, async () => {
      const rows = await scope.sql(
        'delete from public.case_collaborators where case_id = $1 and user_id = $2 returning id',
        [found.id, input.userId],
      );
      const outcome = rows.length > 0 ? 'UPDATED' : 'UNCHANGED';
      return { outcome, orgId: found.orgId, caseId: found.id, userId: input.userId };
    });
  });
}
