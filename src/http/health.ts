import type { Database } from '../db/database.ts';
import { listPendingMigrations } from '../db/migrations/migrate.ts';
import type { DatabaseRole } from '../db/pools.ts';
import { serviceOwner } from '../db/scope.ts';
import type { FeedHub } from '../subscriptions/feed-hub.ts';
import { within } from '../within.ts';

/** A part that does not do what it should. */
export interface Problem {
  readonly part: 'database' | 'api pool' | 'service pool' | 'migrations' | 'listener';
  /** What is wrong, what that means for clients, and what to do. */
  readonly what: string;
  /** When this instance first noticed. */
  readonly since: string;
}

/** busy: all its connections are at work. unreachable: waiting for one came to nothing. */
type PoolState = 'ok' | 'busy' | 'unreachable';

export interface Readiness {
  /** ok: everything works. degraded: requests are served. unavailable: they are not. */
  readonly status: 'ok' | 'degraded' | 'unavailable';
  readonly database: 'ok' | 'unreachable';
  /** Of users and API keys, and of operators and the server itself. */
  readonly pools: { readonly api: PoolState; readonly service: PoolState };
  readonly migrations: 'ok' | 'unknown' | { readonly pending: readonly string[] };
  /** polling: live updates arrive up to a second later. */
  readonly listener: 'ok' | 'polling';
  /** off: the host allowed no logins of our own, so a query outside a scope is not refused by Postgres. */
  readonly confinedLogins: 'ok' | 'off';
  readonly problems: readonly Problem[];
}

type Parts = Pick<Readiness, 'pools' | 'migrations'>;

/** Probes give up after a second or two; what can not be told by then is told from the look before. */
const ANSWER_WITHIN_MS = 900;

const WHAT: Readonly<Record<Problem['part'], string>> = {
  database: 'It can not be reached, or has no connection to give. Every request is answered UNAVAILABLE.',
  'api pool':
    'No connection is to be had for users and API keys: their requests wait, or are answered UNAVAILABLE. Where that lasts, raise DATABASE_POOL_MAX or look for what holds the connections.',
  'service pool':
    'No connection is to be had for operators and the server itself: their requests wait, or are answered UNAVAILABLE, and news is late.',
  migrations: 'The database is older than this version. Run npm run migrate, or start the version that fits.',
  listener:
    'Notices of the database do not arrive; news comes by polling, up to a second later. Where that lasts, set DATABASE_DIRECT_URL to an address that is no transaction pooler.',
};

/**
 * Tells whether this instance can serve, and which part can't. However often it is asked, it looks once at a time: whoever
 * may ask could otherwise keep the database busy.
 */
export class ReadinessCheck {
  readonly #parts: { readonly database: Database; readonly hub: FeedHub; readonly confined: boolean };
  readonly #answerWithinMs: number;
  readonly #since = new Map<Problem['part'], string>();
  #looking: Promise<Parts> | null = null;
  #last: Parts = { pools: { api: 'unreachable', service: 'unreachable' }, migrations: 'unknown' };

  constructor(
    parts: { database: Database; hub: FeedHub; confined: boolean },
    answerWithinMs: number = ANSWER_WITHIN_MS,
  ) {
    this.#parts = parts;
    this.#answerWithinMs = answerWithinMs;
  }

  async read(): Promise<Readiness> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    const { pools, migrations } = (await within(this.#answerWithinMs, this.#looking)) ?? this.#whileBusy();
    const database = pools.api === 'unreachable' && pools.service === 'unreachable' ? 'unreachable' : 'ok';
    const listener = this.#parts.hub.listening ? 'ok' : 'polling';
    const problems = this.#note({
      database: database === 'unreachable',
      'api pool': database === 'ok' && pools.api !== 'ok',
      'service pool': database === 'ok' && pools.service !== 'ok',
      migrations: typeof migrations === 'object',
      listener: listener === 'polling',
    });
    const serves = !Object.values(pools).includes('unreachable') && typeof migrations !== 'object';
    const status = !serves ? 'unavailable' : problems.length > 0 ? 'degraded' : 'ok';
    const confinedLogins = this.#parts.confined ? 'ok' : 'off';
    return { status, database, pools, migrations, listener, confinedLogins, problems };
  }

  async #look(): Promise<Parts> {
    const [api, service, migrations] = await Promise.all([
      this.#reach('authenticated'),
      this.#reach('service_role'),
      this.#readMigrations(),
    ]);
    this.#last = { pools: { api, service }, migrations };
    return this.#last;
  }

  async #reach(role: DatabaseRole): Promise<PoolState> {
    return this.#parts.database.reach(role).then(
      () => 'ok',
      () => 'unreachable',
    );
  }

  async #readMigrations(): Promise<Parts['migrations']> {
    try {
      const pending = await this.#parts.database.read(serviceOwner('readiness'), (scope) =>
        listPendingMigrations({ query: async (sql) => ({ rows: await scope.sqlOnce(sql) }) }),
      );
      return pending.length > 0 ? { pending } : 'ok';
    } catch {
      return 'unknown';
    }
  }

  /** Requests wait as this look does, and are served if those before it were. */
  #whileBusy(): Parts {
    const { pools, migrations } = this.#last;
    const { database } = this.#parts;
    const state = (role: DatabaseRole, before: PoolState) =>
      before === 'ok' && database.isBusy(role) ? 'busy' : before;
    return {
      pools: { api: state('authenticated', pools.api), service: state('service_role', pools.service) },
      migrations,
    };
  }

  #note(wrong: Readonly<Record<Problem['part'], boolean>>): Problem[] {
    const problems: Problem[] = [];
    for (const [part, isWrong] of Object.entries(wrong) as [Problem['part'], boolean][]) {
      if (!isWrong) this.#since.delete(part);
      else {
        const since = this.#since.get(part) ?? new Date().toISOString();
        this.#since.set(part, since);
        problems.push({ part, what: WHAT[part], since });
      }
    }
    return problems;
  }
}
