import { type ExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql';
import { translateDatabaseError } from '../db/database-error.ts';
import { ERROR_STATUS } from '../error-status.ts';
import { ERROR_CODES, type ErrorCode, Refusal, RequestError } from '../errors.ts';
import { describeError, type Logger } from '../log.ts';
import { ServerStopping } from '../subscriptions/pull-iterator.ts';

/**
 * Any error as the client is told of it: with a code and the request's id. What is neither a refusal nor a fault of the
 * request is logged once, here, and answered as INTERNAL without a word of what it was.
 */
export function toClientError(error: unknown, requestId: string, log: Logger): GraphQLError {
  // GraphQL's own complaint about a document, or an error that has been through here.
  if (error instanceof GraphQLError && !error.originalError) return withRequestId(error, requestId);
  const wrapper = error instanceof GraphQLError ? error : null;
  const cause = translateDatabaseError(wrapper?.originalError ?? error);
  if (cause instanceof GraphQLError) return withRequestId(cause, requestId);
  const isTold = cause instanceof Refusal || cause instanceof RequestError;
  // A restart on purpose is no failure.
  if (!isTold || (cause.code === 'UNAVAILABLE' && !(cause instanceof ServerStopping)))
    log.error({ requestId, path: wrapper?.path, error: describeError(cause) }, 'request failed');
  const code = isTold ? cause.code : 'INTERNAL';
  const message = isTold
    ? cause.message
    : 'Something went wrong on our side. Quote the request id when you report it; a write that carried an idempotency key can be sent again safely.';
  const request = cause instanceof RequestError ? cause : null;
  const retryAfterS = request?.retryAfterS ?? ERROR_STATUS[code].retryAfterS;
  return new GraphQLError(message, {
    nodes: wrapper?.nodes ?? null,
    path: wrapper?.path ?? null,
    extensions: {
      ...request?.extensions,
      code,
      requestId,
      ...(isTold && cause.field ? { field: cause.field } : {}),
      ...(retryAfterS ? { retryAfter: retryAfterS } : {}),
    },
  });
}

/** The result with its errors as the client is told of them. */
export function withClientErrors(
  result: ExecutionResult,
  { requestId }: { readonly requestId: string },
  log: Logger,
): ExecutionResult {
  if (!result.errors) return result;
  return { ...result, errors: result.errors.map((error) => toClientError(error, requestId, log)) };
}

/** The same error for an answer that has nothing else: HTTP may then say so with its status. */
export function withHttpStatus(error: GraphQLError): GraphQLError {
  const status = ERROR_STATUS[error.extensions.code as ErrorCode]?.plain;
  if (!status) return error;
  const retryAfter = error.extensions.retryAfter;
  error.extensions.http = { status, ...(retryAfter ? { headers: { 'retry-after': String(retryAfter) } } : {}) };
  return error;
}

/** An error as the answer shows it, without what is meant for an HTTP response around it. */
export function toShownError(error: GraphQLError): GraphQLFormattedError {
  const { extensions, ...shown } = error.toJSON();
  const { http: _, ...rest } = extensions ?? {};
  return { ...shown, extensions: rest };
}

function withRequestId(error: GraphQLError, requestId: string): GraphQLError {
  // Coercion of arguments wraps what a scalar said, code included. Yoga has codes of its own for what it can't read.
  const given = error.extensions.code as ErrorCode;
  const isTooLarge = (error.extensions.http as { status?: number } | undefined)?.status === 413;
  const code = ERROR_CODES.includes(given) ? given : isTooLarge ? 'PAYLOAD_TOO_LARGE' : 'VALIDATION_FAILED';
  // A copy: what is wrong with a document is kept with it, for the next request that sends it.
  const { message, nodes, source, positions, path, originalError, extensions } = error;
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
    originalError: originalError ?? null,
    extensions: { ...extensions, code, requestId: extensions.requestId ?? requestId },
  });
}
