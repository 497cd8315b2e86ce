import { expect, test } from 'vitest';
import type { WindowResult } from '../bench/load/job.ts';
import { median, percentile } from '../bench/measure/percentiles.ts';
import { type Measured, summarise } from '../bench/measure/summarise.ts';
import { resultChart } from '../bench/report/chart.ts';
import { growthTable } from '../bench/report/growth-table.ts';
import { resultTable } from '../bench/report/table.ts';

const windowOf = (requests: number, seconds = 1): WindowResult => ({
  requests,
  seconds,
  p50Ms: 1,
  p99Ms: 2,
  cpuUs: 3,
  rssMb: 4,
});

const row = (server: string, rps: number | null, more: Partial<Measured> = {}): Measured => ({
  workload: 'helper',
  server,
  rps,
  p50Ms: 1,
  p99Ms: 2,
  cpuUs: 3,
  rssMb: 4,
  vsPostgraphile: null,
  vsFloor: null,
  ...more,
});

test('a percentile is a value that was measured: of a hundred the 99th, of few the last', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  expect([0, 0.5, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([1, 50, 99, 100]);
  expect(percentile([7, 9], 0.99)).toBe(9);
  expect(percentile([], 0.5)).toBeNaN();
  expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
});

test('servers are compared within a round: a machine that is slow for one round changes no ratio', () => {
  const windows = new Map([
    ['casegraph', [windowOf(200), windowOf(20), windowOf(400, 2)]],
    ['postgraphile', [windowOf(100), windowOf(10), windowOf(200, 2)]],
    ['floor', [windowOf(400), windowOf(40), windowOf(800, 2)]],
  ]);
  expect(summarise('helper', 'casegraph', windows)).toEqual(row('casegraph', 200, { vsPostgraphile: 2, vsFloor: 0.5 }));
  windows.delete('floor');
  expect(summarise('helper', 'casegraph', windows).vsFloor).toBeNull();
  windows.set('casegraph', [{ ...windowOf(200), cpuUs: null }]);
  expect(summarise('helper', 'casegraph', windows).cpuUs).toBeNull();
});

test('the table says of casegraph alone what is reached and what is missed', () => {
  const text = resultTable([
    row('casegraph', 1000, { vsPostgraphile: 1.7, vsFloor: 0.7 }),
    row('floor', 1400, { vsPostgraphile: 1.2, vsFloor: 1 }),
    row('casegraph', 20_500, { workload: 'subscribers', p99Ms: 300 }),
  ]);
  const [ours, floor, events] = text.split('\n').filter((line) => /^ {2}(casegraph|floor)/.test(line));
  expect(ours).toMatch(/1\.70 \(misses 2\) {2,}0\.70 \(reaches 0\.6\)$/);
  expect(floor).not.toMatch(/reaches|misses/);
  expect(events).toMatch(/20500 \(reaches 20000\).*300 \(misses ≤ 250\)/);
});

test('a bar of the chart is as long as its rate, beside the longest of its workload, and names are text', () => {
  const svg = resultChart([row('casegraph', 50), row('a<b&c', 100), row('casegraph', null, { workload: 'tree20' })]);
  const widths = [...svg.matchAll(/<rect x="\d+" y="\d+" width="([\d.]+)"/g)].map(([, width]) => Number(width));
  expect(widths).toHaveLength(2);
  expect(widths[0]! / widths[1]!).toBeCloseTo(0.5, 2);
  expect(svg).toContain('a&lt;b&amp;c');
  expect(svg).not.toContain('20 cases, their invoices');
});

test('growth is a column for each size, in the order of measuring, with nothing made up for what is missing', () => {
  const point = { axis: 'cases', workload: 'save', server: 'casegraph', p50Ms: 8, p99Ms: 9, cpuUs: 1 } as const;
  const text = growthTable({
    points: [
      { ...point, at: 500, rps: 100 },
      { ...point, at: 5000, rps: 90 },
      { ...point, at: 5000, rps: 70, server: 'floor' },
    ],
    idle: [{ sockets: 1000, transactionsPerMinute: 66 }],
  });
  expect(text).toMatch(/save, casegraph {2,}100 \(8\.0 ms\) {2,}90 \(8\.0 ms\)/);
  expect(text).toMatch(/save, floor {2,}70 \(8\.0 ms\)/);
  expect(text).toMatch(/1000 {2,}66/);
});
