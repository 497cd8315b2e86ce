import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from './generated/prisma/client.ts';
import { statementName } from './statement-names.ts';

// The adapter takes no name for none, whatever its type says.
const ADAPTER_OPTIONS = { statementNameGenerator: ({ sql }: { sql: string }) => statementName(sql) as string };

/**
 * Clients kept for the next scope. One costs 10 ms and 3.7 MB to make, and knows the plans of the queries it has met:
 * they outlive connections, which come and go with the load.
 */
const MAX_IDLE = 20;

const idle: LeasedPrisma[] = [];

/**
 * A PrismaClient that speaks over one connection and over no other until it is given back, so that what it reads is read
 * in the scope's transaction and under its identity.
 *
 * One client a scope rather than one for all: Prisma batches `findUnique` calls of one tick across callers, which would
 * mix tenants.
 */
export class LeasedPrisma {
  readonly client: PrismaClient;
  readonly #pool = new LeasedPool();

  private constructor() {
    this.client = new PrismaClient({ adapter: new PrismaPg(this.#pool, ADAPTER_OPTIONS) });
  }

  static over(connection: pg.PoolClient): LeasedPrisma {
    const leased = idle.pop() ?? new LeasedPrisma();
    leased.#pool.connection = connection;
    return leased;
  }

  giveBack(): void {
    this.#pool.connection = null;
    if (idle.length < MAX_IDLE) idle.push(this);
  }
}

/** A pool in form only: every query goes to the leased connection. */
class LeasedPool extends pg.Pool {
  connection: pg.PoolClient | null = null;

  constructor() {
    super({ max: 1 });
    Object.assign(this, {
      query: (config: pg.QueryConfig) =>
        this.connection?.query(config) ?? Promise.reject(new Error('The scope of this query has ended.')),
      connect: () =>
        Promise.reject(new Error('A scope is one transaction already; Prisma may not open another in it.')),
    });
  }
}
