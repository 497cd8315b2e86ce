import type pg from 'pg';
import { RequestError } from '../errors.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import type { Tracing } from '../observe/tracing.ts';
import type { ByteString } from './byte-string.ts';
import { isRetryable } from './database-error.ts';
import type { DatabaseRole, Pools } from './pools.ts';
import { type FirstStatement, Scope, type ScopeOwner } from './scope.ts';
import { roleOf } from './take-on-identity.ts';

const MAX_ATTEMPTS = 4;

/** Leases connections and opens scopes over them. */
export class Database {
  constructor(
    private readonly pools: Pools,
    private readonly tracing: Tracing | null = null,
    private readonly statementMs = DEFAULT_LIMITS.statementMs,
  ) {}

  /** Opens a read-only scope that stays open until `close`. All its statements see one snapshot. */
  async openRead(owner: ScopeOwner): Promise<{ scope: Scope; close: () => void }> {
    const { scope } = await this.#open(owner, 'read only');
    // A read has nothing to lose, and nobody waits for its end: one that failed ends like one that went well.
    return { scope, close: () => void scope.commit().catch(() => scope.abandon()) };
  }

  /** The rows of one statement, read in a scope of its own in a single round trip; of its columns, which are text, the bytes. */
  async readAlone(
    owner: ScopeOwner,
    text: string,
    values: readonly unknown[],
  ): Promise<Record<string, ByteString | null>[]> {
    const scope = new Scope(owner, await this.#lease(owner), this.statementMs);
    try {
      return await scope.readAlone(text, values);
    } catch (error) {
      await scope.abandon(error);
      throw error;
    }
  }

  /** Runs `work` in a read-only scope. */
  async read<T>(owner: ScopeOwner, work: (scope: Scope) => Promise<T>): Promise<T> {
    const { scope, close } = await this.openRead(owner);
    try {
      return await work(scope);
    } finally {
      close();
    }
  }

  /**
   * Runs `work` in a scope that writes, and commits. All or nothing: when `work` throws, nothing of it remains. Deadlocks
   * and serialisation failures run it again, so it must have no effects outside the scope.
   */
  async write<T>(owner: ScopeOwner, work: (scope: Scope) => Promise<T>): Promise<T> {
    return this.writeAfter(owner, [], work);
  }

  /** As `write`, with the rows of each of the statements that travel with the beginning, of which `Rows` says the types. */
  async writeAfter<Rows extends readonly pg.QueryResultRow[][], T>(
    owner: ScopeOwner,
    first: { readonly [Place in keyof Rows]: FirstStatement },
    work: (scope: Scope, rows: Rows) => Promise<T>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#writeOnce(owner, first, work);
      } catch (error) {
        if (attempt === MAX_ATTEMPTS || !isRetryable(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 40));
      }
    }
  }

  async #writeOnce<Rows extends readonly pg.QueryResultRow[][], T>(
    owner: ScopeOwner,
    first: readonly FirstStatement[],
    work: (scope: Scope, rows: Rows) => Promise<T>,
  ): Promise<T> {
    const { scope, rows } = await this.#open(owner, 'read write', first);
    try {
      const result = await work(scope, rows as unknown as Rows);
      await scope.commit();
      return result;
    } catch (error) {
      await scope.abandon(error);
      throw error;
    }
  }

  async #open(
    owner: ScopeOwner,
    mode: 'read only' | 'read write',
    first: readonly FirstStatement[] = [],
  ): Promise<{ scope: Scope; rows: pg.QueryResultRow[][] }> {
    const scope = new Scope(owner, await this.#lease(owner), this.statementMs);
    try {
      const rows = await scope.begin(mode, first);
      return { scope, rows };
    } catch (error) {
      await scope.abandon(error);
      throw error;
    }
  }

  /** Resolves when a connection of this role is there and answers. */
  async reach(role: DatabaseRole): Promise<void> {
    await this.pools[role].query('select 1');
  }

  /** Whether scopes of this role wait for a connection. */
  isBusy(role: DatabaseRole): boolean {
    return this.pools[role].waitingCount > 0;
  }

  async #lease({ identity, span }: ScopeOwner): Promise<pg.PoolClient> {
    const connect = () => this.pools[roleOf(identity)].connect();
    try {
      return await (this.tracing && span ? this.tracing.lease(span, connect) : connect());
    } catch (error) {
      throw new RequestError(
        'UNAVAILABLE',
        'The database has no free connection or can not be reached; try again shortly.',
        null,
        { cause: error },
      );
    }
  }
}
