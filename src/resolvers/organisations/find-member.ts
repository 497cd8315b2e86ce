import type { Scope } from '../../db/scope.ts';
import { notFound, Refusal } from '../../errors.ts';
import type { MemberRole } from './ensure-member.ts';

/** How a call names a member: by the id of the membership, or by the user. */
export interface MemberName {
  readonly id?: string | null | undefined;
  readonly userId?: string | null | undefined;
}

export interface FoundMember {
  readonly id: string;
  readonly userId: string;
  readonly role: MemberRole;
}

/** @throws Refusal VALIDATION_FAILED for none or both names, NOT_FOUND for who is no member of the organisation */
export async function getMember(scope: Scope, orgId: string, { id, userId }: MemberName): Promise<FoundMember> {
  if ((id == null) === (userId == null))
    throw new Refusal('VALIDATION_FAILED', 'Send exactly one of id and userId.', ['input', 'id']);
  const rows = await scope.sql<FoundMember>(
    'select id, user_id as "userId", role from public.user_orgs where org_id = $1 and (id = $2 or user_id = $3)',
    [orgId, id, userId],
  );
  if (!rows[0]) throw notFound('member', fieldOf({ id }));
  return rows[0];
}

/** The argument that names the member. */
export function fieldOf({ id }: MemberName): string[] {
  return ['input', id == null ? 'userId' : 'id'];
}
