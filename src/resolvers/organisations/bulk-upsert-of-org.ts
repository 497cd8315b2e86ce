import {
  assertSoundItems,
  type BulkResult,
  type BulkRow,
  type BulkTable,
  bulkUpsert,
  outcomeOfItems,
} from '../bulk-upsert.ts';
import { type Caller, sourceOf, type WriteSource } from '../caller.ts';
import { once } from '../idempotency.ts';
import type { Recorded } from '../write-result.ts';
import { getOrgWith } from './get-org-with.ts';

/** What the inputs of all bulk writes of an organisation have in common. */
export interface BulkOfOrgInput {
  readonly idempotencyKey?: string | null | undefined;
  readonly atomic?: boolean | null | undefined;
  readonly source?: WriteSource | null | undefined;
}

export interface BulkOfOrg {
  /** Name of the mutation. */
  readonly operation: string;
  readonly target: BulkTable;
  /** What the caller must hold in the organisation. */
  readonly permission: string;
  readonly input: BulkOfOrgInput & object;
  readonly rows: readonly BulkRow[];
  /** Path of the rows in the input. */
  readonly field: readonly string[];
}

/** Writes rows of the organisation the caller acts for in bulk, once for each idempotency key. */
export async function bulkUpsertOfOrg(
  caller: Caller,
  { operation, target, permission, input, rows, field }: BulkOfOrg,
): Promise<Recorded<BulkResult>> {
  assertSoundItems(rows, field);
  return caller.database.write(caller.owner, async (scope) => {
    const orgId = await getOrgWith(scope, permission);
    return once(scope, caller, { operation, orgId, input: { ...input } }, async (isLast) => {
      const items = await bulkUpsert(scope, target, {
        rows,
        place: { org_id: orgId },
        atomic: input.atomic ?? true,
        source: sourceOf(scope, input.source),
        field,
        isLast,
      });
      return { outcome: outcomeOfItems(items), orgId, items };
    });
  });
}
