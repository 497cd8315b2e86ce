import type pg from 'pg';
import type { Database } from '../db/database.ts';
import type { FeedRetention } from '../db/feed-retention.ts';
import type { DatabaseRole } from '../db/pools.ts';
import { type Scope, serviceOwner } from '../db/scope.ts';
import type { FeedHub } from '../subscriptions/feed-hub.ts';
import { within } from '../within.ts';
import type { Metrics } from './metrics.ts';
import type { Observer } from './observer.ts';

export interface Observed {
  readonly observer: Observer;
  readonly pools: Readonly<Record<DatabaseRole, pg.Pool>>;
  readonly database: Database;
  readonly hub: FeedHub;
  readonly retention: FeedRetention;
  readonly countSockets: () => number;
}

/** A scrape that waits for a busy pool would be given up, and with it what it has to say of the pool. */
const DATABASE_WITHIN_MS = 2_000;
const POOL_NAMES: Readonly<Record<DatabaseRole, string>> = { authenticated: 'api', service_role: 'service' };

/** Sets everything that is looked at rather than counted, and answers the text of all metrics. */
export async function readMetrics(metrics: Metrics, observed: Observed): Promise<string> {
  setOwnGauges(metrics, observed);
  await setDatabaseGauges(metrics, observed);
  return metrics.registry.metrics();
}

function setOwnGauges(metrics: Metrics, { observer, pools, hub, countSockets }: Observed): void {
  for (const [role, pool] of Object.entries(pools) as [DatabaseRole, pg.Pool][]) {
    const name = POOL_NAMES[role];
    metrics.poolConnections.set({ pool: name, state: 'idle' }, pool.idleCount);
    metrics.poolConnections.set({ pool: name, state: 'busy' }, pool.totalCount - pool.idleCount);
    metrics.poolWaiting.set({ pool: name }, pool.waitingCount);
    metrics.poolMax.set({ pool: name }, pool.options.max ?? 0);
  }
  const { open, delivered } = observer.readStreams();
  for (const [transport, count] of open) metrics.subscriptions.set({ transport }, count);
  metrics.sockets.set(countSockets());
  metrics.feedListening.set(hub.listening ? 1 : 0);
  metrics.events.reset();
  metrics.events.inc(delivered);
  metrics.conflations.reset();
  metrics.conflations.inc(hub.conflated);
}

async function setDatabaseGauges(metrics: Metrics, { database, hub, retention }: Observed): Promise<void> {
  const row = await within(
    DATABASE_WITHIN_MS,
    database.read(serviceOwner('metrics'), (scope) => readRow(scope, hub, retention)).catch(() => null),
  );
  metrics.databaseUp.set(row ? 1 : 0);
  if (!row) {
    // What was so at an earlier scrape says nothing of now.
    metrics.feedLagEntries.remove();
    metrics.feedLagSeconds.remove();
    metrics.queueRows.reset();
    return;
  }
  metrics.feedLagEntries.set(row.lagEntries);
  metrics.feedLagSeconds.set(row.lagSeconds);
  metrics.queueRows.set({ queue: 'idempotency' }, row.idempotency);
  metrics.queueRows.set({ queue: 'system_logs' }, row.systemLogs);
  metrics.queueRows.set({ queue: 'feed' }, row.feed);
}

interface Row {
  readonly lagEntries: number;
  readonly lagSeconds: number;
  readonly idempotency: number;
  readonly systemLogs: number;
  readonly feed: number;
}

async function readRow(scope: Scope, hub: FeedHub, { keepRows }: FeedRetention): Promise<Row> {
  const heads = hub.heads;
  const [row] = await scope.sql<Row>(
    `select
       coalesce(max(f.seq - w.seq), 0)::float8 as "lagEntries",
       coalesce(extract(epoch from now() - min(unheard.at)), 0)::float8 as "lagSeconds",
       (select count(*)::int from (select from gateway.idempotency where expires_at <= now() limit 10000) r) as idempotency,
       (select count(*)::int from (
          select from public.system_logs where created_at <= now() - interval '90 days' limit 10000) r) as "systemLogs",
       (select least(10000, coalesce(sum(greatest(0, seq - min_seq + 1 - $3::bigint)), 0))::int from feed.org_feed) as feed
     from unnest($1::uuid[], $2::bigint[]) w (org_id, seq)
     join feed.org_feed f on f.org_id = w.org_id and f.seq > w.seq
     left join lateral (
       select l.at from feed.change_log l where l.org_id = w.org_id and l.org_seq > w.seq order by l.org_seq limit 1
     ) unheard on true`,
    [heads.map(({ orgId }) => orgId), heads.map(({ seq }) => seq), keepRows],
  );
  return row!;
}
