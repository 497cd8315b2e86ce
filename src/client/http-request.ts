import { type AnsweredError, CasegraphError, toCasegraphError } from './casegraph-error.ts';
import type { Credentials } from './credentials.ts';

/** A document whose result and variables TypeScript knows: what codegen writes with `documentMode: 'string'`. */
export interface TypedDocument<Result, Variables> {
  toString(): string;
  __apiType?: ((variables: Variables) => Result) | undefined;
}

export interface RequestOptions {
  /** Gives the request up. Whether a write was done is then unknown. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds an answer may take. */
  readonly withinMs?: number | undefined;
}

export type Request = <Result, Variables>(
  document: TypedDocument<Result, Variables>,
  variables: Variables,
  options?: RequestOptions,
) => Promise<Result>;

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** GraphQL over HTTP. A token that is refused is replaced once, where it can be. */
export function createRequest(parts: {
  url: string;
  fetch: Fetch;
  credentials: Credentials;
  withinMs: number;
}): Request {
  const { url, fetch, credentials } = parts;
  const post = async (body: string, { signal, withinMs = parts.withinMs }: RequestOptions) => {
    const { token, headers } = await credentials.present();
    const limit = new AbortController();
    const abort = () => limit.abort(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    const timer = setTimeout(() => limit.abort(new Error(`no answer within ${withinMs} ms`)), withinMs);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
        signal: limit.signal,
      });
      const answer = readAnswer(response.status, await response.text());
      if (isRefused(answer)) credentials.refuse(token);
      return answer;
    } catch (cause) {
      if (cause instanceof CasegraphError) throw cause;
      const reason: unknown = limit.signal.aborted ? limit.signal.reason : cause;
      throw new CasegraphError('NETWORK', `The server could not be asked: ${messageOf(reason)}`, { cause });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  };

  return async (document, variables, options = {}) => {
    const body = JSON.stringify({ query: String(document), variables });
    let answer = await post(body, options);
    if (isRefused(answer) && credentials.renewable) answer = await post(body, options);
    if (answer.errors?.[0]) throw toCasegraphError(answer.errors[0], credentials.renewable);
    return answer.data as never;
  };
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly AnsweredError[];
}

function isRefused({ errors }: Answer): boolean {
  return errors?.[0]?.extensions?.code === 'UNAUTHENTICATED';
}

function readAnswer(status: number, text: string): Answer {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = null;
  }
  if (typeof answer === 'object' && answer !== null && ('data' in answer || 'errors' in answer))
    return answer as Answer;
  throw new CasegraphError('BAD_ANSWER', `HTTP ${status}, and not an answer of casegraph. Check the url.`, {
    retryable: status >= 500 || status === 429,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
