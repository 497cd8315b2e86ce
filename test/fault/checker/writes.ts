import type { WriteEvent } from '../history.ts';
import type { Findings } from './findings.ts';

type Invoked = Extract<WriteEvent, { type: 'invoke' }>;
type Ended = Exclude<WriteEvent, { type: 'invoke' }>;

/** A write as the history tells it; one that never ended is as good as unknown. */
export interface Write extends Invoked {
  end: Ended | null;
}

/** The writes of a history by their numbers, and how they ended. */
export class Writes {
  readonly #writes = new Map<number, Write>();
  readonly #counts = { acknowledged: 0, refused: 0 };

  take(event: WriteEvent): void {
    if (event.type === 'invoke') {
      if (this.#writes.has(event.op))
        throw new Error(`the history invokes write ${event.op} twice; numbers are unique in a run`);
      this.#writes.set(event.op, { ...event, end: null });
      return;
    }
    const write = this.#writes.get(event.op);
    if (!write) throw new Error(`the history ends write ${event.op}, which it never invoked`);
    if (write.end) throw new Error(`the history ends write ${event.op} twice`);
    write.end = event;
    if (event.type !== 'unknown') this.#counts[event.type]++;
  }

  get all(): Iterable<Write> {
    return this.#writes.values();
  }

  get counts(): { readonly acked: number; readonly refused: number; readonly unknown: number } {
    const { acknowledged, refused } = this.#counts;
    return { acked: acknowledged, refused, unknown: this.#writes.size - acknowledged - refused };
  }
}

/** What became of a write, as its caller was told. */
export function fateOf({ end }: Write): 'written' | 'unchanged' | 'refused' | 'unknown' {
  if (end?.type === 'acknowledged') return end.outcome === 'UNCHANGED' ? 'unchanged' : 'written';
  return end?.type ?? 'unknown';
}

/** The version an acknowledged write was told; null where it was told none. */
export function versionOf({ end }: Write): number | null {
  return end?.type === 'acknowledged' ? end.version : null;
}

export function describeWrite({ op, kind, caseId }: Write): string {
  return `${kind} ${op} of case ${caseId}`;
}

/** A write that was not merged follows the version it expected at once; a merged one comes somewhere after it. */
export function judgeExpectation(write: Write, findings: Findings): void {
  const { expectedVersion, end } = write;
  if (expectedVersion === null || end?.type !== 'acknowledged' || end.outcome === 'UNCHANGED') return;
  const version = versionOf(write) ?? 0;
  if (end.outcome === 'MERGED' ? version <= expectedVersion : version !== expectedVersion + 1)
    findings.add(
      'expectationMissed',
      `${describeWrite(write)}, expected ${expectedVersion}, told ${end.outcome} as version ${version}`,
    );
}
