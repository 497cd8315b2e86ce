import type { Scope } from '../../db/scope.ts';
import { Refusal } from '../../errors.ts';
import type { MemberRole } from './ensure-member.ts';

/** What administers an organisation, with whom to ask for it. */
const FOR_ADMINISTRATORS = {
  'org.manage': 'the settings of the organisation',
  'member.manage': 'its members and invitations',
  'key.manage': 'its API keys',
} as const;

/**
 * The organisation the caller acts for, in which he holds a permission that only administrators have.
 * @throws Refusal FORBIDDEN
 */
export async function getOrgWith(scope: Scope, permission: keyof typeof FOR_ADMINISTRATORS): Promise<string> {
  const { orgId } = scope;
  const rows = await scope.sql<{ held: boolean }>(
    "select current_user = 'service_role' or $1::uuid in (select private.orgs_holding($2)) as held",
    [orgId, permission],
  );
  if (rows[0]?.held) return orgId;
  throw new Refusal(
    'FORBIDDEN',
    `Only administrators of the organisation manage ${FOR_ADMINISTRATORS[permission]}; you lack ${permission}. Ask one of them.`,
  );
}

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
