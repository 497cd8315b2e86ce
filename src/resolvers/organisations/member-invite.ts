import { generateSecret } from '../../auth/random-secret.ts';
import { Refusal } from '../../errors.ts';
import type { Caller } from '../caller.ts';
import { once } from '../idempotency.ts';
import type { Recorded, WriteResult } from '../write-result.ts';
import { assertMayGive } from './assert-may-give.ts';
import type { MemberRole } from './ensure-member.ts';
import { getOrgWith } from './get-org-with.ts';
import { readExpiry } from './read-expiry.ts';

/** Marks a text as the code of an invitation. */
const CODE_PREFIX = 'cgi_';
const MAX_DAYS = 90;
const MAX_NOTE_LENGTH = 300;

export interface MemberInviteInput {
  readonly idempotencyKey?: string | null | undefined;
  readonly role: MemberRole;
  readonly note?: string | null | undefined;
  readonly expiresAt?: Date | null | undefined;
}

export interface InvitationResult extends WriteResult {
  readonly invitationId: string;
}

/**
 * Invites whoever is handed the code; nobody is made a member unasked.
 * @returns with the code, which is nowhere else: a replay has none to show
 */
export async function memberInvite(
  caller: Caller,
  input: MemberInviteInput,
): Promise<Recorded<InvitationResult> & { readonly code: string | null }> {
  const expiresAt = readExpiry(input.expiresAt, ['input', 'expiresAt'], MAX_DAYS)?.toISOString() ?? null;
  if ([...(input.note ?? '')].length > MAX_NOTE_LENGTH)
    throw new Refusal('VALIDATION_FAILED', `A note has at most ${MAX_NOTE_LENGTH} characters.`, ['input', 'note']);
  return caller.database.write(caller.owner, async (scope) => {
    const orgId = await getOrgWith(scope, 'member.manage');
    await assertMayGive(scope, orgId, [input.role], ['input', 'role']);
    let code: string | null = null;
    // What `once` is answered it stores, so the code goes past it.
    const call = { operation: 'memberInvite', orgId, input: { ...input, expiresAt } };
    const recorded = await once<InvitationResult>(scope, caller, call, async () => {
      const secret = generateSecret(CODE_PREFIX);
      const rows = await scope.sql<{ id: string }>(
        `insert into public.org_invitations (org_id, role, note, code_hash, expires_at)
         values ($1, $2, $3, $4, coalesce($5::timestamptz, now() + interval '7 days')) returning id`,
        [orgId, input.role, input.note, secret.hash, expiresAt],
      );
      code = secret.text;
      return { outcome: 'CREATED', orgId, invitationId: rows[0]!.id };
    });
    return { ...recorded, code };
  });
}
