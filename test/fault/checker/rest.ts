import { Findings, type Violation } from './findings.ts';

/** What a server process holds, counted by name: sockets, subscriptions, waiters, leased connections. */
export interface Resources {
  readonly process: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly rssBytes: number;
}

/** What a process may have grown by over a row: caches fill, heaps breathe. */
const MAX_GROWTH_BYTES = 80 * 1024 ** 2;

/** Judges that a process at rest holds exactly what it held before, and little more memory. */
export function judgeRest(before: Resources, after: Resources): Violation[] {
  const findings = new Findings();
  const names = new Set([...Object.keys(before.counts), ...Object.keys(after.counts)]);
  for (const name of names) {
    const [was, is] = [before.counts[name] ?? 0, after.counts[name] ?? 0];
    if (was !== is) findings.add('notAtRest', `${after.process}: ${name} was ${was} and is ${is}`, Math.abs(is - was));
  }
  const grownBytes = after.rssBytes - before.rssBytes;
  if (grownBytes > MAX_GROWTH_BYTES)
    findings.add('notAtRest', `${after.process}: memory has grown by ${Math.round(grownBytes / 1024 ** 2)} MB`);
  return findings.list();
}

/** Slope of a line laid through the readings by least squares, in bytes a minute; 0 for fewer than two moments. */
export function growthPerMinute(readings: readonly { readonly at: number; readonly rssBytes: number }[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const meanAt = mean(readings.map(({ at }) => at));
  const meanBytes = mean(readings.map(({ rssBytes }) => rssBytes));
  let [together, spread] = [0, 0];
  for (const { at, rssBytes } of readings) {
    together += (at - meanAt) * (rssBytes - meanBytes);
    spread += (at - meanAt) ** 2;
  }
  return spread === 0 ? 0 : (together / spread) * 60_000;
}
