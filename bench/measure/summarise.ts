import type { WindowResult } from '../load/job.ts';
import { median } from './percentiles.ts';

export interface Measured {
  readonly workload: string;
  readonly server: string;
  /** Requests; of subscribers, events that arrived. Null where nothing was asked. */
  readonly rps: number | null;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Processor time of the server's process for one request or event; PostgreSQL's own is not in it. */
  readonly cpuUs: number | null;
  readonly rssMb: number | null;
  /** Rate as a multiple of PostGraphile's, the median over the rounds. */
  readonly vsPostgraphile: number | null;
  readonly vsFloor: number | null;
}

/** One server's row: medians of its windows, and of its ratios to two others, each taken within one round. */
export function summarise(
  workload: string,
  server: string,
  windows: ReadonlyMap<string, readonly WindowResult[]>,
): Measured {
  const own = windows.get(server)!;
  const middle = (read: (window: WindowResult) => number | null): number | null => {
    const values = own.map(read);
    return values.includes(null) ? null : median(values as number[]);
  };
  return {
    workload,
    server,
    rps: median(own.map(rateOf)),
    p50Ms: median(own.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(own.map(({ p99Ms }) => p99Ms)),
    cpuUs: middle(({ cpuUs }) => cpuUs),
    rssMb: middle(({ rssMb }) => rssMb),
    vsPostgraphile: ratioOf(own, windows.get('postgraphile')),
    vsFloor: ratioOf(own, windows.get('floor')),
  };
}

/** The median over the rounds of the ratio within each. */
function ratioOf(own: readonly WindowResult[], other: readonly WindowResult[] | undefined): number | null {
  return other ? median(own.map((window, round) => rateOf(window) / rateOf(other[round]!))) : null;
}

function rateOf({ requests, seconds }: WindowResult): number {
  return requests / seconds;
}
