import type { SharedWorld } from '../shared-world.ts';
import { type BadInput, CANARY, type Target } from './bad-input.ts';
import { findFault } from './judge.ts';
import { hashTables } from './world.ts';

/** Sent before the database, the log and the process are looked at. What went wrong is then among so many. */
const AT_A_TIME = 25;
const TOGETHER = 5;

export interface Outcome {
  readonly sent: number;
  readonly slowestMs: number;
  readonly slowest: string;
  /** By HTTP status; `closed` for connections and sockets that were closed instead. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly faults: readonly string[];
}

/** Sends them, and says what was wrong with the answers or came of them elsewhere. */
export async function sendAll(
  inputs: readonly BadInput[],
  to: Target,
  world: SharedWorld,
  internalNames: RegExp,
): Promise<Outcome> {
  const faults: string[] = [];
  const statuses: Record<string, number> = {};
  const slowest = { ms: 0, title: '' };
  const ownPrototype = JSON.stringify(Object.getOwnPropertyNames(Object.prototype));
  let before = await hashTables(world.db);
  for (let at = 0; at < inputs.length; at += AT_A_TIME) {
    const some = inputs.slice(at, at + AT_A_TIME);
    const logged = world.logged.length;
    const waiting = [...some];
    const sender = async () => {
      for (let input = waiting.shift(); input; input = waiting.shift()) {
        const begun = performance.now();
        const fault = await input.send(to).then(
          (reply) => {
            const key = String(reply.status ?? 'closed');
            statuses[key] = (statuses[key] ?? 0) + 1;
            return findFault(reply, internalNames);
          },
          (error: Error) => `${error.name}: ${error.message} ${(error.cause as Error | undefined)?.message ?? ''}`,
        );
        const ms = performance.now() - begun;
        if (ms > slowest.ms) Object.assign(slowest, { ms, title: input.title });
        if (fault) faults.push(`${input.title}: ${fault}`);
      }
    };
    await Promise.all(Array.from({ length: TOGETHER }, sender));
    const among = `among ${some[0]!.title} … ${some.at(-1)!.title}`;
    const after = await hashTables(world.db);
    for (const [name, hash] of Object.entries(after))
      if (hash !== before[name]) faults.push(`something was written to ${name}, ${among}`);
    before = after;
    for (const line of world.logged.slice(logged)) {
      if (JSON.parse(line).level >= 50) faults.push(`logged, ${among}: ${line.slice(0, 600)}`);
      if (line.includes(CANARY)) faults.push(`content in the log, ${among}: ${line.slice(0, 300)}`);
    }
    if ((await fetch(`${to.url}/health`)).status !== 200) faults.push(`the server is down, ${among}`);
    if (JSON.stringify(Object.getOwnPropertyNames(Object.prototype)) !== ownPrototype)
      faults.push(`Object.prototype has changed, ${among}`);
  }
  return { sent: inputs.length, slowestMs: Math.round(slowest.ms), slowest: slowest.title, statuses, faults };
}
