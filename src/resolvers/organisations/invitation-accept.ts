import { hashSecret } from '../../auth/random-secret.ts';
import { Refusal } from '../../errors.ts';
import type { Caller } from '../caller.ts';
import type { MemberResult } from './member-update.ts';

/** Makes the caller a member of the organisation that the code is of. Sending one's own code again changes nothing. */
export async function invitationAccept(caller: Caller, input: { readonly code: string }): Promise<MemberResult> {
  if (caller.owner.identity.kind !== 'USER')
    throw new Refusal('FORBIDDEN', 'An invitation is for a person: sign in as the one who is to be a member.');
  return caller.database.write(caller.owner, async (scope) => {
    const rows = await scope.sql<{ orgId: string; memberId: string; joined: boolean }>(
      'select org_id as "orgId", member_id as "memberId", joined from private.accept_invitation($1)',
      [hashSecret(input.code.trim())],
    );
    const accepted = rows[0];
    // One answer for all: who guesses learns nothing.
    if (!accepted)
      throw new Refusal(
        'NOT_FOUND',
        'The code is unknown, used, revoked or expired. Check that it is complete, or ask for a new invitation.',
        ['input', 'code'],
      );
    return { outcome: accepted.joined ? 'CREATED' : 'EXISTING', orgId: accepted.orgId, memberId: accepted.memberId };
  });
}
