import type { HistoryEvent } from '../history.ts';
import type { RowRun } from '../row-run.ts';

interface Window {
  readonly from: number;
  readonly to: number;
}

const PROMPT_MS = 2_000;

/** As quickly as within 2 seconds, or twice as slowly as before the first fault on a machine that is busy: 99 of 100. */
export function requirePrompt(run: RowRun, claim: string, lags: readonly number[]): void {
  const usual = percentile99(lagsWithin(run, { from: 0, to: run.recorder.faults[0]!.beginAt }));
  const seen = percentile99(lags);
  run.require(
    `${claim} (99 of 100)`,
    lags.length > 0 && seen <= Math.max(PROMPT_MS, 2 * usual),
    `${lags.length} deliveries, ${seen} ms; ${usual} ms before`,
  );
}

function percentile99(ascending: readonly number[]): number {
  return ascending[Math.floor(0.99 * ascending.length)] ?? 0;
}

/** Ascending milliseconds from recording to first delivery, of what came to those who read at once, within a window of time. */
export function lagsWithin(run: RowRun, window: Window, isWanted: (orgId: string) => boolean = () => true): number[] {
  const slow = new Set(run.load.subscribers.filter(({ parts }) => parts.slow).map(({ sub }) => sub));
  const orgs = new Map<number, string>();
  const newest = new Map<number, number>();
  const lags: number[] = [];
  for (const event of run.history()) {
    if (event.type === 'opened') orgs.set(event.sub, event.orgId);
    if (event.type !== 'received' || event.recordedAt === null || !isNew(event, newest)) continue;
    const isInTime = event.at >= window.from && event.at < window.to;
    if (isInTime && !slow.has(event.sub) && isWanted(orgs.get(event.sub)!)) lags.push(event.at - event.recordedAt);
  }
  return lags.sort((a, b) => a - b);
}

function isNew({ sub, seq }: Extract<HistoryEvent, { type: 'received' }>, newest: Map<number, number>): boolean {
  if (seq <= (newest.get(sub) ?? -1)) return false;
  newest.set(sub, seq);
  return true;
}
