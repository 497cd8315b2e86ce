import pg from 'pg';
import { vi } from 'vitest';
import type { TestDatabase } from './database.ts';

/**
 * Lets calls run into each other for certain: nobody can write to the table until all of them have read what they read
 * and wait, each for a lock.
 */
export async function whileHeld<T>(
  db: TestDatabase,
  table: string,
  calls: readonly (() => Promise<T>)[],
): Promise<T[]> {
  const holder = new pg.Client({ connectionString: db.adminUrl });
  await holder.connect();
  try {
    await holder.query('begin');
    await holder.query(`lock table ${table} in share row exclusive mode`);
    const answers = Promise.all(calls.map((call) => call()));
    await vi.waitFor(
      async () => {
        const waiting = await db.query(
          "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        );
        if (waiting.length < calls.length) throw new Error(`${waiting.length} of ${calls.length} calls wait`);
      },
      { timeout: 4_000, interval: 20 },
    );
    await holder.query('commit');
    return await answers;
  } finally {
    await holder.end();
  }
}
