import { randomUUID } from 'node:crypto';
import { rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/db/embedded/embedded-postgres.ts';
import { ensureGeneratedClient } from '../../src/db/generated-client.ts';
import { prepareLogins } from '../../src/db/login-roles.ts';
import { migrate } from '../../src/db/migrations/migrate.ts';
import { createLogger } from '../../src/log.ts';
import { LOGIN_SECRET } from './secrets.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Superuser URL of the cluster that the tests share; its database `template` is migrated and empty. */
    readonly adminUrl: string;
  }
}

/** One real PostgreSQL for the whole run; each test gets a database of its own, cloned from a migrated template. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await ensureGeneratedClient();
  const dataDir = join(await findFastFolder(), `casegraph-test-${randomUUID()}`);
  const postgres = await startEmbeddedPostgres({ dataDir, fsync: false });
  const template = postgres.url('template');
  const { default: pg } = await import('pg');
  const admin = new pg.Client({ connectionString: postgres.url('postgres') });
  await admin.connect();
  await admin.query('create database template');
  await admin.end();
  await migrate({ url: template });
  await prepareLogins(template, LOGIN_SECRET, createLogger('silent'));
  project.provide('adminUrl', postgres.url('postgres'));
  return async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}

const MEMORY = '/dev/shm';
/** A thousand databases come and go, and the log between them is kept up to its size. */
const NEEDED_BYTES = 2 * 1024 ** 3;

/** Memory where there is enough of it: each test makes and drops some 700 files, which takes a disk longer than the test. */
async function findFastFolder(): Promise<string> {
  const memory = await statfs(MEMORY).catch(() => null);
  return memory && memory.bavail * memory.bsize >= NEEDED_BYTES ? MEMORY : tmpdir();
}
