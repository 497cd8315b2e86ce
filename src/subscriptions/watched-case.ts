import type { Scope } from '../db/scope.ts';
import { notFound } from '../errors.ts';

/** What a subscription needs to know of a case each time it looks. */
export interface WatchedCase {
  readonly orgId: string;
  readonly version: number;
}

/**
 * Asked anew at each look, so that a right that is taken away ends the subscription.
 * @throws Refusal NOT_FOUND when there is no such case, or it is not, or no longer, the caller's to see
 */
export async function getWatchedCase(scope: Scope, caseId: string): Promise<WatchedCase> {
  const rows = await scope.sql<{ orgId: string; version: number }>(
    'select org_id as "orgId", version from public.cases where id = $1',
    [caseId],
  );
  if (!rows[0]) throw notFound('case', ['caseId']);
  return rows[0];
}
