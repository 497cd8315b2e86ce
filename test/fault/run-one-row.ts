import { mkdirSync, rmSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findStuckSessions, type Holdings, readHoldings, readMemory } from './baseline.ts';
import { judgeHistory } from './checker/check-history.ts';
import type { Violation } from './checker/findings.ts';
import { judgeRecovery, readTroubles, type Trouble } from './checker/recovery.ts';
import { judgeRest } from './checker/rest.ts';
import type { Cluster } from './cluster.ts';
import { readFinalState } from './final-state.ts';
import { Load } from './load/load.ts';
import { BASE_LOAD, type LoadShape, SMALL_LOAD } from './load/load-shape.ts';
import { openOffices } from './office.ts';
import { Random } from './random.ts';
import { isInternal, Recorder, readHistory } from './recorder.ts';
import { comeToRest } from './rest.ts';
import type { RowResult } from './results.ts';
import type { Row } from './row.ts';
import { RowRun } from './row-run.ts';
import { type FaultSystem, startSystem } from './system.ts';

export interface RowOptions {
  readonly cluster: Cluster;
  /** Where the row keeps its history and the servers' logs while it runs, and after it when it fails. */
  readonly folder: string;
  readonly seed: number;
  readonly scale: number;
  readonly smoke: boolean;
  /** Told when the system exists, so that an interrupted run can stop it. */
  readonly onSystem: (system: FaultSystem | null) => void;
  readonly say: (line: string) => void;
}

const SAMPLE_EVERY_MS = 5_000;
const WARM_UP_S = 6;
const SMOKE_WARM_UP_S = 3;
const BREATH_MS = 1_500;
const RECOVER_WITHIN_MS = 10_000;

/** Runs a row from an empty database to its result. */
export async function runRow(row: Row, options: RowOptions): Promise<RowResult> {
  const folder = join(options.folder, row.id);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const random = new Random(options.seed);
  const shape: LoadShape = { ...(options.smoke ? SMALL_LOAD : BASE_LOAD), ...row.load };
  const system = await startSystem({ cluster: options.cluster, folder, random: random.fork(1), env: row.env ?? {} });
  options.onSystem(system);
  const recorder = new Recorder(join(folder, 'history.jsonl'));
  let users: Load | null = null;
  const sampling = setInterval(() => sample(system, recorder), SAMPLE_EVERY_MS);
  try {
    const offices = await openOffices(system.query, shape.offices, shape.casesEach);
    const load = new Load({ system, recorder, random: random.fork(2), offices, shape });
    users = load;
    const run = new RowRun(row.id, options.scale, system, load, offices, recorder, random.fork(3));
    await load.start();
    load.startWriting();
    await pause((options.smoke ? SMOKE_WARM_UP_S : WARM_UP_S) * 1000);
    const warm = await Promise.all(system.servers.map(readMemory));
    // Collecting the garbage stopped the servers for a moment.
    await pause(BREATH_MS);
    const beganAt = Date.now();
    await row.inject(run);
    const seconds = (Date.now() - beganAt) / 1000;
    await load.stopWriting();
    if (!(await comeToRest(system, load.subscribers))) options.say('  not all subscribers came to the end in time');
    await row.judge?.(run);
    await load.stopSubscribers();
    judgeServers(run, await findStuckSessions(system));
    // Clients of HTTP keep connections for the next request, which does not come.
    for (const link of system.links.clients) link.reset();
    const rest = await Promise.all(
      warm.map(async (before, instance) => judgeServer(before, await readHoldings(system.servers[instance]!, offices))),
    );
    recorder.close();
    options.say('  judging');
    const final = await readFinalState(system.query);
    const { violations, counts } = judgeHistory(run.judged(readHistory(recorder.path)), final);
    const recovery = judgeRecoveryOf(row, recorder, load, beganAt);
    const all = [
      ...load.complaints.map((one) => ({ ...one, count: 1 })),
      ...violations,
      ...rest.flat(),
      ...recovery.violations,
    ];
    return {
      row: row.id,
      title: row.title,
      seed: options.seed,
      scale: options.scale,
      machine: `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 1024 ** 3)} GB, Node ${process.version}`,
      seconds: Math.round(seconds),
      injections: run.injections,
      ...counts,
      deliveries: counts.deliveries + run.deliveries,
      recoveryMs: recovery.longestMs,
      saveMs: percentilesOf(recorder.saveMs),
      lagMs: percentilesOf(recorder.lagMs),
      violations: all.map(({ invariant, message, count }) => ({ invariant, message, count })),
      criteria: run.criteria,
      verdict: all.length === 0 && run.criteria.every(({ held }) => held) ? 'held' : 'failed',
    };
  } finally {
    clearInterval(sampling);
    users?.abandon();
    await system.stop();
    options.onSystem(null);
  }
}

function sample(system: FaultSystem, recorder: Recorder): void {
  for (const server of system.servers)
    if (server.rssBytes !== null)
      recorder.write({ type: 'sample', at: Date.now(), process: server.name, rssBytes: server.rssBytes });
}

function judgeServer(before: Holdings | null, after: Holdings | null): Violation[] {
  if (!before || !after) return [];
  // Of another start the memory says nothing: what it must not hold is held against nothing at all.
  const isSame = before.starts === after.starts;
  return judgeRest({ ...before, counts: {}, rssBytes: isSame ? before.rssBytes : after.rssBytes }, after);
}

/** What holds in every row: no server ends by itself, and no session keeps its transaction. */
function judgeServers(run: RowRun, stuck: readonly string[]): void {
  const crashes = run.system.servers.flatMap((server) => server.crashes);
  run.require('no server ended by itself', crashes.length === 0, crashes.join('; ') || 'none');
  run.require('no transaction was left open', stuck.length === 0, stuck.join('; ') || 'none');
  const { failures, counts } = run.recorder;
  const internal = failures.filter(({ code }) => isInternal(code)).length;
  run.require('no answer was an internal error', internal === 0, `${internal}`);
  const broken = counts.brokenSubscriptions;
  run.require('no subscription ended with an internal error', broken === 0, `${broken}`);
}

/** Of what went wrong since `from`: how it is when a system warms up is no row's business. */
function judgeRecoveryOf(row: Row, recorder: Recorder, load: Load, from: number) {
  const slow = new Set(load.subscribers.filter(({ parts }) => parts.slow).map(({ sub }) => sub));
  const faults = recorder.faults.map(({ name, beginAt, endAt }) => ({
    name,
    beganAt: beginAt,
    endedAt: endAt,
    allowedMs: row.recoverWithinMs ?? RECOVER_WITHIN_MS,
  }));
  const failed = recorder.failures.map(
    ({ at, code, instance }): Trouble => ({ at, what: `an attempt at server ${instance} failed with ${code}` }),
  );
  const troubles = [...readTroubles(readHistory(recorder.path), slow), ...failed].filter(({ at }) => at >= from);
  const { violations, recoveries } = judgeRecovery(faults, troubles);
  const longestMs = recoveries.length === 0 ? null : Math.max(...recoveries.map(({ tookMs }) => tookMs));
  return { violations, longestMs };
}

function percentilesOf(series: Recorder['saveMs']) {
  return { p50: series.percentile(0.5), p99: series.percentile(0.99) };
}
