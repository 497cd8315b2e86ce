import type { RowRun } from '../row-run.ts';

/** Codes that tell a client to send the same again, and its own time-out. */
const RETRYABLE = new Set(['UNAVAILABLE', 'RATE_LIMITED', 'IDEMPOTENCY_IN_PROGRESS', 'TIMEOUT']);

/** No attempt may have failed in any other way. */
export function requireRetryable(run: RowRun): void {
  const counts = new Map<string, number>();
  for (const { code } of run.recorder.failures) counts.set(code, (counts.get(code) ?? 0) + 1);
  const saw = [...counts].map(([code, count]) => `${count} × ${code}`).join(', ') || 'none failed';
  const isRetryable = [...counts.keys()].every((code) => RETRYABLE.has(code));
  run.require('an attempt fails only with a code that says: try again', isRetryable, saw);
}
