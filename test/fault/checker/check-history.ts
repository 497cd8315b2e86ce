import type { FinalState, HistoryEvent } from '../history.ts';
import { FinalIndex } from './final-index.ts';
import { Findings, type Violation } from './findings.ts';
import { judgeLog } from './judge-log.ts';
import { judgeWrites } from './judge-writes.ts';
import { valueAt } from './multimap.ts';
import { Subscriber } from './subscriber.ts';
import { Writes } from './writes.ts';

/** What a run came to, in numbers. */
export interface Counts {
  readonly acked: number;
  readonly refused: number;
  readonly unknown: number;
  /** Events received, those received again included. */
  readonly deliveries: number;
  /** Received again over another connection: what a subscriber drops by its position. */
  readonly duplicatesOnWire: number;
  readonly resyncs: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly disordered: number;
}

export interface Judgement {
  readonly violations: readonly Violation[];
  readonly counts: Counts;
}

/**
 * Judges a history against what the database holds at the end. The history is read once, in order, and not kept: what
 * stays is a record a write and the marks of each subscriber's connection.
 *
 * @throws Error for what is no history: a write that ends without a beginning, or twice
 */
export function judgeHistory(events: Iterable<HistoryEvent>, final: FinalState): Judgement {
  const index = new FinalIndex(final);
  const findings = new Findings();
  const writes = new Writes();
  const subscribers = new Map<number, Subscriber>();
  for (const event of events) {
    if ('op' in event) writes.take(event);
    else if ('sub' in event) {
      valueAt(subscribers, event.sub, () => new Subscriber(event.sub, index, findings)).take(event);
    }
  }
  for (const subscriber of subscribers.values()) subscriber.close();
  judgeWrites(writes, index, findings);
  judgeLog(index, findings);
  const sum = (of: keyof Subscriber['counts']) =>
    [...subscribers.values()].reduce((total, { counts }) => total + counts[of], 0);
  return {
    violations: findings.list(),
    counts: {
      ...writes.counts,
      deliveries: sum('deliveries'),
      duplicatesOnWire: sum('duplicatesOnWire'),
      resyncs: sum('resyncs'),
      lost: findings.harmed('lost'),
      duplicated: findings.harmed('duplicated'),
      disordered: findings.harmed('disordered'),
    },
  };
}
