import { setTimeout as pause } from 'node:timers/promises';
import type { Sample } from '../data/sample.ts';
import { CaseSaver } from '../load/case-saver.ts';
import { Subscribers } from '../load/subscribers.ts';
import type { ServerProcess } from '../server-process.ts';
import { askDatabase } from './ask-database.ts';
import type { Pace } from './measure.ts';
import { median, percentile } from './percentiles.ts';
import { cpuUsOf } from './process-usage.ts';
import type { Measured } from './summarise.ts';
import { CONNECTED, IDLE, type OwnWorkload, SUBSCRIBERS } from './workloads.ts';

const SOCKETS = 1_000;
/** After its start, and after the sockets are there, the server is let alone for so long. */
const SETTLE_MS = 5_000;
const STEADY_SAVES_PER_S = 5;
/** The steady window is so many times as long as others: a save is one sample, however many hear of it. */
const STEADY_WINDOWS = 5;
/** Of a burst. They wait for each other at the row of the case, each with a connection to the database in hand. */
const SAVES_IN_FLIGHT = 4;

export interface SubscribersParts {
  /** casegraph, just started, with nothing asked of it yet: what it holds is then what the sockets come to. */
  readonly server: ServerProcess;
  readonly adminUrl: string;
  readonly sample: Sample;
  readonly pace: Pace;
}

/**
 * Measures casegraph alone, since no other server has such subscriptions: at rest, and with sockets that are all to be
 * sent every version of one case. Two rates of saves tell two things. The steady one, how long a version takes to the
 * clients. The burst, of as many saves as are answered, how many events can be sent: those of its saves, divided by the
 * time until the last has arrived everywhere. The saves take their share of the processor in both. As other windows of
 * writes, each begins with a vacuumed database.
 */
export async function measureSubscribers(parts: SubscribersParts): Promise<Measured[]> {
  const { server, sample, pace } = parts;
  const target = sample.targets[0]!;
  await pause(SETTLE_MS);
  const idle = rowOf(server, IDLE);
  const versions = await readSavedAt(parts.adminUrl, target.caseId);
  const subscribers = await Subscribers.open({
    port: server.port,
    tokens: sample.tokens,
    sockets: SOCKETS,
    caseId: target.caseId,
    afterVersion: versions.length,
  });
  try {
    await pause(SETTLE_MS);
    const connected = rowOf(server, CONNECTED);
    await measureSteady(parts, subscribers, pace.warmUpMs);
    const latency = await measureSteady(parts, subscribers, STEADY_WINDOWS * pace.windowMs);
    const bursts: Burst[] = [];
    for (let round = 0; round < pace.rounds; round++) bursts.push(await measureBurst(parts, subscribers));
    return [idle, connected, { ...rowOf(server, SUBSCRIBERS), ...latency, ...middleOf(bursts) }];
  } finally {
    subscribers.close();
  }
}

async function measureSteady({ server, adminUrl, sample }: SubscribersParts, subscribers: Subscribers, ms: number) {
  const target = sample.targets[0]!;
  await askDatabase(adminUrl, 'vacuum');
  const saver = await CaseSaver.open(server.port, sample.tokens, 1, target);
  try {
    await saver.saveSteadily(ms, STEADY_SAVES_PER_S);
    const { byVersion } = await subscribers.collect(saver.version);
    return latencyOf(byVersion, await readSavedAt(adminUrl, target.caseId));
  } finally {
    saver.close();
  }
}

interface Burst {
  readonly rps: number;
  readonly cpuUs: number | null;
}

async function measureBurst(parts: SubscribersParts, subscribers: Subscribers): Promise<Burst> {
  const { server, adminUrl, sample, pace } = parts;
  await askDatabase(adminUrl, 'vacuum');
  const saver = await CaseSaver.open(server.port, sample.tokens, SAVES_IN_FLIGHT, sample.targets[0]!);
  try {
    const before = cpuUsOf(server.pid);
    const from = Date.now();
    await saver.saveFor(pace.windowMs);
    const { byVersion, lastAt } = await subscribers.collect(saver.version);
    const after = cpuUsOf(server.pid);
    const events = byVersion.size * SOCKETS;
    return {
      rps: (events * 1000) / (lastAt - from),
      cpuUs: before === null || after === null ? null : (after - before) / events,
    };
  } finally {
    saver.close();
  }
}

function middleOf(bursts: readonly Burst[]): Burst {
  const cpuUs = bursts.map((burst) => burst.cpuUs);
  return {
    rps: median(bursts.map(({ rps }) => rps)),
    cpuUs: cpuUs.includes(null) ? null : median(cpuUs as number[]),
  };
}

function latencyOf(byVersion: ReadonlyMap<number, Float64Array>, savedAt: readonly number[]) {
  const latencies = [...byVersion].flatMap(([version, times]) => Array.from(times, (at) => at - savedAt[version - 1]!));
  const sorted = Float64Array.from(latencies).sort();
  return { p50Ms: percentile(sorted, 0.5), p99Ms: percentile(sorted, 0.99) };
}

/** What the server holds now, and nothing else. */
function rowOf({ name: server, rssMb }: ServerProcess, { name: workload }: OwnWorkload): Measured {
  const nothing = { rps: null, p50Ms: null, p99Ms: null, cpuUs: null, vsPostgraphile: null, vsFloor: null };
  return { workload, server, ...nothing, rssMb };
}

/**
 * When each version was saved, the first at 0, in milliseconds by the database's clock: that of the same machine. It is
 * set while the row is written, so the commit itself is within what is measured.
 */
async function readSavedAt(url: string, caseId: string): Promise<number[]> {
  const rows = await askDatabase<{ savedAt: Date }>(
    url,
    'select saved_at as "savedAt" from public.case_helper where case_id = $1 order by version',
    [caseId],
  );
  return rows.map(({ savedAt }) => savedAt.getTime());
}
