import type { HistoryEvent } from '../history.ts';

/**
 * The history as it is for who comes after a restore: of the writes before it those whose keys are still there, and of the
 * subscribers their connections since. A write and its key are one transaction, so what has lost its key has not happened.
 */
export function* judgeAfterRestore(
  events: Iterable<HistoryEvent>,
  restoredAt: number,
  survivingKeys: ReadonlySet<string>,
): Generator<HistoryEvent> {
  const lost = new Set<number>();
  const since = new Set<string>();
  for (const event of events) {
    if ('op' in event) {
      if (event.type === 'invoke' && event.at < restoredAt && !survivingKeys.has(event.key!)) lost.add(event.op);
      if (!lost.has(event.op)) yield event;
    } else if ('connection' in event) {
      const connection = `${event.sub} ${event.connection}`;
      if (event.type === 'opened' && event.at >= restoredAt) since.add(connection);
      if (since.has(connection)) yield event;
    } else yield event;
  }
}
