import type { Sample } from '../data/sample.ts';
import type { Job, WindowResult } from '../load/job.ts';
import type { Load } from '../load/load.ts';
import { READS, type ReadName, type WriteName } from '../peers/peer.ts';
import type { ServerProcess } from '../server-process.ts';
import { askDatabase } from './ask-database.ts';
import { type Measured, summarise } from './summarise.ts';
import { prepareReads } from './verify.ts';
import type { Workload } from './workloads.ts';

export interface Pace {
  readonly rounds: number;
  readonly windowMs: number;
  readonly warmUpMs: number;
}

const CONNECTIONS = 16;
const RAMP_MS = 300;

/**
 * Measures all servers at one workload, in turn, round after round: the machine is never the same for long, so only windows
 * of one round are compared.
 */
export async function measureWorkload(
  servers: readonly ServerProcess[],
  workload: Workload,
  { sample, load, adminUrl, pace }: { sample: Sample; load: Load; adminUrl: string; pace: Pace },
): Promise<Measured[]> {
  const name = workload.name;
  const reads = isRead(name) ? await prepareReads(servers, name, sample) : null;
  const job = (server: ServerProcess, windowMs: number): Job => ({
    peer: server.name,
    port: server.port,
    pid: server.pid,
    tokens: sample.tokens,
    connections: CONNECTIONS,
    rampMs: RAMP_MS,
    windowMs,
    work: reads?.get(server.name) ?? { kind: 'write', name: name as WriteName, targets: sample.targets.slice(1) },
  });
  for (const server of servers) await load.run(job(server, pace.warmUpMs));
  const windows = new Map<string, WindowResult[]>(servers.map((server) => [server.name, []]));
  for (let round = 0; round < pace.rounds; round++)
    // Back and forth, so that who comes later is not always the same.
    for (const server of round % 2 === 0 ? servers : [...servers].reverse()) {
      // Who is measured next would write among the leftovers of who came before.
      if (!reads) await askDatabase(adminUrl, 'vacuum');
      windows.get(server.name)!.push(await load.run(job(server, pace.windowMs)));
    }
  return servers.map((server) => summarise(name, server.name, windows));
}

function isRead(name: string): name is ReadName {
  return (READS as readonly string[]).includes(name);
}
