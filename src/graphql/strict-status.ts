import type { ExecutionResult } from 'graphql';
import type { Identity } from '../auth/identity.ts';
import { ERROR_STATUS } from '../error-status.ts';
import type { ErrorCode } from '../errors.ts';
import type { Operation, WriteRecord } from '../schema/context.ts';

export interface HttpFacts {
  /** Null leaves the status as it would be. */
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Whether failures are to carry the HTTP status of their code. The header X-Strict-Status says so for one request, 1 or 0;
 * without it an API key's own setting does, for programs that read every 200 as success and can't be taught otherwise.
 */
export function isStrict(header: string | null, identity: Identity | null): boolean {
  if (header === '1' || header === '0') return header === '1';
  return identity?.kind === 'API_KEY' && identity.strictStatus;
}

/** What HTTP says of a result beside its body. A document of several mutations has the status of the first that failed. */
export function httpFactsOf(result: ExecutionResult, operation: Operation | null, strict: boolean): HttpFacts {
  const writes = operation?.writes ?? [];
  const code = strict ? findFailure(result, writes) : null;
  const { strict: status = null, retryAfterS: usualS = null } = (code && ERROR_STATUS[code]) || {};
  const retryAfterS = code && (findRetryAfter(result, code) ?? usualS);
  return {
    status,
    headers: {
      ...(retryAfterS ? { 'retry-after': String(retryAfterS) } : {}),
      ...(writes.length === 1 && writes[0]!.replayed ? { 'idempotent-replayed': 'true' } : {}),
    },
  };
}

/** Code of the first failure in the order of the document, or null. */
export function findFailure({ errors = [] }: ExecutionResult, writes: readonly WriteRecord[]): ErrorCode | null {
  for (const { responseKey, findRefusal } of writes) {
    const code = findRefusal() ?? codeOf(errors.find((error) => error.path?.[0] === responseKey));
    if (code) return code;
  }
  // A mutation that could not answer at all ends the document, so its error comes after every write that did.
  return codeOf(errors[0]);
}

function findRetryAfter({ errors = [] }: ExecutionResult, code: ErrorCode): number | null {
  const told = errors.find((error) => codeOf(error) === code)?.extensions.retryAfter;
  return typeof told === 'number' ? told : null;
}

/** True for an error that Yoga has given a status beyond what GraphQL asks for, as 405. */
export function bringsStatus({ extensions }: { extensions: { http?: { status?: number; spec?: boolean } } }): boolean {
  return extensions.http?.status !== undefined && !extensions.http.spec;
}

function codeOf(error: { extensions: Record<string, unknown> } | undefined): ErrorCode | null {
  return (error?.extensions.code as ErrorCode | undefined) ?? null;
}
