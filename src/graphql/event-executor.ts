import { type ExecutionArgs, type ExecutionResult, execute } from 'graphql';
import type { Logger } from '../log.ts';
import type { Operation } from '../schema/context.ts';
import type { CaseHelperChange, FeedEvent } from '../subscriptions/events.ts';
import { isPassing } from '../subscriptions/pull-iterator.ts';
import { withClientErrors } from './client-error.ts';
import { printBytes, printResult } from './print-result.ts';
import { readSelectionScope, type SelectionScope } from './selection-scope.ts';
import type { SharedResult, SharedResults } from './shared-results.ts';

export type SubscriptionEvent = CaseHelperChange | FeedEvent;

/** Executed side by side. */
const MAX_EVENTS_AT_ONCE = 10;
/** Longer variables are not worth comparing. */
const MAX_KEY_LENGTH = 2_000;

export interface EventExecutorOptions {
  readonly args: ExecutionArgs;
  readonly operation: Operation;
  readonly shared: SharedResults;
  readonly log: Logger;
}

/** What events come to for one subscription: executed for it, or once for many. */
export class EventExecutor {
  readonly #options: EventExecutorOptions;
  readonly #selection: Selection;
  /** Bytes of the last result for which data had to be read. */
  #usualLength = Number.POSITIVE_INFINITY;

  constructor(options: EventExecutorOptions) {
    this.#options = options;
    this.#selection = selectionOf(options.args);
  }

  /** What an event has come to for somebody who asked the same of it; null when that is not known. */
  findMade(event: SubscriptionEvent): ExecutionResult | null {
    return this.#findShared(event)?.result ?? null;
  }

  /**
   * Results of the first of these events: of one, or of several that can be had together.
   *
   * @param roomFor bytes that they should not be much longer than together
   * @throws what a later attempt may not meet, as an outage, when there is no result before it
   */
  async executeFirst(events: readonly SubscriptionEvent[], roomFor: number): Promise<ExecutionResult[]> {
    const atOnce = Math.min(MAX_EVENTS_AT_ONCE, Math.max(1, Math.floor(roomFor / this.#usualLength)));
    const some = events.slice(0, atOnce).map((event) => ({ event, shared: this.#findShared(event) }));
    const isOthers = some[0]!.shared !== undefined;
    const end = some.findIndex(({ shared }) => (shared !== undefined) !== isOthers);
    const first = end < 0 ? some : some.slice(0, end);
    const results = isOthers
      ? await this.#waitFor(
          events[0]!,
          first.map(({ shared }) => shared!.made),
        )
      : await this.#executeTogether(first.map(({ event }) => event));
    const last = results.at(-1);
    if (last && this.#readsData(some[results.length - 1]!.event)) this.#usualLength = printBytes(last).length || 1;
    return results;
  }

  /** Waits, holding nothing, for what others make of this event and those behind it. */
  async #waitFor(event: SubscriptionEvent, making: readonly SharedResult['made'][]): Promise<ExecutionResult[]> {
    const made = await Promise.all(making);
    const failed = made.indexOf(null);
    if (failed !== 0) return made.slice(0, failed < 0 ? undefined : failed) as ExecutionResult[];
    // He who made it may have met what this subscription does not, as the loss of his access or of his connection.
    return [await this.#executeAlone(event)];
  }

  /** In one read scope. */
  async #executeTogether(events: readonly SubscriptionEvent[]): Promise<ExecutionResult[]> {
    const operation = this.#options.operation.forEvent();
    const settled = await Promise.allSettled(events.map((event) => this.#executeShared(event, operation)));
    await operation.closeRead();
    const results: ExecutionResult[] = [];
    for (const each of settled) {
      // One that failed beside others may not fail alone: what an answer may hold is counted for the whole scope.
      const failed = each.status === 'rejected' || (each.value.errors !== undefined && settled.length > 1);
      if (failed && results.length > 0) break;
      if (each.status === 'rejected') throw each.reason;
      results.push(failed ? await this.#executeAlone(events[0]!) : each.value);
    }
    return results;
  }

  #executeShared(event: SubscriptionEvent, operation: Operation): Promise<ExecutionResult> {
    const key = this.#shareKeyOf(event);
    const make = () => this.#execute(event, operation);
    return key === null ? make() : this.#options.shared.make(event, key, make);
  }

  async #executeAlone(event: SubscriptionEvent): Promise<ExecutionResult> {
    const operation = this.#options.operation.forEvent();
    return this.#execute(event, operation).finally(() => operation.closeRead());
  }

  async #execute(event: SubscriptionEvent, operation: Operation): Promise<ExecutionResult> {
    const { args, log } = this.#options;
    if (this.#readsData(event)) await operation.openRead();
    const contextValue = { ...(args.contextValue as object), operation };
    const result = await execute({ ...args, rootValue: event, contextValue });
    const passing = result.errors?.find((error) => isPassing(error.originalError));
    if (passing) throw passing.originalError;
    return withPrint(withClientErrors(result, operation, log));
  }

  #findShared(event: SubscriptionEvent): SharedResult | undefined {
    const key = this.#shareKeyOf(event);
    return key === null ? undefined : this.#options.shared.find(event, key);
  }

  /** What the result depends on beside the event; null when it is made for this subscription alone. */
  #shareKeyOf(event: SubscriptionEvent): string | null {
    const { key, sameForAll } = this.#selection;
    if (key === null || !('shared' in event && event.shared)) return null;
    // What depends on the caller is shared between the connections of one caller, while his access is the same.
    return sameForAll ? key : `${key}|${this.#options.operation.audience}`;
  }

  #readsData(event: SubscriptionEvent): boolean {
    return this.#selection.readsDataOf.has(event.type);
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
