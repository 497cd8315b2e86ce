import type { Measured } from '../measure/summarise.ts';
import { CONNECTED, IDLE, type OwnWorkload, SUBSCRIBERS, WORKLOADS, type Workload } from '../measure/workloads.ts';

const HEAD = ['server', 'req/s', 'p50 ms', 'p99 ms', 'CPU µs', 'RSS MB', '÷ PostGraphile', '÷ floor'];
const OWN_HEAD = ['server', 'events/s', 'p50 ms', 'p99 ms', 'CPU µs', 'RSS MB'];

/** The results as text, a block a workload; casegraph's with what is aimed at. */
export function resultTable(results: readonly Measured[]): string {
  const blocks = [
    ...WORKLOADS.map((workload) => ({ ...workload, head: HEAD, cells: comparedCells(workload) })),
    ...[SUBSCRIBERS, CONNECTED, IDLE].map((workload) => ({ ...workload, head: OWN_HEAD, cells: ownCells(workload) })),
  ];
  return blocks
    .map((block) => ({ ...block, rows: results.filter(({ workload }) => workload === block.name).map(block.cells) }))
    .filter(({ rows }) => rows.length > 0)
    .map(({ name, title, head, rows }) => `${title} (${name})\n${alignColumns([head, ...rows])}`)
    .join('\n\n');
}

function comparedCells({ target }: Workload) {
  return (row: Measured): string[] => {
    const isOurs = row.server === 'casegraph';
    return [
      row.server,
      fixed(row.rps, 0),
      fixed(row.p50Ms, 2),
      fixed(row.p99Ms, 2),
      fixed(row.cpuUs, 0),
      fixed(row.rssMb, 0),
      withTarget(row.vsPostgraphile, isOurs ? target.postgraphile : null),
      withTarget(row.vsFloor, isOurs ? target.floor : null),
    ];
  };
}

function ownCells({ target }: OwnWorkload) {
  return (row: Measured): string[] => [
    row.server,
    withTarget(row.rps, target.rps ?? null, 0),
    fixed(row.p50Ms, 0),
    withMost(row.p99Ms, target.p99Ms ?? null),
    fixed(row.cpuUs, 1),
    withMost(row.rssMb, target.rssMb),
  ];
}

export function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))))
    .map((cells) => `  ${cells.join('  ').trimEnd()}`)
    .join('\n');
}

function withTarget(value: number | null, target: number | null, digits = 2): string {
  if (value === null || target === null) return fixed(value, digits);
  return `${fixed(value, digits)} (${value >= target ? 'reaches' : 'misses'} ${target})`;
}

function withMost(value: number | null, target: number | null): string {
  if (value === null || target === null) return fixed(value, 0);
  return `${fixed(value, 0)} (${value <= target ? 'keeps' : 'misses'} ≤ ${target})`;
}

function fixed(value: number | null, digits: number): string {
  return value === null ? '' : value.toFixed(digits);
}
