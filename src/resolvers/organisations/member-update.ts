import { notFound } from '../../errors.ts';
import type { Caller } from '../caller.ts';
import { once } from '../idempotency.ts';
import type { Recorded, WriteResult } from '../write-result.ts';
import { assertMayGive } from './assert-may-give.ts';
import type { MemberRole } from './ensure-member.ts';
import { fieldOf, getMember, type MemberName } from './find-member.ts';
import { getOrgWith } from './get-org-with.ts';

export interface MemberUpdateInput extends MemberName {
  readonly idempotencyKey?: string | null | undefined;
  readonly role: MemberRole;
}

export interface MemberResult extends WriteResult {
  readonly memberId: string;
}

/** Gives a member another role. That an admin remains, the database sees to. */
export async function memberUpdate(caller: Caller, input: MemberUpdateInput): Promise<Recorded<MemberResult>> {
  return caller.database.write(caller.owner, async (scope) => {
    const orgId = await getOrgWith(scope, 'member.manage');
    return once(scope, caller, { operation: 'memberUpdate', orgId, input: { ...input } }, async () => {
      const found = await getMember(scope, orgId, input);
      const result = { orgId, memberId: found.id };
      if (found.role === input.role) return { outcome: 'UNCHANGED', ...result };
      await assertMayGive(scope, orgId, [found.role, input.role], ['input', 'role']);
      const updated = await scope.sql(
        'update public.user_orgs set role = $3 where org_id = $1 and id = $2 returning id',
        [orgId, found.id, input.role],
      );
      // Gone this moment, or the caller's own right to it.
      if (updated.length === 0) throw notFound('member', fieldOf(input));
      return { outcome: 'UPDATED', ...result };
    });
  });
}
