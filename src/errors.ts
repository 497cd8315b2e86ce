// The few ways a call can fail, each with the code its caller reads. What is neither a Refusal nor a RequestError is a
// bug or an outage: it is never caught locally, and reaches the client masked.

/** Codes of the public API; the GraphQL enum ErrorCode is made from this list. */
export const ERROR_CODES = [
  'NOT_FOUND',
  'FORBIDDEN',
  'VALIDATION_FAILED',
  'VERSION_CONFLICT',
  'EXPECTED_VERSION_REQUIRED',
  'PLATE_IMMUTABLE',
  'PLATE_MISMATCH',
  'INVALID_DOCUMENT',
  'PATH_NOT_WRITABLE',
  'MODULE_OWNED_BY_OTHER_WRITER',
  'DUPLICATE',
  'IDEMPOTENCY_KEY_REUSED',
  'IDEMPOTENCY_IN_PROGRESS',
  'PAYLOAD_TOO_LARGE',
  'INVALID_CURSOR',
  'UNAUTHENTICATED',
  'RATE_LIMITED',
  'QUERY_TOO_COMPLEX',
  'UNAVAILABLE',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** A refusal its caller can act on. A mutation answers it in `userErrors`; elsewhere it is a top-level error. */
export class Refusal extends Error {
  /**
   * @param code what a program decides by
   * @param message what was wrong and what to do, for people; never a value of a case
   * @param field path of the argument at fault, as ['input', 'plate']
   */
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly field: readonly string[] | null = null,
  ) {
    super(message);
    this.name = 'Refusal';
  }
}

/** The request as a whole can't be served: not signed in, throttled, malformed, or a part is down. Always top-level. */
export class RequestError extends Error {
  /** Seconds after which the same may succeed, where that is known better than by the code. */
  readonly retryAfterS: number | null;
  /** What a program may want to know besides. */
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly field: readonly string[] | null = null,
    options: ErrorOptions & { retryAfterS?: number; extensions?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options);
    this.name = 'RequestError';
    this.retryAfterS = options.retryAfterS ?? null;
    this.extensions = options.extensions ?? {};
  }
}

export function plateImmutable(): Refusal {
  return new Refusal('PLATE_IMMUTABLE', 'The plate of a case never changes; open another case for another vehicle.', [
    'input',
    'plate',
  ]);
}

/** Answers alike for what does not exist and for what the caller may not see. */
export function notFound(what: string, field: readonly string[]): Refusal {
  return new Refusal(
    'NOT_FOUND',
    `No such ${what}, or it is not yours to see. Check the id or plate and the organisation.`,
    field,
  );
}
