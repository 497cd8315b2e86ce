// PostgreSQL refuses to run as root, so root lends it an unprivileged account that is already there.
import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';

export interface OsUser {
  name: string;
  uid: number;
  gid: number;
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * The account the database runs as; undefined means our own. An existing cluster keeps the account that owns it:
 * PostgreSQL accepts no other, and a `postgres` account may have been added since the first start.
 */
export async function databaseOsUser(pgdata: string): Promise<OsUser | undefined> {
  if (!isRoot()) return undefined;
  const owner = await stat(pgdata).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) return { name: `uid ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const account = accounts.find((fields) => fields[0] === name);
    const uid = Number(account?.[2]);
    const gid = Number(account?.[3]);
    if (uid > 0 && gid > 0) return { name, uid, gid };
  }
  throw new Error(
    'PostgreSQL does not run as root and /etc/passwd has no account "postgres" or "nobody" to lend it: ' +
      'run as an ordinary user, or set DATABASE_URL.',
  );
}

/** Spawn options: the account, a working directory anyone can enter, and none of our environment (PGDATA, PGPORT…). */
export function runOptions(user: OsUser | undefined) {
  return { cwd: '/', env: RUN_ENV, ...(user && { uid: user.uid, gid: user.gid }) };
}

export interface RunOutcome {
  ok: boolean;
  output: string;
}

/** Runs a program as `user`. Never throws: not being able to start is an outcome as well. */
export function runAs(user: OsUser | undefined, program: string, args: string[]): Promise<RunOutcome> {
  return new Promise((resolve) => {
    try {
      execFile(program, args, runOptions(user), (error, stdout, stderr) => {
        const output = `${stdout}${stderr}`.trim();
        resolve({ ok: error === null, output: output || (error?.message ?? '') });
      });
    } catch (error) {
      resolve({ ok: false, output: String(error) });
    }
  });
}

/** The outermost of these folders that `user` may not enter. Asked as that account: modes alone do not know of ACLs. */
export async function findClosedFolder(user: OsUser | undefined, folders: string[]): Promise<string | undefined> {
  const script = 'for folder in "$@"; do [ -x "$folder" ] || { printf %s "$folder"; exit 1; }; done';
  const { ok, output } = await runAs(user, '/bin/sh', ['-c', script, 'sh', ...folders]);
  return ok ? undefined : output;
}

const RUN_ENV = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
