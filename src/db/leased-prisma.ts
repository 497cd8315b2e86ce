import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from './generated/prisma/client.ts';
import { statementName } from './statement-names.ts';

// The adapter takes no name for none, whatever its type says.
const ADAPTER_OPTIONS = { statementNameGenerator: ({ sql }: { sql: string }) => statementName(sql) as string };

const clients = new WeakMap<pg.PoolClient, PrismaClient>();

/**
 * The PrismaClient that speaks over this one connection and over no other, so that what it reads is read in the scope's
 * transaction and under its identity. Kept with the connection: making one costs more than a query.
 *
 * One client per connection rather than one for all: Prisma batches `findUnique` calls of one tick across callers, which
 * would mix tenants.
 */
export function leasedPrisma(connection: pg.PoolClient): PrismaClient {
  let client = clients.get(connection);
  if (!client) {
    client = new PrismaClient({ adapter: new PrismaPg(new LeasedPool(connection), ADAPTER_OPTIONS) });
    clients.set(connection, client);
  }
  return client;
}

/** A pool in form only: every query goes to the leased connection. */
class LeasedPool extends pg.Pool {
  readonly #connection: pg.PoolClient;

  constructor(connection: pg.PoolClient) {
    super({ max: 1 });
    this.#connection = connection;
    Object.assign(this, {
      query: (config: pg.QueryConfig) => this.#connection.query(config),
      connect: () =>
        Promise.reject(new Error('A scope is one transaction already; Prisma may not open another in it.')),
    });
  }
}
