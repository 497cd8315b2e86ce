/** What came of one sending: an answer that says something, or a failure that says nothing of the write. */
export type Sent =
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  | { readonly kind: 'answered'; readonly data: any }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'failed'; readonly code: string };

const ATTEMPT_TIMEOUT_MS = 10_000;
/** A write that gets one of these may have happened, or may be tried again: under the same key either is safe. */
const WORTH_REPEATING = new Set(['UNAVAILABLE', 'IDEMPOTENCY_IN_PROGRESS', 'RATE_LIMITED', 'INTERNAL']);

/** One GraphQL request over HTTP, as a program would send it. `body` is its JSON, made once for all repetitions. */
export async function send(
  url: string,
  token: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
  timeoutMs = ATTEMPT_TIMEOUT_MS,
): Promise<Sent> {
  let answer: { data?: unknown; errors?: { extensions?: { code?: string } }[] };
  let status: number;
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    status = response.status;
    const text = await response.text();
    answer = text.startsWith('{') ? JSON.parse(text) : {};
  } catch (error) {
    const { name, cause } = error as Error & { cause?: { code?: string } };
    return { kind: 'failed', code: name === 'TimeoutError' ? 'TIMEOUT' : (cause?.code ?? 'NETWORK') };
  }
  const code = answer.errors?.[0] && (answer.errors[0].extensions?.code ?? 'UNCODED');
  // Not from the API: a server that is starting or stopping says so.
  if (!code && !answer.data) return { kind: 'failed', code: `HTTP_${status}` };
  if (!code) return { kind: 'answered', data: answer.data };
  return { kind: WORTH_REPEATING.has(code) ? 'failed' : 'refused', code };
}

/** Whether a refusal inside a payload is one that a later sending may not meet. */
export function isWorthRepeating(code: string): boolean {
  return WORTH_REPEATING.has(code);
}
