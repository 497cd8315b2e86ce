import type { Growth, GrowthPoint } from '../measure/growth.ts';
import { WORKLOADS } from '../measure/workloads.ts';
import { alignColumns } from './table.ts';

const TITLES: Record<GrowthPoint['axis'], string> = {
  cases: 'Cases in the database',
  helperBytes: 'Bytes of a helper',
  versions: 'Versions of the cases that are saved to',
};

/** Calls a second of each workload as one thing grows, casegraph's beside the floor's. */
export function growthTable({ points, idle }: Growth): string {
  const blocks = (Object.keys(TITLES) as GrowthPoint['axis'][]).map((axis) => {
    const own = points.filter((point) => point.axis === axis);
    const places = [...new Set(own.map(({ at }) => at))];
    const rows = WORKLOADS.flatMap(({ name }) =>
      [...new Set(own.map(({ server }) => server))].map((server) => [
        `${name}, ${server}`,
        ...places.map((at) => cell(own.find((p) => p.at === at && p.workload === name && p.server === server))),
      ]),
    );
    return `${TITLES[axis]} (calls a second, median time)\n${alignColumns([['', ...places.map(String)], ...rows])}`;
  });
  const waiting = idle.map(({ sockets, transactionsPerMinute }) => [`${sockets}`, `${transactionsPerMinute}`]);
  return [
    ...blocks,
    `Sockets that only wait\n${alignColumns([['sockets', 'transactions a minute'], ...waiting])}`,
  ].join('\n\n');
}

function cell(point: GrowthPoint | undefined): string {
  if (point?.rps == null || point.p50Ms === null) return '';
  return `${point.rps.toFixed(0)} (${point.p50Ms.toFixed(1)} ms)`;
}
