import type { IncomingMessage } from 'node:http';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { exchangeOf } from '../observe/exchange.ts';
import type { Observer, OperationRecord } from '../observe/observer.ts';
import type { Context, Operation } from '../schema/context.ts';
import { EventResults } from './event-results.ts';
import { operationFacts } from './operation-facts.ts';
import { findFailure } from './strict-status.ts';

type Arguments = ExecutionArgs & { contextValue: Context };

/** Tells the observer of every operation, and of every document that could not become one. Goes after what executes them. */
export function observedOperations(observer: Observer): Plugin<Context> {
  return {
    onParse:
      ({ context }) =>
      ({ result }) => {
        if (result instanceof Error) refuse(context);
      },
    onValidate:
      ({ context }) =>
      ({ valid }) => {
        if (!valid) refuse(context);
      },
    onExecute: ({ executeFn, setExecuteFn }) =>
      setExecuteFn(((args: Arguments) => execute(observer, args, executeFn as never)) as never),
    onSubscribe: ({ subscribeFn, setSubscribeFn }) =>
      setSubscribeFn(((args: Arguments) => subscribe(observer, args, subscribeFn as never)) as never),
  };
}

/** Whoever is at home in Yoga has the request, others the operation that they have made already. */
function refuse(context: unknown): void {
  const { req, operation } = context as { req?: IncomingMessage; operation?: Operation };
  const exchange = operation?.exchange ?? (req && exchangeOf(req));
  if (exchange) exchange.code = 'VALIDATION_FAILED';
}

async function execute(
  observer: Observer,
  args: Arguments,
  run: (args: Arguments) => Promise<ExecutionResult>,
): Promise<ExecutionResult> {
  const startedAt = performance.now();
  const { operation } = args.contextValue;
  beginSpan(observer, args);
  const result = await run(args);
  const record = recordOf(args, findFailure(result, operation.writes) ?? 'OK', startedAt);
  if (operation.span) observer.endSpan(operation.span, record);
  observer.executed(record, operation.writes, operation.exchange);
  return result;
}

async function subscribe(
  observer: Observer,
  args: Arguments,
  run: (args: Arguments) => Promise<ExecutionResult | AsyncIterable<ExecutionResult>>,
): Promise<ExecutionResult | AsyncIterable<ExecutionResult>> {
  const startedAt = performance.now();
  const { operation } = args.contextValue;
  const { exchange } = operation;
  beginSpan(observer, args);
  const result = await run(args);
  const isRefused = !(Symbol.asyncIterator in result);
  const record = recordOf(args, (isRefused && findFailure(result, [])) || 'OK', startedAt);
  // Of the beginning alone: what lasts for hours says nothing in a trace.
  if (operation.span) observer.endSpan(operation.span, record);
  operation.span = null;
  if (exchange) exchange.isStream = true;
  if (result instanceof EventResults) {
    observer.streamOpened(result, exchange?.transport ?? 'ws');
    result.whenEnded((code) => observer.streamEnded(result, recordOf(args, code, startedAt)));
  } else if (isRefused) {
    observer.streamEnded(null, record);
  }
  return result;
}

function beginSpan(observer: Observer, { document, operationName, contextValue }: Arguments): void {
  if (!observer.tracing) return;
  const { operation } = contextValue;
  const facts = operationFacts(document, operationName);
  operation.span = observer.beginSpan(facts?.kind ?? 'query', facts?.fields[0], operation.exchange);
}

function recordOf({ document, operationName, contextValue }: Arguments, code: string, since: number): OperationRecord {
  const { identity, requestId, orgId, exchange, cost } = contextValue.operation;
  return {
    requestId,
    identity,
    orgId,
    transport: exchange?.transport ?? 'ws',
    ...(operationFacts(document, operationName) ?? { kind: 'query', name: null, fields: [] }),
    cost,
    code,
    ms: performance.now() - since,
  };
}
