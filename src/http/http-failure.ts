import type { ErrorCode } from '../errors.ts';

/** A request that HTTP itself has a status for, whatever its code says elsewhere: a wrong method, a body that is no JSON. */
export class HttpFailure extends Error {
  constructor(
    readonly status: number,
    readonly code: ErrorCode,
    message: string,
    readonly field: readonly string[] | null = null,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'HttpFailure';
  }
}

/** @throws HttpFailure 405 unless the method is one of these */
export function assertMethod(method: string | undefined, allowed: readonly string[]): void {
  if (method && allowed.includes(method)) return;
  const message = `Send this with ${allowed.join(' or ')}, not with ${method}.`;
  throw new HttpFailure(405, 'VALIDATION_FAILED', message, null, { allow: allowed.join(', ') });
}
