import type { WorkloadName } from '../peers/peer.ts';

export interface Workload {
  readonly name: WorkloadName;
  readonly title: string;
  /** Rates of casegraph as a multiple of others' that are aimed at. */
  readonly target: { readonly postgraphile: number; readonly floor: number };
}

export const WORKLOADS: readonly Workload[] = [
  { name: 'helper', title: 'Current helper, 45 KB', target: { postgraphile: 2, floor: 0.6 } },
  { name: 'tree20', title: '20 cases, their invoices and lines', target: { postgraphile: 1.2, floor: 0.5 } },
  { name: 'case4', title: 'One case, four fields', target: { postgraphile: 1, floor: 0.5 } },
  { name: 'list50', title: 'A list of 50 cases', target: { postgraphile: 1.2, floor: 0.5 } },
  {
    name: 'save',
    title: 'Save 45 KB, expected version and idempotency key',
    target: { postgraphile: 1.5, floor: 0.6 },
  },
  { name: 'lines100', title: '100 invoice lines in one call', target: { postgraphile: 2, floor: 0.6 } },
];

/** Measured at casegraph alone, since no other server has such subscriptions; so its targets are no ratios. */
export interface OwnWorkload {
  readonly name: string;
  readonly title: string;
  /** Events a second to reach, and times and memory not to exceed. */
  readonly target: { readonly rps?: number; readonly p99Ms?: number; readonly rssMb: number };
}

export const IDLE: OwnWorkload = { name: 'idle', title: 'Nothing asked since the start', target: { rssMb: 200 } };

export const CONNECTED: OwnWorkload = {
  name: 'connected',
  title: '1,000 sockets that subscribe, before the first event',
  target: { rssMb: 400 },
};

export const SUBSCRIBERS: OwnWorkload = {
  name: 'subscribers',
  title: '1,000 subscribers of one case; times at 5 saves a second',
  target: { rps: 20_000, p99Ms: 250, rssMb: 400 },
};
