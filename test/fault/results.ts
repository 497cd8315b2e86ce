import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Criterion } from './row-run.ts';

/** What came of one row: all that the report says of it. Times in milliseconds, memory in bytes. */
export interface RowResult {
  readonly row: string;
  readonly title: string;
  readonly seed: number;
  readonly scale: number;
  readonly machine: string;
  readonly seconds: number;
  readonly injections: number;
  readonly acked: number;
  readonly refused: number;
  readonly unknown: number;
  readonly deliveries: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly disordered: number;
  readonly duplicatesOnWire: number;
  readonly resyncs: number;
  /** The longest time a fault took to pass; null in a row without faults. */
  readonly recoveryMs: number | null;
  readonly saveMs: Percentiles;
  readonly lagMs: Percentiles;
  readonly violations: readonly { readonly invariant: string; readonly message: string; readonly count: number }[];
  readonly criteria: readonly Criterion[];
  readonly verdict: 'held' | 'failed';
}

export interface Percentiles {
  readonly p50: number | null;
  readonly p99: number | null;
}

/** Invariants about times and memory. */
const OF_PACE = ['I11', 'I12'];

/** Whether all held that does not depend on how quick and how busy the machine is. */
export function isSound({ violations, criteria }: RowResult): boolean {
  return (
    violations.every(({ invariant }) => OF_PACE.includes(invariant)) && criteria.every(({ held, pace }) => held || pace)
  );
}

export function writeResult(folder: string, result: RowResult): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${result.row}.json`), `${JSON.stringify(result, null, 2)}\n`);
}

/** Results of all rows that are there, in the order of their names. */
export function readResults(folder: string): RowResult[] {
  const names = readdirSync(folder).filter((name) => /^[FL]\d\d\.json$/.test(name));
  return names.sort().map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as RowResult);
}
