// Start and stop of one data directory happen one at a time across processes. Should two ever slip in together,
// postmaster.pid and the rename of a finished pgdata still keep the data safe; this lock keeps them from failing.
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processIdentity } from './live-process.ts';
import { pollUntil } from './poll.ts';

export async function withStartLock<T>(dataDir: string, task: () => Promise<T>): Promise<T> {
  const file = join(dataDir, 'start.lock');
  const identity = await processIdentity(process.pid);
  const mine = JSON.stringify({ pid: process.pid, identity, nonce: randomUUID() });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, mine, { flag: 'wx', mode: 0o600 });
  try {
    await pollUntil(() => acquire(file, draft), {
      timeoutMs: ACQUIRE_TIMEOUT_MS,
      intervalMs: 50,
      explain: async () => `Another process has been starting or stopping this database for too long (see ${file}).`,
    });
  } finally {
    await unlink(draft).catch(() => undefined);
  }
  try {
    return await task();
  } finally {
    if ((await read(file)) === mine) await unlink(file);
  }
}

// Longer than a first start at its slowest: initdb and then the 60 s a server is given to answer.
const ACQUIRE_TIMEOUT_MS = 120_000;

/** A hard link appears with its content or not at all, so a lock never lacks the name of its holder. */
async function acquire(file: string, draft: string): Promise<true | undefined> {
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const held = await read(file);
  if (held !== undefined && (await isStale(held))) await removeStale(file, held);
  return undefined;
}

async function isStale(held: string): Promise<boolean> {
  try {
    const { pid, identity } = JSON.parse(held) as { pid: number; identity: string };
    return (await processIdentity(pid)) !== identity;
  } catch {
    return true;
  }
}

/** Two waiters may find the same stale lock; taking it away by rename shows whether it is still that one. */
async function removeStale(file: string, stale: string): Promise<void> {
  const taken = `${file}.${randomUUID()}`;
  try {
    await rename(file, taken);
  } catch {
    return;
  }
  if ((await read(taken)) === stale) await unlink(taken);
  else await rename(taken, file);
}

function read(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
