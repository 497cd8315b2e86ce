import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  getOperationAST,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import { RequestError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Context, Operation } from '../schema/context.ts';
import { isPassing, pause } from '../subscriptions/pull-iterator.ts';
import { toClientError, withHttpStatus } from './client-error.ts';
import { whenExpired } from './token-expiry.ts';

type Arguments = ExecutionArgs & {
  contextValue: Context & { idempotencyKey?: string | null; endsWithToken?: boolean };
};

const OUTAGE_WAIT_MS = 1_000;

/**
 * Executes a query or mutation. A query's fields share one read scope; a mutation's fields each write in a transaction of
 * their own, and read what they answer in a scope opened after it.
 */
export async function executeInScope(args: Arguments, log: Logger): Promise<ExecutionResult> {
  const { operation, idempotencyKey } = args.contextValue;
  const isMutation = getOperationAST(args.document, args.operationName)?.operation === OperationTypeNode.MUTATION;
  if (isMutation && idempotencyKey && countRootFields(args) === 1) operation.setIdempotencyKey(idempotencyKey);
  try {
    if (!isMutation && readsData(args)) await operation.openRead();
    return withClientErrors(await execute(args), operation, log);
  } catch (error) {
    return { errors: [withHttpStatus(toClientError(error, operation.requestId, log))] };
  } finally {
    await operation.closeRead();
  }
}

/** Subscribes: the source says what happened, and each event is executed in a read scope of its own. */
export async function subscribeInScope(
  args: Arguments,
  log: Logger,
): Promise<ExecutionResult | AsyncIterableIterator<ExecutionResult>> {
  const { operation } = args.contextValue;
  try {
    // Says who is not signed in before anything else.
    void operation.owner;
    const source = await createSourceEventStream(args);
    if (!(Symbol.asyncIterator in source)) return withClientErrors(source, operation, log);
    return new EventResults(source[Symbol.asyncIterator](), args, log);
  } catch (error) {
    return { errors: [toClientError(error, operation.requestId, log)] };
  }
}

class EventResults implements AsyncIterableIterator<ExecutionResult> {
  readonly #source: AsyncIterator<unknown>;
  readonly #args: Arguments;
  readonly #log: Logger;
  readonly #abort = new AbortController();
  readonly #cancelExpiry: () => void;
  #ending: RequestError | null = null;
  #failed = false;

  constructor(source: AsyncIterator<unknown>, args: Arguments, log: Logger) {
    this.#source = source;
    this.#args = args;
    this.#log = log;
    const { operation, endsWithToken } = args.contextValue;
    this.#cancelExpiry = whenExpired(endsWithToken ? operation.identity : null, () => this.#expire());
  }

  async next(): Promise<IteratorResult<ExecutionResult>> {
    if (this.#failed || this.#abort.signal.aborted) return { done: true, value: undefined };
    try {
      const event = await this.#source.next();
      if (this.#ending) throw this.#ending;
      if (event.done) {
        this.#cancelExpiry();
        return { done: true, value: undefined };
      }
      return { done: false, value: await this.#execute(event.value) };
    } catch (error) {
      // Told as a result and not thrown: a socket with other subscriptions on it must survive.
      this.#failed = true;
      this.#cancelExpiry();
      await this.#source.return?.();
      return {
        done: false,
        value: { errors: [toClientError(error, this.#args.contextValue.operation.requestId, this.#log)] },
      };
    }
  }

  async return(): Promise<IteratorResult<ExecutionResult>> {
    this.#cancelExpiry();
    this.#abort.abort();
    await this.#source.return?.();
    return { done: true, value: undefined };
  }

  /** Ends the source, also while next() waits for it; next() then tells why. */
  #expire(): void {
    this.#ending = new RequestError('UNAUTHENTICATED', 'The token has expired; subscribe again with a fresh one.');
    void this.#source.return?.();
  }

  async throw(error: unknown): Promise<IteratorResult<ExecutionResult>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** An event is executed until it is: one lost to an outage of the database would be a gap. */
  async #execute(event: unknown): Promise<ExecutionResult> {
    for (;;) {
      const operation = this.#args.contextValue.operation.forEvent();
      try {
        await operation.openRead();
        const result = await execute({
          ...this.#args,
          rootValue: event,
          contextValue: { ...this.#args.contextValue, operation },
        });
        if (!result.errors?.some((error) => isPassing(error.originalError)))
          return withClientErrors(result, operation, this.#log);
      } catch (error) {
        if (!isPassing(error)) throw error;
      } finally {
        await operation.closeRead();
      }
      await pause(OUTAGE_WAIT_MS, this.#abort.signal);
      if (this.#abort.signal.aborted) return {};
      if (this.#ending) throw this.#ending;
    }
  }
}

function withClientErrors(result: ExecutionResult, operation: Operation, log: Logger): ExecutionResult {
  if (!result.errors) return result;
  return { ...result, errors: result.errors.map((error) => toClientError(error, operation.requestId, log)) };
}

/** False for documents about the API itself, which must work without a database. */
function readsData(args: Arguments): boolean {
  return rootFields(args).some((name) => !name.startsWith('__'));
}

function countRootFields(args: Arguments): number {
  return rootFields(args).length;
}

function rootFields({ document, operationName }: Arguments): string[] {
  const fragments = new Map(
    document.definitions.flatMap((d) => (d.kind === Kind.FRAGMENT_DEFINITION ? [[d.name.value, d.selectionSet]] : [])),
  );
  const collect = (selections: SelectionSetNode): string[] =>
    selections.selections.flatMap((node) => {
      if (node.kind === Kind.FIELD) return [node.name.value];
      const inner = node.kind === Kind.INLINE_FRAGMENT ? node.selectionSet : fragments.get(node.name.value);
      return inner ? collect(inner) : [];
    });
  const operation = getOperationAST(document, operationName);
  return operation ? collect(operation.selectionSet) : [];
}
