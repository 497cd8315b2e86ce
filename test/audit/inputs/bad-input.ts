import type { TestClient } from '../../support/client.ts';
import type { Member } from '../../support/fixtures.ts';

/** Something that somebody could send. None of it may write anything. */
export interface BadInput {
  readonly title: string;
  readonly send: (to: Target) => Promise<Reply>;
}

/** What there is to be attacked, and what must not come out. */
export interface Target {
  readonly url: string;
  readonly member: Member;
  readonly anonymous: TestClient;
  readonly caseId: string;
  readonly plate: string;
  readonly orgId: string;
  /** A cursor of the member's own feed. */
  readonly cursor: string;
  /** Under which the member has saved a helper of version 1, by this very input. */
  readonly usedKey: string;
  /** Of another organisation. */
  readonly foreign: {
    readonly caseId: string;
    readonly databaseId: string;
    readonly orgId: string;
    readonly userId: string;
    readonly cursor: string;
    readonly pageCursor: string;
  };
}

export interface Reply {
  /** Null where a connection or a socket was closed without an HTTP answer. */
  readonly status: number | null;
  /** All of what came back: status line and headers where they count, bodies, messages, the reason of a close. */
  readonly text: string;
}

/** No answer within this is none: the server is to refuse, not to hang. */
export const ANSWER_WITHIN_MS = 20_000;

/** Stands in whatever is sent in place of content. The log must not have it. */
export const CANARY = 'canary-7c1f';
/** Stands in whatever belongs to the other organisation. No answer must have it. */
export const FOREIGN_CANARY = 'foreign-canary-b3d2';

/** One HTTP request. Bodies that are no text are sent as they are. */
export async function request(
  url: string,
  init: { method?: string; headers?: Record<string, string>; body?: string | Buffer<ArrayBuffer> },
): Promise<Reply> {
  const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  return { status: response.status, text: await response.text() };
}

export function headersOf(member: TestClient): Record<string, string> {
  return { authorization: `Bearer ${member.token}`, 'content-type': 'application/json' };
}

/** A body for POST /graphql, sent as the member. */
export function post(body: string | Buffer<ArrayBuffer>, headers: Record<string, string> = {}): BadInput['send'] {
  return (to) =>
    request(`${to.url}/graphql`, { method: 'POST', headers: { ...headersOf(to.member), ...headers }, body });
}

/** A document, with variables that may need the target. */
export function document(query: string, variables: unknown = {}, more: object = {}): BadInput['send'] {
  return (to) => {
    const given = typeof variables === 'function' ? variables(to) : variables;
    return post(JSON.stringify({ query, variables: given, ...more }))(to);
  };
}
