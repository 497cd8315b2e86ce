import type pg from 'pg';

/**
 * Waits until this connection is the only migrator of the database; the lock goes with the connection.
 * Not Prisma's own lock (72707369): the engine takes that one itself, on another connection.
 */
export async function lockMigrations(client: pg.Client, log: (message: string) => void): Promise<void> {
  const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [MIGRATOR]);
  if (!rows[0]?.locked) {
    log('Another process is migrating this database; waiting for it.');
    await client.query('select pg_advisory_lock($1)', [MIGRATOR]);
  }
  // The script of a migrator that was killed runs on in the server until it notices; only then is its outcome known.
  await lockRunningScript(client);
}

/** Held by a script until its transaction ends; outside a transaction this only waits for such a script. */
export async function lockRunningScript(client: pg.Client): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1)', [RUNNING_SCRIPT]);
}

const MIGRATOR = 4_207_118_330;
const RUNNING_SCRIPT = 4_207_118_331;
