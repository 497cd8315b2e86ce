import pg from 'pg';
import { readConfig } from '../config.ts';
import { startEmbeddedPostgres } from '../db/embedded/embedded-postgres.ts';
import { migrate } from '../db/migrations/migrate.ts';

/**
 * Runs `work` on the embedded database of DATA_DIR: the running server's, or one started for as long as it takes.
 * @throws Error when the environment names another database
 */
export async function withEmbeddedAdmin<T>(work: (admin: pg.Client, serverSecret: string) => Promise<T>): Promise<T> {
  const config = readConfig();
  if (config.databaseUrl)
    throw new Error(
      'This command is for the embedded database. With DATABASE_URL, users and their tokens come from your sign-in (Supabase Auth).',
    );
  const embedded = await startEmbeddedPostgres({ dataDir: config.dataDir });
  try {
    await migrate({ url: embedded.url() });
    const admin = new pg.Client({ connectionString: embedded.url() });
    await admin.connect();
    try {
      return await work(admin, config.jwtSecret ?? embedded.secrets.serverSecret);
    } finally {
      await admin.end();
    }
  } finally {
    await embedded.stop();
  }
}
