import type { HistoryEvent } from '../history.ts';
import { Findings, type Violation } from './findings.ts';

/** A fault that was injected, and how long after its end everything must be well again. */
export interface FaultWindow {
  readonly name: string;
  readonly beganAt: number;
  readonly endedAt: number;
  readonly allowedMs: number;
}

/** Something that is not well: a change that came late, a write that failed. */
export interface Trouble {
  readonly at: number;
  readonly what: string;
}

export interface Recovery {
  readonly fault: FaultWindow;
  /** From the end of the fault to the last trouble before the next one; 0 when there was none. */
  readonly tookMs: number;
}

/** What a change may take from being recorded to being delivered, when nothing is wrong. */
const LATE_AFTER_MS = 2_000;

/**
 * Changes that came late, the first time they came, and writes given up, in the order of the history. Subscribers who read
 * slowly on purpose are left out by `except`.
 */
export function* readTroubles(
  events: Iterable<HistoryEvent>,
  except: ReadonlySet<number> = new Set(),
): Generator<Trouble> {
  const newest = new Map<number, number>();
  for (const event of events) {
    if (event.type === 'unknown') yield { at: event.at, what: `write ${event.op} given up: ${event.reason}` };
    else if (event.type === 'resync') newest.set(event.sub, event.seq);
    else if (event.type === 'received' && event.recordedAt !== null && !except.has(event.sub)) {
      if (event.seq <= (newest.get(event.sub) ?? -1)) continue;
      newest.set(event.sub, event.seq);
      const lateMs = event.at - event.recordedAt;
      if (lateMs >= LATE_AFTER_MS)
        yield { at: event.at, what: `subscriber ${event.sub} got position ${event.seq} after ${lateMs} ms` };
    }
  }
}

/**
 * Judges that after each fault trouble ends in time. What comes while a fault lasts is the fault's; what comes after belongs
 * to the fault that ended last. Trouble before the first fault is nobody's excuse: it is a violation.
 */
export function judgeRecovery(
  faults: readonly FaultWindow[],
  troubles: Iterable<Trouble>,
): { readonly violations: readonly Violation[]; readonly recoveries: readonly Recovery[] } {
  const findings = new Findings();
  const tookMs = new Map<FaultWindow, number>();
  for (const { at, what } of troubles) {
    if (faults.some(({ beganAt, endedAt }) => beganAt <= at && at <= endedAt)) continue;
    const past = faults.filter(({ endedAt }) => endedAt < at);
    const cause = past.reduce<FaultWindow | null>(
      (last, one) => (last && last.endedAt > one.endedAt ? last : one),
      null,
    );
    if (!cause) {
      findings.add('notRecovered', `${what}, before any fault`);
      continue;
    }
    const sinceMs = at - cause.endedAt;
    tookMs.set(cause, Math.max(tookMs.get(cause) ?? 0, sinceMs));
    if (sinceMs > cause.allowedMs)
      findings.add('notRecovered', `${what}, ${sinceMs} ms after ${cause.name} ended; ${cause.allowedMs} are allowed`);
  }
  return {
    violations: findings.list(),
    recoveries: faults.map((fault) => ({ fault, tookMs: tookMs.get(fault) ?? 0 })),
  };
}
