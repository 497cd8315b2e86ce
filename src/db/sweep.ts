import { randomUUID } from 'node:crypto';
import type { Database } from './scope.ts';

const BATCH = 5_000;

/** Forgets idempotency keys that have expired. Answers how many. */
export async function sweepIdempotencyKeys(database: Database): Promise<number> {
  return sweep(database, 'gateway.idempotency', 'expires_at <= now()');
}

/** Forgets lines of the organisations' logs that are over 90 days old. Answers how many. */
export async function sweepSystemLogs(database: Database): Promise<number> {
  return sweep(database, 'public.system_logs', "created_at <= now() - interval '90 days'");
}

/** Deletes in batches, so that no lock is held for long. */
async function sweep(database: Database, table: string, isOver: string): Promise<number> {
  const owner = {
    identity: { kind: 'SERVICE', name: 'sweeper', expiresAt: null },
    requestId: randomUUID(),
    requestedOrg: null,
  } as const;
  let swept = 0;
  for (;;) {
    const rows = await database.write(owner, (scope) =>
      scope.sql<{ count: number }>(
        `with gone as (
           delete from ${table} where ctid = any (array(select ctid from ${table} where ${isOver} limit ${BATCH})) returning 1)
         select count(*)::int as count from gone`,
      ),
    );
    swept += rows[0]!.count;
    if (rows[0]!.count < BATCH) return swept;
  }
}
