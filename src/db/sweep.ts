import { setTimeout } from 'node:timers/promises';
import type { Logger } from '../log.ts';
import type { Database } from './database.ts';
import { type FeedRetention, forgetOldEntries } from './feed-retention.ts';
import { serviceOwner } from './scope.ts';

const SWEEPER = 'sweeper';
const BATCH = 5_000;

export interface SweepTiming {
  readonly firstAfterMs: number;
  readonly everyMs: number;
}

/** Soon, for servers that are never up for an hour; not at once, when everybody is connecting. */
const TIMING: SweepTiming = { firstAfterMs: 60_000, everyMs: 3_600_000 };

/**
 * Forgets what is kept no longer, soon after the start and then every hour, until the function it answers is called; that
 * one resolves when nothing is under way any more. What fails is logged and tried again the next time.
 */
export function startSweeping(
  database: Database,
  retention: FeedRetention,
  log: Logger,
  { firstAfterMs, everyMs } = TIMING,
): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const sweeps = {
    'expired idempotency keys': () => sweepIdempotencyKeys(database, signal),
    'old lines of the logs': () => sweepSystemLogs(database, signal),
    'old entries of the feed': () => forgetOldEntries(database, serviceOwner(SWEEPER), retention, signal),
  };
  const sweepAll = async () => {
    for (const [what, run] of Object.entries(sweeps)) {
      if (signal.aborted) return;
      const count = await run().catch(() => null);
      if (count === null) log.warn(`could not sweep ${what}`);
      else if (count > 0) log.info({ count }, `swept ${what}`);
    }
  };
  const ended = (async () => {
    for (let waitMs = firstAfterMs; await passes(waitMs, signal); waitMs = everyMs) await sweepAll();
  })();
  return () => {
    stopping.abort();
    return ended;
  };
}

/** Forgets idempotency keys that have expired. Answers how many. */
async function sweepIdempotencyKeys(database: Database, signal?: AbortSignal): Promise<number> {
  return sweep(database, 'gateway.idempotency', 'expires_at <= now()', signal);
}

/** Forgets lines of the organisations' logs that are over 90 days old. Answers how many. */
export async function sweepSystemLogs(database: Database, signal?: AbortSignal): Promise<number> {
  return sweep(database, 'public.system_logs', "created_at <= now() - interval '90 days'", signal);
}

/** Deletes in batches, so that no lock is held for long. */
async function sweep(database: Database, table: string, isOver: string, signal?: AbortSignal): Promise<number> {
  const owner = serviceOwner(SWEEPER);
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
    if (rows[0]!.count < BATCH || signal?.aborted) return swept;
  }
}

/** False when aborted before the time is up. */
function passes(ms: number, signal: AbortSignal): Promise<boolean> {
  return setTimeout(ms, true, { signal, ref: false }).catch(() => false);
}
