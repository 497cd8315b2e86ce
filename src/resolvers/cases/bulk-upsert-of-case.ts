import type { Scope } from '../../db/scope.ts';
import {
  assertSoundItems,
  type BulkItem,
  type BulkResult,
  type BulkRow,
  type BulkTable,
  bulkUpsert,
  type ItemError,
  outcomeOfItems,
} from '../bulk-upsert.ts';
import { type Caller, sourceOf, type WriteSource } from '../caller.ts';
import { once } from '../idempotency.ts';
import type { Recorded } from '../write-result.ts';
import { type FoundCase, getWritableCase } from './find-case.ts';

/** What the inputs of all bulk writes of a case have in common. */
export interface BulkOfCaseInput {
  readonly idempotencyKey?: string | null | undefined;
  readonly caseId: string;
  readonly atomic?: boolean | null | undefined;
  readonly source?: WriteSource | null | undefined;
}

export interface BulkOfCase<Item extends object> {
  /** Name of the mutation. */
  readonly operation: string;
  readonly target: BulkTable;
  readonly input: BulkOfCaseInput & object;
  readonly items: readonly Item[];
  /** Path of the items in the input. */
  readonly field: readonly string[];
  /** Makes rows of the items where they are not rows yet, and says what only the database knows of them. */
  readonly prepare?: (
    scope: Scope,
    found: FoundCase,
  ) => Promise<{ rows: BulkRow[]; faults?: ReadonlyMap<number, ItemError | readonly ItemError[]> }>;
  /** Writes what hangs on the rows, in the same transaction, and answers what became of the items. */
  readonly after?: (scope: Scope, found: FoundCase, items: readonly BulkItem[]) => Promise<readonly BulkItem[]>;
}

/** Writes rows of one case in bulk, once for each idempotency key. */
export async function bulkUpsertOfCase<Item extends object>(
  caller: Caller,
  { operation, target, input, items, field, prepare, after }: BulkOfCase<Item>,
): Promise<Recorded<BulkResult>> {
  assertSoundItems(items, field);
  return caller.database.write(caller.owner, async (scope) => {
    const found = await getWritableCase(scope, input.caseId, ['input', 'caseId']);
    return once(scope, caller, { operation, orgId: found.orgId, input: { ...input } }, async (isLast) => {
      const written = await bulkUpsert(scope, target, {
        ...(prepare ? await prepare(scope, found) : { rows: items as readonly BulkRow[] }),
        place: { org_id: found.orgId, case_id: found.id },
        atomic: input.atomic ?? true,
        source: sourceOf(scope, input.source),
        field,
        isLast: isLast && !after,
      });
      const settled = after ? await after(scope, found, written) : written;
      return { outcome: outcomeOfItems(settled), orgId: found.orgId, caseId: found.id, items: settled };
    });
  });
}
