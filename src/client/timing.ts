/** All in milliseconds. */
export interface Timing {
  /** Longest wait before the first try again; it doubles from try to try. */
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
  /** How long connecting and subscribing may take together. */
  readonly subscribeWithinMs: number;
  /** A subscription that says nothing for so long is taken for dead: the server sends a heartbeat every 25 s. */
  readonly silentAfterMs: number;
  /** How long an answer over HTTP may take. */
  readonly requestWithinMs: number;
}

export const DEFAULT_TIMING: Timing = {
  retryMinMs: 1_000,
  retryMaxMs: 30_000,
  subscribeWithinMs: 15_000,
  silentAfterMs: 40_000,
  requestWithinMs: 30_000,
};

/** Random within a doubling limit, so that the clients of a server that restarts do not all come back at once. */
export function retryDelayMs(failures: number, { retryMinMs, retryMaxMs }: Timing): number {
  return Math.min(retryMaxMs, retryMinMs * 2 ** failures) * (0.2 + 0.8 * Math.random());
}

/** Over early when the signal is. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
    if (signal?.aborted) done();
  });
}
