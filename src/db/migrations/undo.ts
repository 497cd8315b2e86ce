import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultMigrationsDir } from './folders.ts';
import { isApplied, readHistory } from './history.ts';
import { MigrationError } from './migration-error.ts';
import { lockMigrations } from './migration-lock.ts';
import { openSession, runScript, ScriptFailure } from './run-script.ts';

/**
 * Undoes the newest applied migration and returns its name: its down.sql and the removal of its row are ONE transaction.
 * For development, and for taking back a release; data the migration moved comes back only if down.sql brings it back.
 */
export async function undoLastMigration(options: { url: string; migrationsDir?: string }): Promise<string> {
  const { url, migrationsDir = defaultMigrationsDir } = options;
  const client = await openSession(url);
  try {
    await lockMigrations(client, () => {});
    const last = (await readHistory(client)).filter(isApplied).at(-1);
    if (!last) throw new MigrationError('NOTHING_TO_UNDO', 'No migration is applied to this database.');
    const script = await readDownScript(join(migrationsDir, last.name, 'down.sql'));
    await runScript(url, script, {
      beforeCommit: async (session) => {
        await session.query('delete from public._prisma_migrations where id = $1', [last.id]);
      },
    }).catch((error) => {
      if (!(error instanceof ScriptFailure)) throw error;
      throw new MigrationError('FAILED', `Undoing ${last.name} failed: down.sql, ${error.message}`, error);
    });
    return last.name;
  } finally {
    await client.end();
  }
}

async function readDownScript(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const message = `${path} cannot be read, so this migration cannot be undone: write a new migration that takes it back.`;
    throw new MigrationError('NO_DOWN_SCRIPT', message, error);
  }
}
