import type { ExecutionResult } from 'graphql';
import { RequestError } from '../errors.ts';
import type { Operation } from '../schema/context.ts';
import { isPassing, type PullIterator, pause } from '../subscriptions/pull-iterator.ts';
import { toClientError } from './client-error.ts';
import { EventExecutor, type EventExecutorOptions, type SubscriptionEvent } from './event-executor.ts';
import { MAX_BYTES_AHEAD } from './outbox.ts';
import { printBytes } from './print-result.ts';
import { whenExpired } from './token-expiry.ts';

const OUTAGE_WAIT_MS = 1_000;
/** Executed ahead of what has been sent: so many, and bytes of them. */
const MAX_EVENTS_AHEAD = 50;
const MAX_LENGTH_AHEAD = 128 * 1024;

export interface EventResultsOptions extends EventExecutorOptions {
  readonly endsWithToken: boolean;
  /** Called once when it has ended. */
  readonly onEnd: () => void;
}

/**
 * The source says what happened, an executor what that comes to. Events that are there at once are executed together, so
 * that a subscriber keeps up while the database is busy.
 */
export class EventResults implements AsyncIterableIterator<ExecutionResult> {
  readonly #source: PullIterator<SubscriptionEvent>;
  readonly #options: EventResultsOptions;
  readonly #abort = new AbortController();
  readonly #cancelExpiry: () => void;
  readonly #executor: EventExecutor;
  /** Taken from the source and not executed yet. */
  #events: SubscriptionEvent[] = [];
  /** Executed and not sent yet. */
  #results: { readonly event: SubscriptionEvent; readonly result: ExecutionResult }[] = [];
  /** The access under which they were executed. */
  #accessGeneration = 0;
  /** Results handed over so far. */
  delivered = 0;
  #ending: RequestError | null = null;
  #ended = false;
  #whenEnded: (code: string) => void = () => undefined;

  /** @param source what a resolver of ours subscribes with */
  constructor(source: AsyncIterator<unknown>, options: EventResultsOptions) {
    this.#source = source as PullIterator<SubscriptionEvent>;
    this.#options = options;
    ofOperation.set(options.operation, this);
    this.#executor = new EventExecutor(options);
    this.#cancelExpiry = whenExpired(options.endsWithToken ? options.operation.identity : null, () => this.#expire());
  }

  async next(): Promise<IteratorResult<ExecutionResult>> {
    if (this.#ended) return { done: true, value: undefined };
    try {
      const result = await this.#nextResult();
      if (result) {
        this.delivered++;
        return { done: false, value: result };
      }
      await this.#end();
      return { done: true, value: undefined };
    } catch (error) {
      // Told as a result and not thrown: a socket with other subscriptions on it must survive.
      const { operation, log } = this.#options;
      const told = toClientError(error, operation.requestId, log);
      await this.#end(String(told.extensions.code));
      return { done: false, value: { errors: [told] } };
    }
  }

  /** Results that the next calls of next() would answer without waiting, as many as a socket is sent at once. */
  takeReady(): ExecutionResult[] {
    if (this.#ended || this.#ending || !this.#isAccessTheSame) return [];
    let length = 0;
    let count = 0;
    while (count < this.#results.length && length < MAX_BYTES_AHEAD)
      length += printBytes(this.#results[count++]!.result).length;
    this.delivered += count;
    return this.#results.splice(0, count).map(({ result }) => result);
  }

  async return(): Promise<IteratorResult<ExecutionResult>> {
    await this.#end();
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<IteratorResult<ExecutionResult>> {
    await this.#end();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Calls once when it has ended, with OK or the code of what ended it. */
  whenEnded(tell: (code: string) => void): void {
    this.#whenEnded = tell;
  }

  async #end(code = 'OK'): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#whenEnded(code);
    this.#cancelExpiry();
    this.#abort.abort();
    this.#options.onEnd();
    await this.#source.return?.();
  }

  /** Ends the source, also while next() waits for it; next() then tells why. */
  #expire(): void {
    this.#ending = new RequestError('UNAUTHENTICATED', 'The token has expired; subscribe again with a fresh one.');
    void this.#source.return?.();
  }

  get #isAccessTheSame(): boolean {
    return this.#accessGeneration === this.#options.operation.hub.accessGeneration;
  }

  async #nextResult(): Promise<ExecutionResult | null> {
    const { hub } = this.#options.operation;
    for (;;) {
      if (this.#isAccessTheSame) {
        const next = this.#results.shift();
        if (next) return next.result;
      }
      // Executed for who may have lost his access since: executed again, for who he is now.
      this.#events.unshift(...this.#results.map(({ event }) => event));
      this.#results = [];
      if (this.#events.length === 0) {
        const event = await this.#source.next();
        if (this.#ending) throw this.#ending;
        if (event.done) return null;
        this.#events = [event.value, ...this.#source.takeReady(MAX_EVENTS_AHEAD - 1)];
      }
      this.#accessGeneration = hub.accessGeneration;
      await this.#executeSome();
      if (this.#ended) return null;
      if (this.#ending) throw this.#ending;
    }
  }

  /** Executes events from the first on. One is executed until it is: one lost to an outage of the database would be a gap. */
  async #executeSome(): Promise<void> {
    try {
      let length = 0;
      while (this.#events.length > 0 && length < MAX_LENGTH_AHEAD) {
        const made = this.#executor.findMade(this.#events[0]!);
        const results = made ? [made] : await this.#executor.executeFirst(this.#events, MAX_LENGTH_AHEAD - length);
        for (const result of results) {
          this.#results.push({ event: this.#events.shift()!, result });
          length += printBytes(result).length;
        }
      }
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (this.#results.length === 0) await pause(OUTAGE_WAIT_MS, this.#abort.signal);
    }
  }
}

const ofOperation = new WeakMap<Operation, EventResults>();

/** What else is ready for a subscription whose operation this is, to be sent with the result that it has just handed over. */
export function takeReadyResults(operation: Operation): readonly ExecutionResult[] {
  return ofOperation.get(operation)?.takeReady() ?? [];
}
