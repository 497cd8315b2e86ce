import { setTimeout as pause } from 'node:timers/promises';
import { type Shape, STANDARD_SHAPE } from '../data/shape.ts';
import { Subscribers } from '../load/subscribers.ts';
import type { Running, Session } from '../session.ts';
import { askDatabase } from './ask-database.ts';
import { measureWorkload, type Pace } from './measure.ts';
import type { Measured } from './summarise.ts';
import { WORKLOADS } from './workloads.ts';

/** One point: what was measured where one thing is larger or smaller than usual. */
export interface GrowthPoint extends Pick<Measured, 'workload' | 'server' | 'rps' | 'p50Ms' | 'p99Ms' | 'cpuUs'> {
  readonly axis: 'cases' | 'helperBytes' | 'versions';
  readonly at: number;
}

/** What the database was asked by sockets that nothing happened to. */
export interface IdlePoint {
  readonly sockets: number;
  readonly transactionsPerMinute: number;
}

export interface Growth {
  readonly points: readonly GrowthPoint[];
  readonly idle: readonly IdlePoint[];
}

const SMALL: Shape = { ...STANDARD_SHAPE, cases: 500 };
const AXES: readonly { readonly axis: GrowthPoint['axis']; readonly shapes: readonly Shape[] }[] = [
  { axis: 'cases', shapes: [500, 5_000, 50_000].map((cases) => ({ ...STANDARD_SHAPE, cases })) },
  { axis: 'helperBytes', shapes: [20_000, 200_000, 1_000_000].map((helperBytes) => ({ ...SMALL, helperBytes })) },
  { axis: 'versions', shapes: [1, 30, 300].map((versions) => ({ ...SMALL, versions })) },
];
/** The floor tells which part of a slope is the database's own. */
const SERVERS = ['casegraph', 'floor'] as const;
/** Few enough for answers of a megabyte each to be compared. */
const READ_CASES = 200;
const SOCKETS = [0, 100, 1_000];
const IDLE_MS = 30_000;

/** The workloads at every shape, one after another, and what sockets cost that only wait. */
export async function measureGrowth(session: Session, pace: Pace, tell: (message: string) => void): Promise<Growth> {
  const points: GrowthPoint[] = [];
  for (const { axis, shapes } of AXES)
    for (const shape of shapes) {
      tell(`${axis}: ${shape[axis]}`);
      const found = await session.withServers(SERVERS, { shape, readCases: READ_CASES }, (running) =>
        measureAll(running, { ...pace, rounds: 1 }),
      );
      for (const { workload, server, rps, p50Ms, p99Ms, cpuUs } of found)
        points.push({ axis, at: shape[axis], workload, server, rps, p50Ms, p99Ms, cpuUs });
    }
  tell('sockets that only wait');
  const idle = await session.withServers(['casegraph'], { shape: SMALL, readCases: READ_CASES }, measureIdle);
  return { points, idle };
}

async function measureAll({ servers, sample, load, adminUrl }: Running, pace: Pace): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const workload of WORKLOADS)
    measured.push(...(await measureWorkload(servers, workload, { sample, load, adminUrl, pace })));
  return measured;
}

async function measureIdle({ servers, sample, adminUrl }: Running): Promise<IdlePoint[]> {
  const { caseId, version } = sample.targets[0]!;
  const points: IdlePoint[] = [];
  for (const sockets of SOCKETS) {
    const open = { port: servers[0]!.port, tokens: sample.tokens, sockets, caseId, afterVersion: version };
    const subscribers = sockets > 0 ? await Subscribers.open(open) : null;
    // Statistics reach the view some seconds after the transactions they tell of.
    await pause(IDLE_MS / 3);
    const before = await transactions(adminUrl);
    await pause(IDLE_MS);
    // The question itself is one.
    const asked = (await transactions(adminUrl)) - before - 1;
    points.push({ sockets, transactionsPerMinute: Math.round((asked * 60_000) / IDLE_MS) });
    subscribers?.close();
  }
  return points;
}

async function transactions(url: string): Promise<number> {
  const [row] = await askDatabase<{ count: string }>(
    url,
    'select xact_commit + xact_rollback as count from pg_stat_database where datname = current_database()',
  );
  return Number(row!.count);
}
