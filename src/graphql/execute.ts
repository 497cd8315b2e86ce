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
import type { Context } from '../schema/context.ts';
import { toClientError, withClientErrors, withHttpStatus } from './client-error.ts';
import { EventResults } from './event-results.ts';
import { type Guard, holderOf, type Sender } from './limits/guard.ts';
import { answerByOneStatement } from './one-statement/run.ts';
import type { SharedResults } from './shared-results.ts';

type Arguments = ExecutionArgs & {
  contextValue: Context & ExecutionFacts;
};

/** What execution knows of a request beside the document and who asks. */
export interface ExecutionFacts {
  readonly idempotencyKey: string | null;
  /** A stream over HTTP ends with its token; a socket is closed as a whole. */
  readonly endsWithToken: boolean;
  /** Whether the answer is only printed, so that values in it may be the text that Postgres printed. */
  readonly takesText: boolean;
  /** The answer says what it cost. */
  readonly tellsCost: boolean;
  readonly sender: Sender;
}

/** What all subscriptions of a server have in common. */
export interface Live {
  readonly shared: SharedResults;
  readonly guard: Guard;
  readonly log: Logger;
}

/**
 * Executes a query or mutation. A query's fields share one read scope; a mutation's fields each write in a transaction of
 * their own, and read what they answer in a scope opened after it.
 */
export async function executeInScope(args: Arguments, { guard, log }: Live): Promise<ExecutionResult> {
  const { operation, sender, tellsCost } = args.contextValue;
  try {
    const { cost, leave } = guard.admit(args, sender);
    operation.cost = cost.requested;
    const running = run(args, log).finally(leave);
    const result = await withinTime(running, guard.limits.executionMs, () => {
      operation.abandon();
      return isMutationOf(args);
    });
    return tellsCost ? { ...result, extensions: { ...result.extensions, cost } } : result;
  } catch (error) {
    return { errors: [withHttpStatus(toClientError(error, operation.requestId, log))] };
  }
}

async function run(args: Arguments, log: Logger): Promise<ExecutionResult> {
  const { operation, idempotencyKey, takesText } = args.contextValue;
  const isMutation = isMutationOf(args);
  if (isMutation && idempotencyKey && countRootFields(args) === 1) operation.setIdempotencyKey(idempotencyKey);
  try {
    if (!isMutation && readsData(args)) {
      const answer = takesText ? await answerByOneStatement(args, operation, log) : null;
      if (answer) return answer;
      await operation.openRead();
    }
    const result = await execute(args);
    // Nobody is told any more, and what was cut off in the middle is no fault to be logged.
    return operation.isAbandoned ? result : withClientErrors(result, operation, log);
  } finally {
    await operation.closeRead();
  }
}

function isMutationOf({ document, operationName }: Arguments): boolean {
  return getOperationAST(document, operationName)?.operation === OperationTypeNode.MUTATION;
}

/** @throws RequestError UNAVAILABLE when it takes longer; `onLate` ends it, and says whether it may have written */
async function withinTime<T>(running: Promise<T>, withinMs: number, onLate: () => boolean): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const mayHaveWritten = onLate();
      reject(
        new RequestError(
          'UNAVAILABLE',
          mayHaveWritten
            ? `The operation took longer than ${withinMs} ms, and whether it has written is not known. Send it again under the same idempotency key, or read what is there.`
            : `The operation took longer than ${withinMs} ms and was ended. Ask for less at once, or try again later.`,
        ),
      );
    }, withinMs);
  });
  try {
    return await Promise.race([running, late]);
  } finally {
    clearTimeout(timer);
    running.catch(() => undefined);
  }
}

/** Subscribes: the source says what happened, and what that comes to is executed for each event. */
export async function subscribeInScope(
  args: Arguments,
  { shared, guard, log }: Live,
): Promise<ExecutionResult | AsyncIterableIterator<ExecutionResult>> {
  const { operation, endsWithToken, sender } = args.contextValue;
  let giveBack: (() => void) | null = null;
  try {
    // Says who is not signed in before anything else.
    const { identity } = operation.owner;
    const { cost, leave } = guard.admit(args, sender);
    operation.cost = cost.requested;
    leave();
    giveBack = guard.subscriptionsOfCaller.take(holderOf(identity));
    if (!giveBack)
      throw new RequestError(
        'RATE_LIMITED',
        `You have ${guard.limits.subscriptionsOfCaller} subscriptions open already. End some, then subscribe again.`,
      );
    const source = await createSourceEventStream(args);
    if (Symbol.asyncIterator in source)
      return new EventResults(source[Symbol.asyncIterator](), {
        args,
        operation,
        endsWithToken,
        shared,
        log,
        onEnd: giveBack,
      });
    giveBack();
    return withClientErrors(source, operation, log);
  } catch (error) {
    giveBack?.();
    return { errors: [withHttpStatus(toClientError(error, operation.requestId, log))] };
  }
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
  // Fragments that spread one another twice stand for more than could ever be walked, so each is looked into once.
  const seen = new Set<SelectionSetNode>();
  const collect = (selections: SelectionSetNode): string[] =>
    selections.selections.flatMap((node) => {
      if (node.kind === Kind.FIELD) return [node.name.value];
      const inner = node.kind === Kind.INLINE_FRAGMENT ? node.selectionSet : fragments.get(node.name.value);
      if (!inner || seen.has(inner)) return [];
      seen.add(inner);
      return collect(inner);
    });
  const operation = getOperationAST(document, operationName);
  return operation ? collect(operation.selectionSet) : [];
}
