import { randomUUID } from 'node:crypto';
import type { Database } from './scope.ts';

const BATCH = 5_000;

/** Forgets idempotency keys that have expired, in batches so that no lock is held for long. Answers how many. */
export async function sweepIdempotencyKeys(database: Database): Promise<number> {
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
           delete from gateway.idempotency where ctid = any (array(select ctid from gateway.idempotency where expires_at <= now() limit ${BATCH}))
           returning 1)
         select count(*)::int as count from gone`,
      ),
    );
    swept += rows[0]!.count;
    if (rows[0]!.count < BATCH) return swept;
  }
}
