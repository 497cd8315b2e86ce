import { type ExecutionArgs, type ExecutionResult, execute } from 'graphql';
import { RequestError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Operation } from '../schema/context.ts';
import type { CaseHelperChange, FeedEvent } from '../subscriptions/events.ts';
import { isPassing, type PullIterator, pause } from '../subscriptions/pull-iterator.ts';
import { toClientError, withClientErrors } from './client-error.ts';
import { printResult } from './print-result.ts';
import { readSelectionScope, type SelectionScope } from './selection-scope.ts';
import type { SharedResults } from './shared-results.ts';
import { whenExpired } from './token-expiry.ts';

type SubscriptionEvent = CaseHelperChange | FeedEvent;

const OUTAGE_WAIT_MS = 1_000;
/** Executed ahead of what has been sent: so many, and UTF-16 units of them. */
const MAX_EVENTS_AHEAD = 50;
const MAX_LENGTH_AHEAD = 128 * 1024;
/** Longer variables are not worth comparing. */
const MAX_KEY_LENGTH = 2_000;

export interface EventResultsOptions {
  readonly args: ExecutionArgs;
  readonly operation: Operation;
  readonly endsWithToken: boolean;
  readonly shared: SharedResults;
  readonly log: Logger;
  /** Called once when it has ended. */
  readonly onEnd: () => void;
}

/**
 * The source says what happened; each event is executed for this subscription, or once for many. Events that are there at
 * once share one read scope, so that a subscriber keeps up while the database is busy.
 */
export class EventResults implements AsyncIterableIterator<ExecutionResult> {
  readonly #source: PullIterator<SubscriptionEvent>;
  readonly #options: EventResultsOptions;
  readonly #abort = new AbortController();
  readonly #cancelExpiry: () => void;
  readonly #selection: Selection;
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
    this.#selection = selectionOf(options.args);
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

  async #nextResult(): Promise<ExecutionResult | null> {
    const { hub } = this.#options.operation;
    for (;;) {
      if (this.#accessGeneration === hub.accessGeneration) {
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
    const operation = this.#options.operation.forEvent();
    try {
      let length = 0;
      while (this.#events.length > 0 && length < MAX_LENGTH_AHEAD) {
        const event = this.#events[0]!;
        const result = await this.#execute(event, operation);
        this.#events.shift();
        this.#results.push({ event, result });
        length += printResult(result).length;
      }
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (this.#results.length === 0) await pause(OUTAGE_WAIT_MS, this.#abort.signal);
    } finally {
      await operation.closeRead();
    }
  }

  #execute(event: SubscriptionEvent, operation: Operation): Promise<ExecutionResult> {
    const key = 'shared' in event && event.shared ? this.#shareKey() : null;
    const make = () => this.#executeAlone(event, operation);
    return key === null ? make() : this.#options.shared.get(event, key, make, () => operation.closeRead());
  }

  /** What the result depends on beside the event; null when it is made for this subscription alone. */
  #shareKey(): string | null {
    const { key, sameForAll } = this.#selection;
    // What depends on the caller is shared between the connections of one caller, while his access is the same.
    return key === null || sameForAll ? key : `${key}|${this.#options.operation.audience}`;
  }

  /** @throws what a later attempt may not meet, as an outage */
  async #executeAlone(event: SubscriptionEvent, operation: Operation): Promise<ExecutionResult> {
    const { args, log } = this.#options;
    if (this.#selection.readsDataOf.has(event.type)) await operation.openRead();
    const contextValue = { ...(args.contextValue as object), operation };
    const result = await execute({ ...args, rootValue: event, contextValue });
    const passing = result.errors?.find((error) => isPassing(error.originalError));
    if (passing) throw passing.originalError;
    return withPrint(withClientErrors(result, operation, log));
  }
}

function withPrint(result: ExecutionResult): ExecutionResult {
  // Yoga's event stream asks for it; not a member that JSON shows.
  return Object.defineProperty(result, 'stringify', { value: printResult });
}

interface Selection extends SelectionScope {
  /** Equal for subscriptions that ask the same of an event; null when that is too long to compare. */
  readonly key: string | null;
}

const documents = new WeakMap<object, { number: number; scopes: Map<string, SelectionScope> }>();
let lastNumber = 0;

function selectionOf({ schema, document, operationName, variableValues }: ExecutionArgs): Selection {
  // Documents are kept once they are parsed, so the same text is the same object.
  const known = documents.get(document) ?? { number: ++lastNumber, scopes: new Map() };
  documents.set(document, known);
  const name = operationName ?? '';
  const scope = known.scopes.get(name) ?? readSelectionScope(schema, document, operationName);
  known.scopes.set(name, scope);
  const values = scope.variables.map((variable: string) => variableValues?.[variable] ?? null);
  const key = JSON.stringify([known.number, name, values]);
  return { ...scope, key: key.length > MAX_KEY_LENGTH ? null : key };
}
