import { listPendingMigrations } from '../db/migrations/migrate.ts';
import type { Database } from '../db/scope.ts';
import type { FeedHub } from '../subscriptions/feed-hub.ts';

export interface Readiness {
  /** ok: everything works. degraded: requests are served. unavailable: they are not. */
  readonly status: 'ok' | 'degraded' | 'unavailable';
  readonly database: 'ok' | 'unreachable';
  readonly migrations: 'ok' | 'unknown' | { readonly pending: readonly string[] };
  /** polling: live updates arrive up to a second later. */
  readonly listener: 'ok' | 'polling';
  /** off: the host allowed no logins of our own, so a query outside a scope is not refused by Postgres. */
  readonly confinedLogins: 'ok' | 'off';
}

const OWNER = {
  identity: { kind: 'SERVICE', name: 'readiness', expiresAt: null },
  requestId: 'readiness',
  requestedOrg: null,
} as const;

/** Whether this instance can serve, and which part can't. */
export async function checkReadiness(parts: {
  database: Database;
  hub: FeedHub;
  confined: boolean;
}): Promise<Readiness> {
  const listener = parts.hub.listening ? 'ok' : 'polling';
  const confinedLogins = parts.confined ? 'ok' : 'off';
  try {
    const pending = await parts.database.read(OWNER, (scope) =>
      listPendingMigrations({ query: async (sql) => ({ rows: await scope.sqlOnce(sql) }) }),
    );
    const status = pending.length > 0 ? 'unavailable' : listener === 'ok' ? 'ok' : 'degraded';
    return { status, database: 'ok', migrations: pending.length > 0 ? { pending } : 'ok', listener, confinedLogins };
  } catch {
    return { status: 'unavailable', database: 'unreachable', migrations: 'unknown', listener, confinedLogins };
  }
}
