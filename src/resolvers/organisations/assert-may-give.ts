import type { Scope } from '../../db/scope.ts';
import { Refusal } from '../../errors.ts';
import type { MemberRole } from './ensure-member.ts';

/**
 * A developer manages members as an admin does, all but the admins.
 * @throws Refusal FORBIDDEN when one of the roles is admin and the caller is not
 */
export async function assertMayGive(
  scope: Scope,
  orgId: string,
  roles: readonly MemberRole[],
  field: readonly string[],
): Promise<void> {
  if (!roles.includes('admin') || scope.owner.identity.kind === 'SERVICE') return;
  const rows = await scope.sql(
    "select from public.user_orgs where org_id = $1 and user_id = private.user_id() and role = 'admin'",
    [orgId],
  );
  if (rows.length === 0)
    throw new Refusal('FORBIDDEN', 'Only an admin makes or unmakes an admin. Ask one of them.', field);
}
