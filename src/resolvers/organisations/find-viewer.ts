import type { Scope } from '../../db/scope.ts';

export interface FoundViewer {
  readonly role: string | null;
  readonly orgId: string | null;
  readonly orgName: string | null;
  readonly permissions: readonly string[];
}

/** What the caller may do in the organisation it acts for. */
export async function findViewer(scope: Scope): Promise<FoundViewer> {
  const { identity } = scope.owner;
  const orgId = scope.orgIdOrNull;
  const rows = await scope.sql<{
    orgName: string | null;
    role: string | null;
    held: string[] | null;
    granted: string[] | null;
  }>(
    `select
       (select name from public.orgs where id = $1) as "orgName",
       (select role from public.user_orgs where org_id = $1 and user_id = private.user_id()) as role,
       (select array_agg(p.permission order by p.permission) from public.user_orgs m join public.role_permissions p on p.role = m.role
        where m.org_id = $1 and m.user_id = private.user_id()) as held,
       (select array_agg(distinct p.permission order by p.permission) from public.role_permissions p
        where exists (select from private.orgs_holding(p.permission) as o where o = $1)) as granted`,
    [orgId],
  );
  const found = rows[0]!;
  return {
    role: identity.kind === 'SERVICE' ? 'service_role' : found.role,
    orgId,
    orgName: found.orgName,
    permissions: identity.kind === 'SERVICE' ? ['*'] : (found.held ?? found.granted ?? []),
  };
}
