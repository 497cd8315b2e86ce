import type { SubscribePayload } from 'graphql-ws/client';
import { CasegraphError, callbackFailed } from './casegraph-error.ts';
import type { Connection } from './connection.ts';
import { readEvents } from './read-events.ts';
import { pause, retryDelayMs, type Timing } from './timing.ts';

export interface WatchTask<Data> {
  /** What has to be there before subscribing; called before each try. */
  prepare(): Promise<void>;
  /** Asks from where the task has come to. */
  readonly payload: SubscribePayload;
  /** Called with one event after the other; answers whether the subscription has been of use, so that waits start short again. */
  handle(data: Data): Promise<boolean>;
  /** It goes on by itself. */
  lost(error: CasegraphError): void;
  /** It can't go on. */
  refused(error: CasegraphError): void;
}

/**
 * Subscribes, hands on what comes, and subscribes again whenever that breaks, until the signal is aborted or the server
 * refuses for good. Nothing is kept between tries but the task's own position, so nothing can be lost or reordered.
 */
export async function keepWatching<Data>(
  connection: Connection,
  timing: Timing,
  task: WatchTask<Data>,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      await task.prepare();
      for await (const data of readEvents<Data>(connection, task.payload, timing, signal))
        if (await task.handle(data)) failures = 0;
    } catch (cause) {
      if (signal.aborted) return;
      const error = cause instanceof CasegraphError ? cause : callbackFailed('The client', cause);
      if (!error.retryable) return task.refused(error);
      task.lost(error);
      await pause(Math.max(retryDelayMs(failures++, timing), error.retryAfterMs ?? 0), signal);
    }
  }
}
