import type pg from 'pg';
import { defaultMigrationsDir, listMigrationNames, type Migration, readMigrations } from './folders.ts';
import { compareHistory, type HistoryComparison, isApplied, type Queries, readHistory } from './history.ts';
import { MigrationError } from './migration-error.ts';
import { lockMigrations } from './migration-lock.ts';
import { openSession, runScript, ScriptFailure } from './run-script.ts';
import { settleOpenRow, transactionNote } from './settle.ts';

type Log = (message: string) => void;

/**
 * Applies pending migrations, recorded in the ordinary _prisma_migrations. Any number of processes may call it at once:
 * one applies, the others wait. Each script is one transaction, so a failure leaves nothing of it, and the next call
 * tries it again. Refuses an edited, a half applied and an unknown migration. Costs one select when there is nothing to do.
 */
export async function migrate(options: {
  url: string;
  migrationsDir?: string;
  log?: Log;
}): Promise<{ applied: string[]; total: number }> {
  const { url, migrationsDir = defaultMigrationsDir, log = () => {} } = options;
  const onDisk = await readMigrations(migrationsDir);
  const client = await openSession(url);
  try {
    const glance = compareHistory(onDisk, await readHistory(client));
    assertSameHistory(glance);
    if (glance.pending.length === 0 && glance.open.length === 0) return { applied: [], total: onDisk.length };

    await lockMigrations(client, log);
    const applied = await applyPending(client, { url, migrationsDir, onDisk, log });
    return { applied, total: onDisk.length };
  } finally {
    await client.end();
  }
}

/** What /ready asks: names of migrations on disk that are not applied. One select; no table yet means all of them. */
export async function listPendingMigrations(client: Queries, migrationsDir = defaultMigrationsDir): Promise<string[]> {
  const [names, rows] = await Promise.all([listMigrationNames(migrationsDir), readHistory(client)]);
  const applied = new Set(rows.filter(isApplied).map((row) => row.name));
  return names.filter((name) => !applied.has(name));
}

interface Run {
  url: string;
  migrationsDir: string;
  onDisk: Migration[];
  log: Log;
}

async function applyPending(client: pg.Client, { url, migrationsDir, onDisk, log }: Run): Promise<string[]> {
  const comparison = compareHistory(onDisk, await readHistory(client));
  assertSameHistory(comparison);
  for (const row of comparison.open) {
    await settleOpenRow(client, row);
    log(`Migration ${row.name} was cut off at ${row.startedAt.toISOString()} and rolled back whole; trying it again.`);
  }
  if (comparison.pending.length === 0) return [];

  const { withSchemaEngine } = await import('./schema-engine.ts');
  let failure: ScriptFailure | undefined;
  const runRecorded = async (script: string) => {
    try {
      await runScript(url, script, recordHooks(client));
    } catch (error) {
      if (error instanceof ScriptFailure) failure = error;
      throw error;
    }
  };
  try {
    return await withSchemaEngine({ url, log, runScript: runRecorded }, async (engine) => {
      const { appliedMigrationNames } = await engine.applyMigrations({
        migrationsList: asEngineList(migrationsDir, onDisk),
        filters: { externalTables: [], externalEnums: [] },
      });
      return appliedMigrationNames;
    });
  } catch (error) {
    if (failure) throw await explainScriptFailure(client, failure);
    if ((error as { code?: string }).code === 'P3005') throw new MigrationError('NOT_EMPTY', NOT_EMPTY, error);
    throw error;
  }
}

/** The row is finished in the script's transaction; were it the engine's later update alone, a crash between would leave doubt. */
function recordHooks(client: pg.Client) {
  const open = 'finished_at is null and rolled_back_at is null';
  return {
    onBegin: async (transactionId: string) => {
      await client.query(`update public._prisma_migrations set logs = $1 where ${open}`, [
        transactionNote(transactionId),
      ]);
    },
    beforeCommit: async (script: pg.Client) => {
      await script.query(
        `update public._prisma_migrations set finished_at = clock_timestamp(), logs = null where ${open}`,
      );
    },
  };
}

async function explainScriptFailure(client: pg.Client, failure: ScriptFailure): Promise<Error> {
  const row = (await readHistory(client)).find((each) => each.finishedAt === null && each.rolledBackAt === null);
  if (!row) return failure;
  const logs = `${failure.message}\n${failure.transactionId ? transactionNote(failure.transactionId) : ''}`;
  await client.query('update public._prisma_migrations set logs = $1 where id = $2', [logs, row.id]);
  try {
    await settleOpenRow(client, { ...row, logs });
  } catch (error) {
    return error as Error;
  }
  const message = `Migration ${row.name} failed: ${failure.message}\nIt was rolled back whole and nothing of it is left. Repair ${row.name}/migration.sql and start again.`;
  return new MigrationError('FAILED', message, failure);
}

function assertSameHistory({ edited, unknown }: HistoryComparison): void {
  if (edited.length > 0) {
    throw new MigrationError(
      'EDITED',
      `Applied migrations were edited afterwards: ${edited.join(', ')}. Databases that have them would never get the change: restore the files (git checkout) and put the change into a new migration.`,
    );
  }
  if (unknown.length > 0) {
    throw new MigrationError(
      'DATABASE_AHEAD',
      `The database is ahead of this code; it has migrations unknown here: ${unknown.join(', ')}. Start the newer version, or undo them with it before starting this one.`,
    );
  }
}

function asEngineList(baseDir: string, migrations: Migration[]) {
  return {
    baseDir,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map(({ name, script }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value: script } },
    })),
  };
}

const NOT_EMPTY =
  'The database has tables but no migration history (_prisma_migrations). Use an empty database, or record what it already contains with `prisma migrate resolve --applied`.';
