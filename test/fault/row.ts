import type { LoadShape } from './load/load-shape.ts';
import type { RowRun } from './row-run.ts';

/** One line of the matrix: what is done to the running system, and what must hold beside the invariants. */
export interface Row {
  /** As F07. */
  readonly id: string;
  /** What happens, in a few plain words. */
  readonly title: string;
  /** What a reader should know of it: what is done how often, and what must hold. Sentences. */
  readonly about: string;
  /** What differs from the base load. */
  readonly load?: Partial<LoadShape>;
  /** Variables of the servers that differ, as DATABASE_POOL_MAX. */
  readonly env?: Readonly<Record<string, string>>;
  /** How long after a fault's end lag and errors may last; 10,000 unless said otherwise. */
  readonly recoverWithinMs?: number;
  /** The smoke's share of it: a fraction of the row's times and repetitions. Rows without it are not in the smoke. */
  readonly smoke?: number;
  /** Runs while the load runs; resolves when its faults are over and a last moment of calm has passed. */
  inject(run: RowRun): Promise<void>;
  /** Looks at what was recorded when everything has come to rest, and says what must hold besides. */
  judge?(run: RowRun): void | Promise<void>;
}
