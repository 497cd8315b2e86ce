import { realpath } from 'node:fs/promises';
import pg from 'pg';

export function superuserUrl(port: number, password: string, database: string): string {
  return `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

/**
 * A connection to database `postgres` of the server of exactly this data folder. A server that is not ready yet, or
 * no longer, answers with an ordinary error; one that never will be ours with a `WrongServer`.
 */
export async function connectSuperuser(port: number, password: string, pgdata: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: superuserUrl(port, password, 'postgres'),
    application_name: 'casegraph owner',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  });
  // A server that dies takes this connection along; unheard, the event would take our process along too.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    const served = rows[0]?.data_directory ?? '';
    if ((await realpath(served).catch(() => served)) === pgdata) return client;
    throw new WrongServer(`Port ${port} is served from ${served}, not from ${pgdata}.`);
  } catch (error) {
    await client.end().catch(() => undefined);
    if ((error as { code?: string }).code !== INVALID_PASSWORD) throw error;
    throw new WrongServer(
      `The database in ${pgdata} does not accept the password in secrets.json next to it: ` +
        'restore the secrets.json it was created with.',
    );
  }
}

export class WrongServer extends Error {}

/** Exactly one session of the whole cluster holds it; a process killed in any way lets go of it. */
export async function tryOwn(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ owned: boolean }>('select pg_try_advisory_lock($1::bigint) as owned', [
    OWNER_LOCK,
  ]);
  return rows[0]?.owned === true;
}

export async function ensureDatabase(client: pg.Client, database: string): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [database]);
  if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(database)}`);
}

const INVALID_PASSWORD = '28P01';

// The letters "casegrph" as a number. Any constant does, as long as it never changes.
const OWNER_LOCK = '7161131761860243560';
