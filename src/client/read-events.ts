import type { SubscribePayload } from 'graphql-ws/client';
import { CasegraphError } from './casegraph-error.ts';
import type { Connection } from './connection.ts';
import type { Timing } from './timing.ts';

/** A reader who is this far behind is given what there is, and subscribes again from where he then is. */
const MAX_QUEUED = 250;

/**
 * What a subscription sends, one after the other. Returns when the reader fell behind or the signal is aborted.
 * @throws CasegraphError when the subscription broke, was refused, or fell silent
 */
export async function* readEvents<Data>(
  connection: Connection,
  payload: SubscribePayload,
  { subscribeWithinMs, silentAfterMs }: Timing,
  signal: AbortSignal,
): AsyncGenerator<Data, void> {
  const queue: Data[] = [];
  let failure: CasegraphError | null = null;
  let over = signal.aborted;
  let wake = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = (error: CasegraphError | null) => {
    if (over) return;
    over = true;
    failure = error;
    clearTimeout(timer);
    wake();
  };
  const expectWithin = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      end(new CasegraphError('NETWORK', `Nothing was heard from the server for ${ms} ms.`));
      connection.drop();
    }, ms);
  };
  const abort = () => end(null);

  expectWithin(subscribeWithinMs);
  const stop = connection.subscribe(payload, {
    next: (data) => {
      if (over) return;
      expectWithin(silentAfterMs);
      queue.push(data as Data);
      if (queue.length >= MAX_QUEUED) {
        stop();
        end(null);
      } else wake();
    },
    end,
  });
  signal.addEventListener('abort', abort, { once: true });
  try {
    for (;;) {
      for (let data = queue.shift(); data !== undefined && !signal.aborted; data = queue.shift()) yield data;
      if (failure) throw failure;
      if (over) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    end(null);
    signal.removeEventListener('abort', abort);
    stop();
  }
}
