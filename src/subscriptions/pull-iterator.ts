import { isOutage } from '../db/database-error.ts';
import { RequestError } from '../errors.ts';

const OUTAGE_WAIT_MS = 1_000;

/**
 * A source that is asked for its next events and keeps none but the page in hand, so a slow client costs nothing.
 *
 * A class and not an async generator: a generator that waits for news can't be ended from outside, and would stay for
 * ever when its client goes away.
 */
export abstract class PullIterator<Event> implements AsyncIterableIterator<Event> {
  readonly #abort = new AbortController();
  #page: Event[] = [];

  /** The next events in order, waiting for them as it sees fit; none when the wait came to nothing. */
  protected abstract read(signal: AbortSignal): Promise<Event[]>;

  /** Called when it has ended, whoever ended it; more than once does no harm. */
  protected abstract release(): void;

  async next(): Promise<IteratorResult<Event>> {
    while (!this.#abort.signal.aborted) {
      const event = this.#page.shift();
      if (event !== undefined) return { done: false, value: event };
      try {
        this.#page = await this.read(this.#abort.signal);
      } catch (error) {
        // An outage of the database is no reason to end a subscription: it goes on where it was, losing nothing.
        if (!isPassing(error)) {
          this.#end();
          throw error;
        }
        await pause(OUTAGE_WAIT_MS, this.#abort.signal);
      }
    }
    return { done: true, value: undefined };
  }

  /** Up to `most` of the events that the next calls of next() would answer without waiting. */
  takeReady(most: number): Event[] {
    return this.#page.splice(0, most);
  }

  /** Ends it at once, also while next() is waiting. */
  async return(): Promise<IteratorResult<Event>> {
    this.#end();
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<IteratorResult<Event>> {
    this.#end();
    throw error;
  }

  #end(): void {
    this.#abort.abort();
    this.release();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** Ends a subscription: its client subscribes again, elsewhere or later. */
export class ServerStopping extends RequestError {
  constructor() {
    super('UNAVAILABLE', 'The server restarts; subscribe again from the last cursor or version you were sent.');
  }
}

export function isPassing(error: unknown): boolean {
  if (error instanceof ServerStopping) return false;
  return isOutage(error) || (error instanceof RequestError && error.code === 'UNAVAILABLE');
}

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}
