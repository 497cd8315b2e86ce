import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { claimsOf, type Identity } from '../auth/identity.ts';
import { Refusal, RequestError } from '../errors.ts';
import { isRetryable, isStalePlan } from './database-error.ts';
import type { PrismaClient } from './generated/prisma/client.ts';
import { leasedPrisma } from './leased-prisma.ts';
import type { DatabaseRole, Pools } from './pools.ts';
import { statementName } from './statement-names.ts';

/** Who a scope is for. */
export interface ScopeOwner {
  readonly identity: Identity;
  readonly requestId: string;
  /** The organisation the request names (UUID); null takes the caller's default. */
  readonly requestedOrg: string | null;
}

/** The server itself, at one of its own tasks; each call is a request of its own in the logs. */
export function serviceOwner(name: string): ScopeOwner {
  return { identity: { kind: 'SERVICE', name, expiresAt: null }, requestId: randomUUID(), requestedOrg: null };
}

/** One snapshot for all statements of a read: what is read beside a feed cursor is exactly what the cursor stands for. */
const BEGIN_READ = 'begin isolation level repeatable read read only';
/** A waiter at a unique index or a row lock must see what it waited for. */
const BEGIN_WRITE = 'begin isolation level read committed read write';

const SEARCH_PATH = 'public, extensions';
const STATEMENT_TIMEOUT_MS = 8_000;
const LOCK_TIMEOUT_MS = 5_000;
/** A scope whose process stalls gives its locks back. */
const IDLE_TIMEOUT_MS = 15_000;
const MAX_ATTEMPTS = 4;

const SET_UP = `select set_config('search_path', '${SEARCH_PATH}', true), set_config('statement_timeout', '${STATEMENT_TIMEOUT_MS}', true),
  set_config('lock_timeout', '${LOCK_TIMEOUT_MS}', true), set_config('idle_in_transaction_session_timeout', '${IDLE_TIMEOUT_MS}', true),
  set_config('request.jwt.claims', $1, true), set_config('casegraph.request_id', $2, true), set_config('role', $3, true)`;

/** One connection, one identity, one transaction. Made by Database; there is no other way to a query. */
export class Scope {
  readonly owner: ScopeOwner;
  readonly #connection: pg.PoolClient;
  readonly #orgId: string | null;

  private constructor(owner: ScopeOwner, connection: pg.PoolClient, orgId: string | null) {
    this.owner = owner;
    this.#connection = connection;
    this.#orgId = orgId;
  }

  /** Begins the transaction and takes on the identity. The statements travel together: one round trip. */
  static async begin(owner: ScopeOwner, connection: pg.PoolClient, mode: 'read only' | 'read write'): Promise<Scope> {
    const [, , rows] = await all([
      connection.query(mode === 'read only' ? BEGIN_READ : BEGIN_WRITE),
      connection.query({
        name: 'scope',
        text: SET_UP,
        values: [claimsOf(owner.identity), owner.requestId, roleOf(owner.identity)],
      }),
      connection.query<{ org: string | null }>({
        name: 'acting_org',
        text: 'select private.acting_org($1) as org',
        values: [owner.requestedOrg],
      }),
    ]);
    return new Scope(owner, connection, rows.rows[0]?.org ?? null);
  }

  /** The organisation this scope acts for, or null when the caller belongs to none, or to none that was named. */
  get orgIdOrNull(): string | null {
    return this.#orgId;
  }

  /** @throws Refusal when the request must name its organisation, or names one the caller has no part in */
  get orgId(): string {
    if (this.#orgId) return this.#orgId;
    throw this.owner.identity.kind === 'SERVICE' || this.owner.requestedOrg
      ? new Refusal(
          'VALIDATION_FAILED',
          'Say which organisation: send the header X-Org-Id with the UUID of one you belong to.',
          ['X-Org-Id'],
        )
      : new Refusal('FORBIDDEN', 'You belong to no organisation. Ask an administrator to add you.');
  }

  /** Prisma over this scope's connection. Single statements only; it may not open a transaction of its own. */
  get prisma(): PrismaClient {
    return leasedPrisma(this.#connection);
  }

  /** Runs one prepared statement. `text` must come from code: the server keeps a plan for each distinct one. */
  async sql<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    const result = await this.#connection.query<Row>({ name: statementName(text) as string, text, values });
    return result.rows;
  }

  /** As `sql`, for text that is put together per call: it is not worth a plan of its own. */
  async sqlOnce<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    const result = await this.#connection.query<Row>(text, values);
    return result.rows;
  }
}

/** Leases connections and opens scopes over them. */
export class Database {
  constructor(private readonly pools: Pools) {}

  /** Opens a read-only scope that stays open until `close`. All its statements see one snapshot. */
  async openRead(owner: ScopeOwner): Promise<{ scope: Scope; close: () => Promise<void> }> {
    const connection = await this.#lease(owner.identity);
    try {
      const scope = await Scope.begin(owner, connection, 'read only');
      return { scope, close: () => finish(connection, 'commit') };
    } catch (error) {
      await finish(connection, 'rollback');
      throw error;
    }
  }

  /** Runs `work` in a read-only scope. */
  async read<T>(owner: ScopeOwner, work: (scope: Scope) => Promise<T>): Promise<T> {
    const { scope, close } = await this.openRead(owner);
    try {
      return await work(scope);
    } finally {
      await close();
    }
  }

  /**
   * Runs `work` in a scope that writes, and commits. All or nothing: when `work` throws, nothing of it remains. Deadlocks
   * and serialisation failures run it again, so it must have no effects outside the scope.
   */
  async write<T>(owner: ScopeOwner, work: (scope: Scope) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#writeOnce(owner, work);
      } catch (error) {
        if (attempt === MAX_ATTEMPTS || !isRetryable(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 40));
      }
    }
  }

  async #writeOnce<T>(owner: ScopeOwner, work: (scope: Scope) => Promise<T>): Promise<T> {
    const connection = await this.#lease(owner.identity);
    try {
      const scope = await Scope.begin(owner, connection, 'read write');
      const result = await work(scope);
      await connection.query('commit');
      connection.release();
      return result;
    } catch (error) {
      await finish(connection, 'rollback', error);
      throw error;
    }
  }

  async #lease(identity: Identity): Promise<pg.PoolClient> {
    try {
      return await this.pools[roleOf(identity)].connect();
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

function roleOf(identity: Identity): DatabaseRole {
  return identity.kind === 'SERVICE' ? 'service_role' : 'authenticated';
}

/**
 * Ends the transaction and returns the connection. One that can't even do that is thrown away, and so is one that holds a
 * plan from before a migration, which would fail for ever.
 */
async function finish(connection: pg.PoolClient, how: 'commit' | 'rollback', cause?: unknown): Promise<void> {
  try {
    const { command } = await connection.query(how);
    // Postgres answers ROLLBACK to the commit of a transaction in which a statement failed, whoever was told why.
    connection.release(command !== how.toUpperCase() || isStalePlan(cause));
  } catch (error) {
    connection.release(error as Error);
  }
}

/** Like Promise.all, but every statement has been answered before the first failure is thrown. */
async function all<T extends readonly Promise<unknown>[]>(
  promises: [...T],
): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(promises);
  return Promise.all(promises) as Promise<{ [K in keyof T]: Awaited<T[K]> }>;
}
