import type { Measured } from '../measure/measure.ts';
import { WORKLOADS } from '../measure/workloads.ts';

const HEAD = ['server', 'req/s', 'p50 ms', 'p99 ms', 'CPU µs', 'RSS MB', '÷ PostGraphile', '÷ floor'];

/** The results as text, a block a workload; casegraph's ratios with what is aimed at. */
export function resultTable(results: readonly Measured[]): string {
  return WORKLOADS.filter(({ name }) => results.some(({ workload }) => workload === name))
    .map(({ name, title, target }) => {
      const rows = results
        .filter(({ workload }) => workload === name)
        .map((row) => {
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
        });
      return `${title} (${name})\n${alignColumns([HEAD, ...rows])}`;
    })
    .join('\n\n');
}

export function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))))
    .map((cells) => `  ${cells.join('  ').trimEnd()}`)
    .join('\n');
}

function withTarget(ratio: number | null, target: number | null): string {
  if (ratio === null) return '';
  if (target === null) return fixed(ratio, 2);
  return `${fixed(ratio, 2)} (${ratio >= target ? 'reaches' : 'misses'} ${target})`;
}

function fixed(value: number | null, digits: number): string {
  return value === null ? '' : value.toFixed(digits);
}
