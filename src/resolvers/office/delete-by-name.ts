import type { Caller } from '../caller.ts';
import { once } from '../idempotency.ts';
import { getOrgWith } from '../organisations/get-org-with.ts';
import type { Recorded, WriteResult } from '../write-result.ts';

export interface DeleteByName {
  /** Name of the mutation. */
  readonly operation: string;
  readonly table: string;
  /** The column that is the name, unique in the organisation. */
  readonly column: string;
  readonly permission: string;
  readonly name: string;
  readonly idempotencyKey?: string | null | undefined;
}

/** Deletes the row of a name from the organisation the caller acts for. UNCHANGED when there is none: a retry is no mistake. */
export async function deleteByName(caller: Caller, call: DeleteByName): Promise<Recorded<WriteResult>> {
  const { operation, table, column, permission, name, idempotencyKey } = call;
  return caller.database.write(caller.owner, async (scope) => {
    const orgId = await getOrgWith(scope, permission);
    return once(scope, caller, { operation, orgId, input: { idempotencyKey, name } }, async () => {
      const rows = await scope.sql(`delete from ${table} where org_id = $1 and ${column} = $2 returning id`, [
        orgId,
        name,
      ]);
      return { outcome: rows.length > 0 ? 'UPDATED' : 'UNCHANGED', orgId };
    });
  });
}
