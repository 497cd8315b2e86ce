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
    return await withClient(embedded.url(), (admin) => work(admin, config.jwtSecret ?? embedded.secrets.serverSecret));
  } finally {
    await embedded.stop();
  }
}

/** Runs `work` on the database of DATABASE_URL as it is, or else on the embedded one of DATA_DIR. */
export async function withAdmin<T>(work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const { databaseUrl } = readConfig();
  return databaseUrl ? withClient(databaseUrl, work) : withEmbeddedAdmin(work);
}

async function withClient<T>(url: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}
