import type { Scope } from '../../db/scope.ts';
import { Refusal } from '../../errors.ts';

/** The organisation the caller acts for, in which he holds a permission. @throws Refusal FORBIDDEN naming it */
export async function getOrgWith(scope: Scope, permission: string): Promise<string> {
  const { orgId } = scope;
  const rows = await scope.sql<{ held: boolean }>(
    "select current_user = 'service_role' or $1::uuid in (select private.orgs_holding($2)) as held",
    [orgId, permission],
  );
  if (rows[0]?.held) return orgId;
  throw new Refusal(
    'FORBIDDEN',
    `This takes the permission ${permission}, which you do not hold here. Ask an administrator of the organisation.`,
  );
}
