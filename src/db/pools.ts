import pg from 'pg';
import type { Logger } from '../log.ts';
import { BytesClient } from './bytes-client.ts';

/** Database role a scope runs as. A closed list: the role never comes from a token's text. */
export type DatabaseRole = 'authenticated' | 'service_role';

/** One pool per login, so that a user's connection can never become service_role. */
export type Pools = Record<DatabaseRole, pg.Pool>;

/** How long a caller waits for a free connection before the answer is UNAVAILABLE: a burst of a hundred saves fits in. */
const CONNECTION_WAIT_MS = 10_000;

export function createPool(url: string, max: number, log: Logger): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: CONNECTION_WAIT_MS,
    idleTimeoutMillis: 30_000,
    // Statements of one scope go out together; Postgres answers them in order.
    pipeline: true,
    application_name: 'casegraph',
    Client: BytesClient,
  } as pg.PoolConfig);
  // An idle connection that breaks (a restart of the database) must not end the process; the next lease makes a new one.
  pool.on('error', (error) => log.warn({ code: (error as { code?: string }).code }, 'idle database connection lost'));
  // The pool listens for errors of idle connections only. One that is cut while leased fails the query that runs on it;
  // unheard, its error event would end the process as well.
  pool.on('connect', (connection) => connection.on('error', () => undefined));
  return pool;
}
