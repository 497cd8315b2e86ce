import { notFound, Refusal } from '../../errors.ts';
import type { Caller } from '../caller.ts';
import { once } from '../idempotency.ts';
import type { Recorded } from '../write-result.ts';
import { assertMayGive } from './assert-may-give.ts';
import { fieldOf, getMember, type MemberName } from './find-member.ts';
import { getOrgWith } from './get-org-with.ts';
import type { MemberResult } from './member-update.ts';

export interface MemberRemoveInput extends MemberName {
  readonly idempotencyKey?: string | null | undefined;
}

/**
 * Ends a membership, and with it shares, drafts and open subscriptions. Cases stay, without an assignee where it was he.
 * That an admin remains, the database sees to.
 */
export async function memberRemove(caller: Caller, input: MemberRemoveInput): Promise<Recorded<MemberResult>> {
  return caller.database.write(caller.owner, async (scope) => {
    const orgId = await getOrgWith(scope, 'member.manage');
    return once(scope, caller, { operation: 'memberRemove', orgId, input: { ...input } }, async () => {
      const found = await getMember(scope, orgId, input);
      const field = fieldOf(input);
      const { identity } = scope.owner;
      if (identity.kind === 'USER' && identity.userId === found.userId)
        throw new Refusal('VALIDATION_FAILED', 'You can not remove yourself. Ask another administrator to.', field);
      await assertMayGive(scope, orgId, [found.role], field);
      const removed = await scope.sql('delete from public.user_orgs where org_id = $1 and id = $2 returning id', [
        orgId,
        found.id,
      ]);
      // Gone this moment, or the caller's own right to it.
      if (removed.length === 0) throw notFound('member', field);
      return { outcome: 'UPDATED', orgId, memberId: found.id };
    });
  });
}
