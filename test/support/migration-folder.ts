import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { test as base, inject } from 'vitest';

interface Fixtures {
  /** An empty database of its own. */
  url: string;
  client: pg.Client;
  /** A prisma folder of its own. */
  folder: string;
  options: { url: string; migrationsDir: string };
  write: (name: string, script: string, file?: string) => Promise<void>;
}

/** Tests over a folder of migrations and an empty database of their own. */
export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads a fixture's needs from this pattern
  url: async ({}, use) => {
    const adminUrl = inject('adminUrl');
    const database = `migrations_${process.pid}_${Math.random().toString(36).slice(2)}`;
    const admin = new pg.Client({ connectionString: adminUrl });
    await admin.connect();
    await admin.query(`create database ${database} template template0`);
    const url = new URL(adminUrl);
    url.pathname = `/${database}`;
    await use(url.href);
    await admin.query(`drop database ${database}`); // without force: a connection left open fails the test
    await admin.end();
  },
  client: async ({ url }, use) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await use(client);
    await client.end();
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'migrations-'));
    await mkdir(join(folder, 'migrations'));
    await writeFile(join(folder, 'migrations', 'migration_lock.toml'), 'provider = "postgresql"\n');
    await use(folder);
    await rm(folder, { recursive: true });
  },
  options: ({ url, folder }, use) => use({ url, migrationsDir: join(folder, 'migrations') }),
  write: ({ folder }, use) =>
    use(async (name, script, file = 'migration.sql') => {
      await mkdir(join(folder, 'migrations', name), { recursive: true });
      await writeFile(join(folder, 'migrations', name, file), script);
    }),
});

export async function tables(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query(
    `select tablename from pg_tables where schemaname = 'public' and tablename <> '_prisma_migrations' order by 1`,
  );
  return rows.map((row) => row.tablename);
}
