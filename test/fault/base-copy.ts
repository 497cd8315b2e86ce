import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Cluster } from './cluster.ts';

const run = promisify(execFile);

/** Copies the files of a cluster that does not run. Answers the copy's folder, beside them. */
export async function takeBaseCopy(cluster: Cluster): Promise<string> {
  const copy = join(cluster.dataDir, 'base-copy');
  await rm(copy, { recursive: true, force: true });
  await copyFolder(join(cluster.dataDir, 'pgdata'), copy);
  return copy;
}

/** Sets the cluster, which must not run, back to a copy. */
export async function restoreBaseCopy(cluster: Cluster, copy: string): Promise<void> {
  const pgdata = join(cluster.dataDir, 'pgdata');
  await rm(pgdata, { recursive: true, force: true });
  await copyFolder(copy, pgdata);
  await rm(copy, { recursive: true, force: true });
}

/** PostgreSQL's files belong to the account it runs as, and have to go on doing so. */
async function copyFolder(from: string, to: string): Promise<void> {
  await run('cp', ['-a', from, to]);
}
