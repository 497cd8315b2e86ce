import type { ErrorCode } from './generated/operations.ts';

/**
 * Codes of the API, and those of the client itself. NETWORK: no answer, or the connection broke. BAD_ANSWER: something
 * that is not casegraph answered, as a proxy. CALLBACK_FAILED: a function that was given to the client threw.
 */
export type CasegraphErrorCode = ErrorCode | 'NETWORK' | 'BAD_ANSWER' | 'CALLBACK_FAILED';

interface ErrorFacts {
  readonly field?: readonly string[] | null;
  readonly requestId?: string | null;
  /** Milliseconds the server asks to wait for. */
  readonly retryAfterMs?: number | null;
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** Codes that may be gone when the same is asked again. */
const PASSING: ReadonlySet<CasegraphErrorCode> = new Set<CasegraphErrorCode>([
  'UNAVAILABLE',
  'RATE_LIMITED',
  'INTERNAL',
  'IDEMPOTENCY_IN_PROGRESS',
  'NETWORK',
  'CALLBACK_FAILED',
]);

/** Why something did not work: the code is what a program decides by, the message is for people. */
export class CasegraphError extends Error {
  readonly code: CasegraphErrorCode;
  /** Path of the argument at fault, as ['input', 'plate']. */
  readonly field: readonly string[] | null;
  /** What the server calls the request in its log; null where none was answered. */
  readonly requestId: string | null;
  readonly retryAfterMs: number | null;
  /** Whether the same may work later. */
  readonly retryable: boolean;

  constructor(code: CasegraphErrorCode, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'CasegraphError';
    this.code = code;
    this.field = facts.field ?? null;
    this.requestId = facts.requestId ?? null;
    this.retryAfterMs = facts.retryAfterMs ?? null;
    this.retryable = facts.retryable ?? PASSING.has(code);
  }
}

/** An error as GraphQL answers carry it. */
export interface AnsweredError {
  readonly message: string;
  readonly extensions?: {
    readonly code?: string;
    readonly field?: readonly string[];
    readonly requestId?: string;
    /** Seconds. */
    readonly retryAfter?: number;
  };
}

/** @param renewable whether a refused token can be replaced, which makes UNAUTHENTICATED passing */
export function toCasegraphError({ message, extensions = {} }: AnsweredError, renewable: boolean): CasegraphError {
  const code = (extensions.code ?? 'INTERNAL') as ErrorCode;
  return new CasegraphError(code, message, {
    field: extensions.field ?? null,
    requestId: extensions.requestId ?? null,
    retryAfterMs: extensions.retryAfter ? extensions.retryAfter * 1000 : null,
    ...(code === 'UNAUTHENTICATED' ? { retryable: renewable } : {}),
  });
}

/** Of what a function that was given to the client threw, whatever that was. */
export function callbackFailed(name: string, cause: unknown): CasegraphError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CasegraphError('CALLBACK_FAILED', `${name} failed: ${reason}`, { cause });
}
