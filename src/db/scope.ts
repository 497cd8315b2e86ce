import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Identity } from '../auth/identity.ts';
import { Refusal } from '../errors.ts';
import type { Span } from '../observe/tracing.ts';
import type { ByteString } from './byte-string.ts';
import { AS_BYTES } from './bytes-client.ts';
import { isStalePlan } from './database-error.ts';
import type { PrismaClient } from './generated/prisma/client.ts';
import { LeasedPrisma } from './leased-prisma.ts';
import { Pipeline } from './pipeline.ts';
import { statementName } from './statement-names.ts';
import { takeOnIdentity } from './take-on-identity.ts';

/** Who a scope is for. */
export interface ScopeOwner {
  readonly identity: Identity;
  readonly requestId: string;
  /** The organisation the request names (UUID); null takes the caller's default. */
  readonly requestedOrg: string | null;
  /** What its scopes are part of, where that is traced. */
  readonly span?: Span | null;
}

/** The server itself, at one of its own tasks; each call is a request of its own in the logs. */
export function serviceOwner(name: string): ScopeOwner {
  return { identity: { kind: 'SERVICE', name, expiresAt: null }, requestId: randomUUID(), requestedOrg: null };
}

const BEGIN = {
  /** One snapshot for all statements of a read: what is read beside a feed cursor is exactly what the cursor stands for. */
  'read only': { name: 'begin_read', text: 'begin isolation level repeatable read read only' },
  /** A waiter at a unique index or a row lock must see what it waited for. */
  'read write': { name: 'begin_write', text: 'begin isolation level read committed read write' },
};
const COMMIT = { name: 'commit', text: 'commit' };

/** A prepared statement that travels with the beginning of a transaction. */
export interface FirstStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

function prepared(text: string, values: readonly unknown[]): pg.QueryConfig {
  return { name: statementName(text) as string, text, values: [...values] };
}

/** One connection, one identity, one transaction. Made by Database; there is no other way to a query. */
export class Scope {
  readonly owner: ScopeOwner;
  readonly #connection: pg.PoolClient;
  readonly #statementMs: number;
  #orgId: string | null = null;
  #prisma: LeasedPrisma | null = null;
  #ended = false;
  readonly #ahead: Promise<unknown>[] = [];

  /** @param statementMs how long one statement may run */
  constructor(owner: ScopeOwner, connection: pg.PoolClient, statementMs: number) {
    this.owner = owner;
    this.#statementMs = statementMs;
    this.#connection = connection;
  }

  /**
   * Begins the transaction and takes on the identity. The statements travel together: one round trip. Answers the rows of each
   * of `first`; in a transaction that writes, each of them sees what has been committed when those before it are done.
   */
  async begin(mode: 'read only' | 'read write', first: readonly FirstStatement[] = []): Promise<pg.QueryResultRow[][]> {
    const [, , acting, ...answers] = await Pipeline.run(this.#connection, [
      BEGIN[mode],
      this.#setUp(),
      { name: 'acting_org', text: 'select private.acting_org($1) as org', values: [this.owner.requestedOrg] },
      ...first.map(({ text, values }) => prepared(text, values)),
    ]);
    this.#orgId = acting?.rows[0]?.org ?? null;
    return answers.map(({ rows }) => rows);
  }

  /**
   * Runs one statement that reads, and ends: all of it in one round trip. Its text is kept as a plan, as by `sql`; its
   * columns are text, and come as the bytes that were received.
   */
  async readAlone(text: string, values: readonly unknown[]): Promise<Record<string, ByteString | null>[]> {
    // Without a `begin` they are one transaction all the same, and the one statement that reads has one snapshot.
    const [, result] = await Pipeline.run(this.#connection, [
      this.#setUp('read only'),
      { ...prepared(text, values), ...AS_BYTES },
    ]);
    this.#giveBack(false);
    return result!.rows;
  }

  #setUp(mode?: 'read only'): pg.QueryConfig {
    return takeOnIdentity(this.owner.identity, this.owner.requestId, this.#statementMs, mode);
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
    this.#prisma ??= LeasedPrisma.over(this.#connection);
    return this.#prisma.client;
  }

  /** Ends the transaction, unless it has ended, and returns the connection. @throws what kept it from committing */
  async commit(): Promise<void> {
    if (this.#ended) return;
    this.#letGoOfPrisma();
    const { command } = await this.#connection.query('commit');
    await Promise.all(this.#ahead);
    const committed = command === 'COMMIT';
    // What failed may have been a plan from before a migration, which would fail for ever.
    this.#giveBack(!committed);
    if (!committed) throw new Error('Nothing was committed: a statement of the transaction had failed.');
  }

  /** Ends the transaction, unless it has ended, and returns the connection; one that can't even do that is thrown away. */
  async abandon(cause?: unknown): Promise<void> {
    if (this.#ended) return;
    try {
      await this.#connection.query('rollback');
      this.#giveBack(isStalePlan(cause));
    } catch (error) {
      this.#giveBack(error as Error);
    }
  }

  /** Ends it at once, whatever runs: the connection is closed, and statements that wait for an answer fail. */
  cutOff(): void {
    if (!this.#ended) this.#giveBack(new Error('The scope was cut off.'));
  }

  #giveBack(broken: boolean | Error): void {
    this.#ended = true;
    this.#letGoOfPrisma();
    this.#connection.release(broken);
  }

  #letGoOfPrisma(): void {
    this.#prisma?.giveBack();
    this.#prisma = null;
  }

  /** Runs one prepared statement. `text` must come from code: the server keeps a plan for each distinct one. */
  async sql<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    this.#assertOpen();
    const result = await this.#connection.query<Row>(prepared(text, values));
    return result.rows;
  }

  /** Runs one prepared statement, and commits, in one round trip. Nothing else may be asked of this scope after it. */
  async sqlLast<Row extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<Row[]> {
    const [result] = await Pipeline.run(this.#connection, [prepared(text, values), COMMIT]);
    this.#giveBack(false);
    return result!.rows as Row[];
  }

  /** Runs one prepared statement whose rows nobody needs. Nobody waits for it either: if it fails, the commit does. */
  sqlAhead(text: string, values: unknown[]): void {
    const sent = this.#connection.query(prepared(text, values));
    // Heard by the commit; until then it is nobody's.
    sent.catch(() => undefined);
    this.#ahead.push(sent);
  }

  /** As `sql`, for text that is put together per call: it is not worth a plan of its own. */
  async sqlOnce<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    this.#assertOpen();
    const result = await this.#connection.query<Row>(text, values);
    return result.rows;
  }

  /** Whoever is late must not speak over a connection that is somebody else's by now. */
  #assertOpen(): void {
    if (this.#ended) throw new Error('The scope of this query has ended.');
  }
}
