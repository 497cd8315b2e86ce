import type { IncomingMessage, ServerResponse } from 'node:http';
import { isWithin } from '../db/byte-string.ts';
import { ERROR_STATUS } from '../error-status.ts';
import type { ErrorCode } from '../errors.ts';
import { toClientError } from '../graphql/client-error.ts';
import { answerTooLarge } from '../graphql/print-result.ts';
import { requestIdOf } from '../graphql/request-id.ts';
import type { RanDocument } from '../graphql/run-document.ts';
import { httpFactsOf } from '../graphql/strict-status.ts';
import type { RequestFacts } from '../graphql/yoga.ts';
import { stringifyWithRaw } from '../json/raw-json.ts';
import type { Logger } from '../log.ts';
import { exchangeOf } from '../observe/exchange.ts';
import { HttpFailure } from './http-failure.ts';

/** What went wrong, as every route outside /graphql tells it. */
export interface AnswerError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly field: readonly string[] | null;
  readonly requestId: string;
}

export interface JsonAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A request with the id that it is answered, logged and recorded under: the one it brought, if that can be one. */
export function factsOf(
  request: IncomingMessage,
  response: ServerResponse,
): RequestFacts & { readonly requestId: string } {
  const requestId = requestIdOf(headerOf(request, 'x-request-id'));
  const get = (name: string) => (name === 'x-request-id' ? requestId : headerOf(request, name));
  const exchange = exchangeOf(request);
  if (exchange) exchange.requestId = requestId;
  return { requestId, exchange, get, request, response };
}

export function headerOf(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

/**
 * The three members every answer begins with. `message` is null or one sentence that begins with a code: it is all that
 * Make shows of a failure.
 */
export function verdict(errors: readonly AnswerError[]): {
  ok: boolean;
  message: string | null;
  errors: readonly AnswerError[];
} {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more, see errors)` : '';
  return { ok: !first, message: first ? `${first.code}: ${first.message}${more}` : null, errors };
}

/** What was wrong with a result as a whole, or with fields of it. */
export function errorsOf({ result }: RanDocument, requestId: string): AnswerError[] {
  return (result.errors ?? []).map(({ message, extensions }) => ({
    code: extensions.code as ErrorCode,
    message,
    field: (extensions.field as string[] | undefined) ?? null,
    requestId,
  }));
}

/** Status and headers of a result. Strict unless X-Strict-Status: 0 asks for the status that /graphql would have. */
export function httpOf({ result, operation }: RanDocument, strictHeader: string | null): Omit<JsonAnswer, 'body'> {
  const code = result.data ? null : (result.errors?.[0]?.extensions.code as ErrorCode | undefined);
  // What is no answer at all has one status, asked for or not, where it has any.
  const strict = strictHeader !== '0' || (code != null && ERROR_STATUS[code].plain !== null);
  const { status, headers } = httpFactsOf(result, operation, strict);
  return { status: status ?? 200, headers };
}

/** Answers what `answer` comes to, and anything it throws in the same form. It never rejects. */
export async function answerJson(
  response: ServerResponse,
  requestId: string,
  log: Logger,
  answer: () => Promise<JsonAnswer | null>,
  maxBytes = Number.POSITIVE_INFINITY,
): Promise<void> {
  let given = await answer().catch((error: unknown) => failed(error, requestId, log));
  const exchange = exchangeOf(response.req);
  const [fault] = (given?.body.errors ?? []) as readonly AnswerError[];
  if (exchange && fault) exchange.code = fault.code;
  // Null: it has been answered in another form.
  if (!given || response.headersSent || response.destroyed) return;
  let text = stringifyWithRaw(given.body);
  if (!isWithin(text, maxBytes)) {
    given = failed(answerTooLarge(maxBytes), requestId, log);
    text = JSON.stringify(given.body);
  }
  const body = Buffer.from(text);
  response
    .writeHead(given.status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': body.length,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': requestId,
      ...given.headers,
    })
    .end(body);
}

function failed(error: unknown, requestId: string, log: Logger): JsonAnswer {
  if (error instanceof HttpFailure) {
    const { status, headers, code, message, field } = error;
    return { status, headers, body: verdict([{ code, message, field, requestId }]) };
  }
  const told = { result: { errors: [toClientError(error, requestId, log)] }, operation: null };
  return { ...httpOf(told, null), body: verdict(errorsOf(told, requestId)) };
}
