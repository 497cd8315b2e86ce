import { createHash } from 'node:crypto';
import { chmod, mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { findClosedFolder, isRoot, type OsUser } from './os-user.ts';

/**
 * Inside the checkout for an ordinary user. For root the database runs as another account, which usually
 * cannot enter /root, so the folder lives under /var/lib, one for each checkout.
 */
export function defaultDataDir(checkout: string): string {
  const path = resolve(checkout);
  if (!isRoot()) return join(path, '.casegraph');
  const digest = createHash('sha256').update(path).digest('hex').slice(0, 8);
  return join('/var/lib/casegraph', `${basename(path)}-${digest}`);
}

/** Creates the folder whatever the umask and answers its real path: 0755 as root, 0700 otherwise. */
export async function createDataDir(dataDir: string): Promise<string> {
  const path = resolve(dataDir);
  const outermostCreated = await mkdir(path, { recursive: true, mode: 0o700 });
  if (outermostCreated !== undefined && isRoot()) {
    for (let folder = path; folder.length >= outermostCreated.length; folder = dirname(folder)) {
      await chmod(folder, 0o755);
    }
  }
  return realpath(path);
}

/** A folder root can enter may well be closed to the account the database runs as. */
export async function assertReachable(dataDir: string, user: OsUser | undefined): Promise<void> {
  if (user === undefined) return;
  const folders = [dataDir];
  while (folders[0] !== '/') folders.unshift(dirname(folders[0] as string));
  const closed = await findClosedFolder(user, folders);
  if (closed === undefined) return;
  throw new Error(
    `DATA_DIR ${dataDir} is out of reach for the account the database runs as (${user.name}): ${closed} is closed to it. ` +
      `Choose another DATA_DIR, or open that folder (chmod o+x ${closed}).`,
  );
}
