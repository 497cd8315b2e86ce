import type { Scope } from '../../db/scope.ts';
import { Refusal } from '../../errors.ts';
import type { Caller } from '../caller.ts';
import { once } from '../idempotency.ts';
import { NEWEST_FIRST, type RowList } from '../list-rows.ts';
import type { Recorded, WriteResult } from '../write-result.ts';
import { type FoundCase, getCase } from './find-case.ts';

/** What a case can be shared as. */
export const COLLABORATOR_ROLES = {
  OWNER: 'Reads, writes and shares the case.',
  EDITOR: 'Reads and writes the case.',
  REQUESTER: 'Reads the case; it was asked for by this person.',
  WATCHER: 'Reads the case.',
} as const;

export type CollaboratorRole = keyof typeof COLLABORATOR_ROLES;

export const COLLABORATORS_OF_CASE: RowList = {
  table: 'public.case_collaborators',
  parent: ['org_id', 'case_id'],
  order: NEWEST_FIRST,
};

export interface CaseShareInput {
  readonly idempotencyKey?: string | null | undefined;
  readonly caseId: string;
  readonly userId: string;
  readonly role?: CollaboratorRole | null | undefined;
}

export interface CaseShareResult extends WriteResult {
  readonly caseId: string;
  readonly userId: string;
}

/** Shares a case with a member of its organisation, or changes what it is shared with him as. */
export async function caseShare(caller: Caller, input: CaseShareInput): Promise<Recorded<CaseShareResult>> {
  const role = input.role ?? 'EDITOR';
  return caller.database.write(caller.owner, async (scope) => {
    const found = await getShareableCase(scope, input.caseId);
    const call = { operation: 'caseShare', orgId: found.orgId, input: { ...input, role } };
    return once(scope, caller, call, async () => {
      // That only members are shared with is a foreign key.
      const rows = await scope.sql<{ created: boolean }>(
        `insert into public.case_collaborators as c (org_id, case_id, user_id, role) values ($1, $2, $3, $4)
         on conflict (case_id, user_id) do update set role = excluded.role where c.role <> excluded.role
         returning xmax = 0 as created`,
        [found.orgId, found.id, input.userId, role],
      );
      const outcome = rows[0] ? (rows[0].created ? 'CREATED' : 'UPDATED') : 'UNCHANGED';
      return { outcome, orgId: found.orgId, caseId: found.id, userId: input.userId };
    });
  });
}

/** @throws Refusal NOT_FOUND for a case that is not the caller's to see, FORBIDDEN for one he may not share */
export async function getShareableCase(scope: Scope, caseId: string): Promise<FoundCase> {
  const found = await getCase(scope, caseId, ['input', 'caseId']);
  const rows = await scope.sql<{ may: boolean }>(
    "select private.may('case.share', org_id, id, created_by, assigned_to) as may from public.cases where id = $1",
    [found.id],
  );
  if (!rows[0]?.may)
    throw new Refusal('FORBIDDEN', 'You may not share this case. Ask its owner or an administrator.', [
      'input',
      'caseId',
    ]);
  return found;
}
