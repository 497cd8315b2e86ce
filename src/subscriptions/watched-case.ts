import type { Scope } from '../db/scope.ts';

/** What a subscription needs to know of a case each time it looks. */
export interface WatchedCase {
  readonly orgId: string;
  readonly version: number;
}

/** Null when there is no such case, or it is no longer the caller's to see: asked anew at each look. */
export async function findWatchedCase(scope: Scope, caseId: string): Promise<WatchedCase | null> {
  const rows = await scope.sql<{ orgId: string; version: number }>(
    'select org_id as "orgId", version from public.cases where id = $1',
    [caseId],
  );
  return rows[0] ?? null;
}
