import type { Database } from '../db/database.ts';
import type { Scope, ScopeOwner } from '../db/scope.ts';
import { notFound } from '../errors.ts';
import type { OrgTail } from './org-tail.ts';

/** What a subscription needs to know of a case when it looks. */
export interface WatchedCase {
  readonly orgId: string;
  readonly version: number;
}

/** @throws Refusal NOT_FOUND when there is no such case, or it is not, or no longer, the caller's to see */
export async function getWatchedCase(scope: Scope, caseId: string): Promise<WatchedCase> {
  const found = await findWatchedCase(scope, caseId);
  if (!found) throw notFound('case', ['caseId']);
  return found;
}

/** Whether the caller sees a case that he follows, asked anew after whatever may have changed it. */
export async function seesCase(
  { database, owner }: { database: Database; owner: ScopeOwner },
  tail: OrgTail,
  caller: string,
  caseId: string,
): Promise<boolean> {
  const subject = `case ${caseId}`;
  const seen = await tail.access.sees(caller, [subject], async () =>
    (await database.read(owner, (scope) => findWatchedCase(scope, caseId))) ? new Set([subject]) : new Set<string>(),
  );
  return seen?.has(subject) ?? false;
}

async function findWatchedCase(scope: Scope, caseId: string): Promise<WatchedCase | null> {
  const rows = await scope.sql<WatchedCase>('select org_id as "orgId", version from public.cases where id = $1', [
    caseId,
  ]);
  return rows[0] ?? null;
}
