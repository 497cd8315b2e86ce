import pg from 'pg';
import { inject } from 'vitest';
import type { TestDatabase } from './database.ts';

/** Cuts every connection to the database and lets no new one in, as a restart of it does; or lets them in again. */
export async function allowConnections(db: TestDatabase, allowed: boolean): Promise<void> {
  const name = new URL(db.adminUrl).pathname.slice(1);
  const cluster = new pg.Client({ connectionString: inject('adminUrl') });
  await cluster.connect();
  await cluster.query(`alter database ${name} with allow_connections ${allowed}`);
  if (!allowed)
    await cluster.query('select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1', [name]);
  await cluster.end();
}
