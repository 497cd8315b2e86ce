import { notFound, Refusal } from '../../errors.ts';
import type { Caller } from '../caller.ts';
import { once } from '../idempotency.ts';
import type { Recorded } from '../write-result.ts';
import { getOrgWith } from './get-org-with.ts';
import type { InvitationResult } from './member-invite.ts';

export interface InvitationRevokeInput {
  readonly idempotencyKey?: string | null | undefined;
  readonly id: string;
}

/** Makes the code of an invitation worthless. */
export async function invitationRevoke(
  caller: Caller,
  input: InvitationRevokeInput,
): Promise<Recorded<InvitationResult>> {
  return caller.database.write(caller.owner, async (scope) => {
    const orgId = await getOrgWith(scope, 'member.manage');
    return once(scope, caller, { operation: 'invitationRevoke', orgId, input: { ...input } }, async () => {
      // Locked by the update, so that it is revoked or accepted and never both.
      const revoked = await scope.sql(
        `update public.org_invitations set revoked_at = now()
         where org_id = $1 and id = $2 and revoked_at is null and accepted_at is null returning id`,
        [orgId, input.id],
      );
      const result = { orgId, invitationId: input.id };
      if (revoked.length > 0) return { outcome: 'UPDATED', ...result };
      const found = await scope.sql<{ accepted: boolean }>(
        'select accepted_at is not null as accepted from public.org_invitations where org_id = $1 and id = $2',
        [orgId, input.id],
      );
      if (!found[0]) throw notFound('invitation', ['input', 'id']);
      if (found[0].accepted)
        throw new Refusal('VALIDATION_FAILED', 'It was accepted already. Remove the member instead.', ['input', 'id']);
      return { outcome: 'UNCHANGED', ...result };
    });
  });
}
