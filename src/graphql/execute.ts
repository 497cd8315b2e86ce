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
import { holderOf, type LiveLimits } from './live-limits.ts';
import { answerByOneStatement } from './one-statement/run.ts';
import type { SharedResults } from './shared-results.ts';

type Arguments = ExecutionArgs & {
  contextValue: Context & { idempotencyKey?: string | null; endsWithToken?: boolean; takesText?: boolean };
};

/** What all subscriptions of a server have in common. */
export interface Live {
  readonly shared: SharedResults;
  readonly limits: LiveLimits;
  readonly log: Logger;
}

/**
 * Executes a query or mutation. A query's fields share one read scope; a mutation's fields each write in a transaction of
 * their own, and read what they answer in a scope opened after it.
 */
export async function executeInScope(args: Arguments, log: Logger): Promise<ExecutionResult> {
  const { operation, idempotencyKey, takesText } = args.contextValue;
  const isMutation = getOperationAST(args.document, args.operationName)?.operation === OperationTypeNode.MUTATION;
  if (isMutation && idempotencyKey && countRootFields(args) === 1) operation.setIdempotencyKey(idempotencyKey);
  try {
    if (!isMutation && readsData(args)) {
      const answer = takesText ? await answerByOneStatement(args, operation, log) : null;
      if (answer) return answer;
      await operation.openRead();
    }
    return withClientErrors(await execute(args), operation, log);
  } catch (error) {
    return { errors: [withHttpStatus(toClientError(error, operation.requestId, log))] };
  } finally {
    await operation.closeRead();
  }
}

/** Subscribes: the source says what happened, and what that comes to is executed for each event. */
export async function subscribeInScope(
  args: Arguments,
  { shared, limits, log }: Live,
): Promise<ExecutionResult | AsyncIterableIterator<ExecutionResult>> {
  const { operation, endsWithToken = false } = args.contextValue;
  let giveBack: (() => void) | null = null;
  try {
    // Says who is not signed in before anything else.
    giveBack = limits.subscriptionsOfCaller.take(holderOf(operation.owner.identity));
    if (!giveBack)
      throw new RequestError('RATE_LIMITED', 'You have too many subscriptions open. End some, then subscribe again.');
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
    return { errors: [toClientError(error, operation.requestId, log)] };
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
