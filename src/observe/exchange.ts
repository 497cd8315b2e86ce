import type { IncomingMessage } from 'node:http';
import type { OperationRecord } from './observer.ts';

/** By which way an operation came. */
export type Transport = 'http' | 'sse' | 'ws' | 'gateway' | 'document';

/** How HTTP answered. */
export interface AnswerFacts {
  readonly route: string;
  readonly status: number;
  readonly ms: number;
  /** With headers. */
  readonly bytes: number;
  readonly aborted?: true;
}

/** An HTTP request on its way, and what the parts that answer it have found out about it. */
export interface Exchange {
  readonly transport: Transport;
  /** The client's word for the trace that the request is part of. */
  readonly traceparent: string | null;
  requestId: string | null;
  /** The operation that it came to. */
  operation: OperationRecord | null;
  /** Why it came to none. */
  code: string | null;
  /** How it was answered, once it was, or nobody waited any more. */
  answer: AnswerFacts | null;
  /** Its answer is a stream, which is told of when it ends. */
  isStream: boolean;
}

const exchanges = new WeakMap<IncomingMessage, Exchange>();

export function beginExchange(request: IncomingMessage, transport: Transport): Exchange {
  const { traceparent } = request.headers;
  const exchange: Exchange = {
    transport,
    traceparent: typeof traceparent === 'string' ? traceparent : null,
    requestId: null,
    operation: null,
    code: null,
    answer: null,
    isStream: false,
  };
  exchanges.set(request, exchange);
  return exchange;
}

/** Undefined for a request that nobody observes. */
export function exchangeOf(request: IncomingMessage): Exchange | undefined {
  return exchanges.get(request);
}
