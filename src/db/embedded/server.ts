import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { ensureCluster } from './initdb.ts';
import type { OsUser } from './os-user.ts';
import { pollUntil } from './poll.ts';
import {
  findPostmaster,
  type LaunchedPostmaster,
  launchPostmaster,
  removeStalePidFile,
  stopPostmaster,
} from './postmaster.ts';
import { findRuntime, type PostgresRuntime } from './runtime.ts';
import { connectSuperuser, WrongServer } from './superuser.ts';

interface ServerOptions {
  dataDir: string;
  pgdata: string;
  user: OsUser | undefined;
  superuserPassword: string;
  fsync: boolean;
  packageRoot: string | undefined;
  log: (message: string) => void;
}

export interface RunningServer {
  pid: number;
  port: number;
  /** A session on database `postgres`. */
  client: pg.Client;
}

/**
 * The server of this data folder, connected: one that already runs, else a new one. Call under the start lock.
 * One loop serves both, because a server launched by a process that was killed meanwhile may turn up at any moment:
 *
 *   postmaster.pid names a live server, ready         → connect
 *                                      starting, …    → wait
 *   our launch runs, has not written the file yet     → wait
 *   our launch ended: port or memory taken, or raced  → launch again
 *                     anything else                   → fail with its log
 *   nothing runs                                      → launch
 */
export async function connectOrLaunch(options: ServerOptions): Promise<RunningServer> {
  const { pgdata } = options;
  let runtime: PostgresRuntime | undefined;
  let launched: LaunchedPostmaster | undefined;
  let lastProblem = 'no answer';

  const step = async (): Promise<RunningServer | undefined> => {
    const found = await findPostmaster(pgdata);
    if (found?.status === 'ready') {
      try {
        const client = await connectSuperuser(found.port, options.superuserPassword, pgdata);
        return { pid: found.pid, port: found.port, client };
      } catch (error) {
        if (error instanceof WrongServer) throw error;
        lastProblem = (error as Error).message;
        return undefined;
      }
    }
    if (found !== undefined || (launched !== undefined && isRunning(launched))) return undefined;
    if (launched !== undefined) lastProblem = await explainExit(launched);
    runtime ??= await prepare(options);
    await removeStalePidFile(pgdata);
    launched = await launchPostmaster({ ...options, runtime });
    return undefined;
  };

  try {
    return await pollUntil(step, {
      timeoutMs: READY_TIMEOUT_MS,
      intervalMs: 25,
      explain: async () =>
        `PostgreSQL in ${pgdata} does not accept connections after ${READY_TIMEOUT_MS / 1000} s (${lastProblem}). ` +
        `Its log: ${(await launched?.readLog()) || 'empty'}`,
    });
  } catch (error) {
    await abandon(launched, pgdata);
    throw error;
  }
}

const READY_TIMEOUT_MS = 60_000;

const RELAUNCH_PAUSE_MS = 250;

// The backends of a killed postmaster hold its memory until they notice; the others are races lost.
const WORTH_ANOTHER_LAUNCH =
  /Address already in use|could not create any TCP\/IP sockets|pre-existing shared memory block|lock file "postmaster.pid" already exists/;

async function prepare(options: ServerOptions): Promise<PostgresRuntime> {
  const { log } = options;
  const runtime = await findRuntime(options);
  await ensureCluster({ ...options, runtime });
  log(`starting PostgreSQL ${runtime.majorVersion} in ${options.pgdata}`);
  return runtime;
}

/** Leaves no server behind that nobody has a handle on, except in a long recovery: the next start waits on for that. */
async function abandon(launched: LaunchedPostmaster | undefined, pgdata: string): Promise<void> {
  if (launched?.process.pid === undefined || !isRunning(launched)) return;
  if ((await findPostmaster(pgdata))?.status === 'starting') return;
  await stopPostmaster(launched.process.pid, pgdata);
}

function isRunning({ process }: LaunchedPostmaster): boolean {
  return process.pid !== undefined && process.exitCode === null && process.signalCode === null;
}

async function explainExit(launched: LaunchedPostmaster): Promise<string> {
  const log = await launched.readLog();
  if (WORTH_ANOTHER_LAUNCH.test(log)) {
    await pause(RELAUNCH_PAUSE_MS);
    return log;
  }
  const { exitCode, signalCode } = launched.process;
  throw new Error(
    `PostgreSQL ended while starting (${signalCode ?? exitCode ?? 'not spawned'}). Its log: ${log || 'empty'}`,
  );
}
