import { setTimeout as pause } from 'node:timers/promises';
import type { HistoryEvent } from './history.ts';
import type { Load } from './load/load.ts';
import type { Office } from './office.ts';
import type { Random } from './random.ts';
import { type Recorder, readHistory } from './recorder.ts';
import type { FaultSystem } from './system.ts';

/** Something that must hold in a row beside the invariants, and what was seen. */
export interface Criterion {
  readonly claim: string;
  readonly saw: string;
  readonly held: boolean;
  /** It is about how long something takes, which is the machine's as much as ours. */
  readonly pace?: boolean;
}

/** What a row's functions are given. */
export class RowRun {
  readonly criteria: Criterion[] = [];
  readonly beganAt = Date.now();
  /** Deliveries to clients that write no history, counted by the row itself. */
  deliveries = 0;
  /** What of the history is judged against the final state: all of it, unless a row takes back what was acknowledged. */
  judged: (events: Iterable<HistoryEvent>) => Iterable<HistoryEvent> = (events) => events;
  /** Faults that were not done through `fault`, as answers cut off one by one. */
  #uncounted = 0;

  /** @param scale multiplies times and repetitions: 1 as described, less for a quick look */
  constructor(
    readonly row: string,
    readonly scale: number,
    readonly system: FaultSystem,
    readonly load: Load,
    readonly offices: readonly Office[],
    readonly recorder: Recorder,
    readonly random: Random,
  ) {}

  /** Lets the load run on. Scaled, so for the length of things, not for what the server takes to notice them. */
  async calm(seconds: number): Promise<void> {
    await pause(seconds * 1000 * this.scale);
  }

  /** As `calm`, not scaled. */
  async wait(seconds: number): Promise<void> {
    await pause(seconds * 1000);
  }

  /** One fault, from the beginning of `act` to its end: the time it is given to pass begins there. */
  async fault(name: string, act: () => Promise<unknown> | unknown): Promise<void> {
    const fault = { name, beginAt: Date.now(), endAt: Number.POSITIVE_INFINITY };
    this.recorder.faults.push(fault);
    this.recorder.write({ type: 'fault', at: fault.beginAt, row: this.row, name, phase: 'begin' });
    try {
      await act();
    } finally {
      fault.endAt = Date.now();
      this.recorder.write({ type: 'fault', at: fault.endAt, row: this.row, name, phase: 'end' });
    }
  }

  /** What was recorded until now. */
  history(): Iterable<HistoryEvent> {
    this.recorder.flush();
    return readHistory(this.recorder.path);
  }

  /** Scaled number of repetitions, at least one. */
  times(count: number): number {
    return Math.max(1, Math.round(count * this.scale));
  }

  /** Adds to the number of faults what a proxy did by itself within one `fault`. */
  count(injections: number): void {
    this.#uncounted += injections;
  }

  get injections(): number {
    return this.recorder.faults.length + this.#uncounted;
  }

  /** Says what must hold, and whether it does. */
  require(claim: string, held: boolean, saw: string): void {
    this.criteria.push({ claim, held, saw });
  }

  /** As `require`, of how long something takes: a smoke shows it and judges nothing by it. */
  requirePace(claim: string, held: boolean, saw: string): void {
    this.criteria.push({ claim, held, saw, pace: true });
  }
}
