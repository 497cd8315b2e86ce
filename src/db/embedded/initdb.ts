import { randomUUID } from 'node:crypto';
import { chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type OsUser, type RunOutcome, runAs } from './os-user.ts';
import type { PostgresRuntime } from './runtime.ts';

/**
 * Makes <dataDir>/pgdata unless it is there. It is built next door and renamed when complete: whenever we are killed,
 * there is a whole cluster or none. Call under the start lock.
 */
export async function ensureCluster(options: {
  dataDir: string;
  runtime: PostgresRuntime;
  user: OsUser | undefined;
  superuserPassword: string;
  fsync: boolean;
  log: (message: string) => void;
}): Promise<void> {
  const { dataDir, runtime, user, log } = options;
  const pgdata = join(dataDir, 'pgdata');
  await removeUnfinished(dataDir);
  if ((await stat(pgdata).catch(() => undefined)) !== undefined) {
    return assertSameMajorVersion(pgdata, runtime);
  }

  log(`creating the database cluster in ${pgdata}`);
  const nursery = join(dataDir, `${UNFINISHED}${randomUUID()}`);
  const cluster = join(nursery, 'pgdata');
  const passwordFile = join(nursery, 'password');
  await mkdir(nursery, { mode: 0o700 });
  try {
    await writeFile(passwordFile, `${options.superuserPassword}\n`, { mode: 0o600 });
    if (user !== undefined) {
      for (const path of [passwordFile, nursery]) await chown(path, user.uid, user.gid);
    }
    const settings = ['--pgdata', cluster, '--pwfile', passwordFile, ...(options.fsync ? [] : ['--no-sync'])];
    const outcome = await runInitdb(runtime, user, settings);
    if (!outcome.ok) throw new Error(`initdb could not create ${pgdata}: ${outcome.output}`);
    await rename(cluster, pgdata);
  } finally {
    await removeFolder(nursery);
  }
}

const UNFINISHED = 'pgdata-unfinished-';

// lower() and regular expressions follow the builtin C.UTF-8 everywhere alike. pg_trgm alone still asks the operating
// system what a letter is: with LC_CTYPE=C it finds no trigrams in Hebrew, hence a UTF-8 locale by one of its names.
const UTF8_LOCALES = ['C.UTF-8', 'en_US.UTF-8', 'UTF-8'];

async function runInitdb(runtime: PostgresRuntime, user: OsUser | undefined, settings: string[]): Promise<RunOutcome> {
  let outcome: RunOutcome = { ok: false, output: '' };
  for (const locale of UTF8_LOCALES) {
    outcome = await runAs(user, runtime.initdb, [
      ...settings,
      '--username=postgres',
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      `--lc-ctype=${locale}`,
      '--auth-host=scram-sha-256',
      '--auth-local=scram-sha-256',
      '--no-instructions',
    ]);
    if (outcome.ok || !outcome.output.includes('invalid locale name')) break;
  }
  return outcome;
}

async function assertSameMajorVersion(pgdata: string, runtime: PostgresRuntime): Promise<void> {
  const found = await readFile(join(pgdata, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (found === undefined) throw new Error(`${pgdata} exists but is no PostgreSQL data folder (it has no PG_VERSION).`);
  if (found.trim() === runtime.majorVersion) return;
  throw new Error(
    `${pgdata} belongs to PostgreSQL ${found.trim()}, and the installed version is ${runtime.majorVersion}. ` +
      'Dump it with the old version and load the dump into a new DATA_DIR, or install the old version again.',
  );
}

async function removeUnfinished(dataDir: string): Promise<void> {
  for (const entry of await readdir(dataDir)) {
    if (entry.startsWith(UNFINISHED)) await removeFolder(join(dataDir, entry));
  }
}

/** The initdb of a killed process may still be writing, so that what is left over goes at the next start. */
async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
}
