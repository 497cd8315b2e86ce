import { type ChildProcess, spawn } from 'node:child_process';
import { type FileHandle, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { isPidTaken, processCommand, processIdentity } from './live-process.ts';
import { type OsUser, runOptions } from './os-user.ts';
import { pollUntil } from './poll.ts';
import type { PostgresRuntime } from './runtime.ts';

interface Postmaster {
  pid: number;
  port: number;
  /** starting, ready, stopping */
  status: string;
}

/** The live server of this data folder, from postmaster.pid: 1 pid, 2 folder, 3 start, 4 port, 5–6 addresses, 7 memory, 8 status. */
export async function findPostmaster(pgdata: string): Promise<Postmaster | undefined> {
  const lines = (await readFile(pidFile(pgdata), 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  if (!(pid > 0) || !(await isPostmasterOf(pid, pgdata))) return undefined;
  return { pid, port: Number(lines[3]), status: (lines[7] ?? 'starting').trim() };
}

/**
 * After a crash the pid may by now be another program's, or an unreaped zombie. PostgreSQL takes either for a running
 * server, when the account is the same, and would refuse to start for ever. Its shared memory check still stands.
 */
export async function removeStalePidFile(pgdata: string): Promise<void> {
  const pid = Number((await readFile(pidFile(pgdata), 'utf8').catch(() => '')).split('\n')[0]);
  if (pid > 0 && isPidTaken(pid) && !(await isPostmasterOf(pid, pgdata))) await rm(pidFile(pgdata), { force: true });
}

export interface LaunchedPostmaster {
  process: ChildProcess;
  /** What the server has written since its launch: at most the last 4 kB. */
  readLog(): Promise<string>;
}

/** In its own process group, so that Ctrl-C in the terminal reaches only us and the server is stopped in order. */
export async function launchPostmaster(options: {
  dataDir: string;
  runtime: PostgresRuntime;
  user: OsUser | undefined;
  fsync: boolean;
}): Promise<LaunchedPostmaster> {
  const { dataDir, runtime, user, fsync } = options;
  const file = join(dataDir, 'postgres.log');
  const size = await rotateLog(file);
  const settings = [...SETTINGS, `port=${await findFreePort()}`, ...(fsync ? [] : UNSAFE_SETTINGS)];
  const args = ['-D', join(dataDir, 'pgdata'), ...settings.flatMap((setting) => ['-c', setting])];
  const log = await open(file, 'a', 0o600);
  try {
    const stdio: ['ignore', number, number] = ['ignore', log.fd, log.fd];
    const child = spawn(runtime.postgres, args, { ...runOptions(user), detached: true, stdio });
    // Failing to spawn shows as an exit without a pid; unheard, the event would end our own process.
    child.on('error', () => undefined);
    child.unref();
    return { process: child, readLog: () => readTail(file, size) };
  } finally {
    await log.close();
  }
}

/** Fast shutdown (clients are disconnected, data is written), after 30 s the hard way: recovery follows at next start. */
export async function stopPostmaster(pid: number, pgdata: string): Promise<void> {
  const identity = await processIdentity(pid);
  if (identity === undefined || !(await isPostmasterOf(pid, pgdata))) return;
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    try {
      process.kill(pid, signal);
      await pollUntil(async () => (await processIdentity(pid)) !== identity || undefined, {
        timeoutMs: 30_000,
        intervalMs: 20,
        explain: () => `PostgreSQL (process ${pid}, ${pgdata}) did not stop.`,
      });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
      if (signal === 'SIGQUIT') throw error;
    }
  }
}

// Statements and their values are customers' data: ERROR lines can quote both, and so stay out of the log entirely
// (whoever caused one gets it); what a LOG or FATAL line would quote stands in its DETAIL, which terse leaves out.
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=100',
  'jit=off',
  'timezone=UTC',
  'logging_collector=off',
  'log_destination=stderr',
  'log_timezone=UTC',
  'log_min_messages=log',
  'log_min_error_statement=panic',
  'log_error_verbosity=terse',
  'log_statement=none',
  'log_min_duration_statement=-1',
  'log_parameter_max_length=0',
  'log_parameter_max_length_on_error=0',
];

const UNSAFE_SETTINGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

const MAX_LOG_BYTES = 10 * 1024 * 1024;

function pidFile(pgdata: string): string {
  return join(pgdata, 'postmaster.pid');
}

/** False only when it is certain: by the folder we would have started it with, or by being no postgres at all. */
async function isPostmasterOf(pid: number, pgdata: string): Promise<boolean> {
  if ((await processIdentity(pid)) === undefined) return false;
  const command = (await processCommand(pid)) ?? '';
  const ours = /\/bin\/postgres -D (\/.+?) -c listen_addresses=/.exec(command);
  if (ours !== null) return ours[1] === pgdata;
  return /^\S*postgres\s/.test(command);
}

/** The size to read from, and one older log is kept. */
async function rotateLog(file: string): Promise<number> {
  const size = (await stat(file).catch(() => undefined))?.size ?? 0;
  if (size <= MAX_LOG_BYTES) return size;
  await rename(file, `${file}.1`);
  return 0;
}

async function readTail(file: string, from: number): Promise<string> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    const { size } = await handle.stat();
    const start = Math.max(from, size - 4096);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.max(size - start, 0)), 0, null, start);
    return buffer.toString('utf8', 0, bytesRead).trim();
  } catch {
    return '';
  } finally {
    await handle?.close();
  }
}

/** Free now; the server may still find it taken, and is then launched with another. */
function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
