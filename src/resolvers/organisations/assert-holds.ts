import type { Scope } from '../../db/scope.ts';
import { Refusal } from '../../errors.ts';

/** @throws Refusal FORBIDDEN unless the caller holds the permission in the organisation it acts for */
export async function assertHolds(scope: Scope, permission: string): Promise<void> {
  const { orgId } = scope;
  if (scope.owner.identity.kind === 'SERVICE') return;
  const rows = await scope.sql<{ holds: boolean }>('select $1::uuid in (select private.orgs_holding($2)) as holds', [
    orgId,
    permission,
  ]);
  if (!rows[0]!.holds)
    throw new Refusal(
      'FORBIDDEN',
      `This takes the permission ${permission}, which you do not hold here. Ask an administrator of the organisation.`,
    );
}
