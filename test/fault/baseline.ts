import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { pollUntil } from '../../src/db/embedded/poll.ts';
import type { Resources } from './checker/rest.ts';
import { send } from './load/graphql-call.ts';
import type { Office } from './office.ts';
import type { ServerProcess } from './server-process.ts';
import type { FaultSystem } from './system.ts';

/** What a server holds. A start's holdings compare with the same start's only. */
export interface Holdings extends Resources {
  readonly starts: number;
}

const RELEASE_WITHIN_MS = 20_000;
/** For the memory that was freed to go back to the system. */
const SETTLE_MS = 500;

/** Memory that stays after a collection of garbage; nothing is counted while clients are there. */
export async function readMemory(server: ServerProcess): Promise<Holdings | null> {
  await server.collectGarbage();
  await pause(SETTLE_MS);
  const { rssBytes } = server;
  return rssBytes === null ? null : { process: server.name, starts: server.starts, counts: {}, rssBytes };
}

/** What a server holds when all clients have gone, given time to let go of it. */
export async function readHoldings(server: ServerProcess, offices: readonly Office[]): Promise<Holdings | null> {
  const look = async () => ({
    'sockets of clients': await countSockets(server.port),
    'waiting subscriptions': await countWaiting(server, offices),
  });
  const isEmpty = (counts: Awaited<ReturnType<typeof look>>) => Object.values(counts).every((count) => count === 0);
  await pollUntil(async () => isEmpty(await look()) || undefined, {
    timeoutMs: RELEASE_WITHIN_MS,
    intervalMs: 250,
    explain: () => 'something is held',
  }).catch(() => undefined);
  const memory = await readMemory(server);
  return memory && { ...memory, counts: await look() };
}

/** Sockets that a server has at its port, those included that it has not closed though the client has. */
async function countSockets(port: number): Promise<number> {
  const ending = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = (await readFile('/proc/net/tcp', 'utf8')).split('\n').slice(1);
  return lines.filter((line) => {
    const [, local, , state] = line.trim().split(/\s+/);
    return local?.endsWith(ending) && (state === '01' || state === '08');
  }).length;
}

async function countWaiting(server: ServerProcess, offices: readonly Office[]): Promise<number> {
  const body = JSON.stringify({ query: '{ systemHealth { feed { waitingSubscriptions } } }' });
  let count = 0;
  for (const office of offices) {
    const sent = await send(`http://127.0.0.1:${server.port}`, office.admins[0]!.token, body, { connection: 'close' });
    if (sent.kind === 'answered') count += sent.data.systemHealth.feed.waitingSubscriptions;
  }
  return count;
}

/** After all clients have gone: waits until the database sessions are at rest, and tells of those that are not. */
export async function findStuckSessions(system: FaultSystem): Promise<string[]> {
  const look = () =>
    system.query<{ what: string }>(
      `select concat_ws(' ', application_name, state, wait_event, extract(epoch from now() - xact_start)::int || ' s') as what
       from pg_stat_activity where datname = current_database() and application_name like 'casegraph%'
         and state <> 'idle' and xact_start < now() - interval '2 seconds'`,
    );
  await pollUntil(async () => ((await look()).length === 0 ? true : undefined), {
    timeoutMs: RELEASE_WITHIN_MS,
    intervalMs: 250,
    explain: () => 'sessions are stuck',
  }).catch(() => undefined);
  return (await look()).map((row) => row.what);
}
