import { parseArgs } from 'node:util';
import { readConfig } from '../config.ts';
import { startEmbeddedPostgres } from '../db/embedded/embedded-postgres.ts';
import { migrate } from '../db/migrations/migrate.ts';
import { undoLastMigration } from '../db/migrations/undo.ts';
import { runCommand } from './run-command.ts';

runCommand(async () => {
  const { values } = parseArgs({ options: { undo: { type: 'boolean', default: false } } });
  const config = readConfig();
  const embedded = config.databaseUrl ? null : await startEmbeddedPostgres({ dataDir: config.dataDir });
  try {
    const url = config.databaseUrl ?? embedded!.url();
    if (values.undo) return `Undone: ${await undoLastMigration({ url })}`;
    const { applied, total } = await migrate({ url, log: (message) => process.stderr.write(`${message}\n`) });
    return applied.length > 0
      ? `Applied ${applied.length} of ${total} migrations.`
      : `Nothing to do: all ${total} migrations are applied.`;
  } finally {
    await embedded?.stop();
  }
});
