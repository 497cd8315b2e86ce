import type { Database } from './database.ts';
import type { ScopeOwner } from './scope.ts';

/** How much of each organisation's log is kept. What is over either limit is forgotten, the oldest first. */
export interface FeedRetention {
  readonly keepDays: number;
  readonly keepRows: number;
}

/** Entries in one transaction: commits of the organisation may have to wait for its end. */
const BATCH = 5_000;

/**
 * Forgets the oldest entries of every organisation's log, a batch a transaction. Answers how many. Instances may do it at
 * the same time, while others write and read: what is kept never has a hole. Ends early, between two batches, when aborted.
 */
export async function forgetOldEntries(
  database: Database,
  owner: ScopeOwner,
  retention: FeedRetention,
  signal?: AbortSignal,
  batch = BATCH,
): Promise<number> {
  const { keepDays, keepRows } = retention;
  let forgotten = 0;
  for (const orgId of await findOverdueOrgs(database, owner, retention))
    for (let count = batch; count === batch && !signal?.aborted; ) {
      const [row] = await database.write(owner, (scope) =>
        scope.sql<{ count: number }>('select feed.forget_oldest($1, $2, $3, $4) as count', [
          orgId,
          keepDays,
          keepRows,
          batch,
        ]),
      );
      count = row!.count;
      forgotten += count;
    }
  return forgotten;
}

/** Only the oldest entry is looked at: what is forgotten begins with it. */
async function findOverdueOrgs(
  database: Database,
  owner: ScopeOwner,
  { keepDays, keepRows }: FeedRetention,
): Promise<string[]> {
  const rows = await database.read(owner, (scope) =>
    scope.sql<{ orgId: string }>(
      `select f.org_id as "orgId"
       from feed.org_feed f join feed.change_log oldest on oldest.org_id = f.org_id and oldest.org_seq = f.min_seq
       where f.seq - f.min_seq >= $2::bigint or oldest.at < now() - make_interval(days => $1::int)
       order by f.org_id`,
      [keepDays, keepRows],
    ),
  );
  return rows.map((row) => row.orgId);
}
