import type { ErrorCode } from './errors.ts';

export interface ErrorStatus {
  /** HTTP status for callers who ask for strict status, as the gateway does for all of them. */
  readonly strict: number;
  /** HTTP status for the others, of an answer that is an error as a whole; null leaves it 200. */
  readonly plain: number | null;
  /** Seconds after which the same call may succeed; null where repeating it does not help. */
  readonly retryAfterS: number | null;
}

/** Every code of the API in HTTP. Make tries again by itself after 429 and 503, so those are for what repeating helps. */
export const ERROR_STATUS: Readonly<Record<ErrorCode, ErrorStatus>> = {
  UNAUTHENTICATED: { strict: 401, plain: 401, retryAfterS: null },
  FORBIDDEN: { strict: 403, plain: 403, retryAfterS: null },
  PATH_NOT_WRITABLE: { strict: 403, plain: null, retryAfterS: null },
  MODULE_OWNED_BY_OTHER_WRITER: { strict: 403, plain: null, retryAfterS: null },
  NOT_FOUND: { strict: 404, plain: 404, retryAfterS: null },
  VERSION_CONFLICT: { strict: 409, plain: null, retryAfterS: null },
  DUPLICATE: { strict: 409, plain: null, retryAfterS: null },
  IDEMPOTENCY_IN_PROGRESS: { strict: 409, plain: null, retryAfterS: 2 },
  PAYLOAD_TOO_LARGE: { strict: 413, plain: 413, retryAfterS: null },
  VALIDATION_FAILED: { strict: 422, plain: null, retryAfterS: null },
  EXPECTED_VERSION_REQUIRED: { strict: 422, plain: null, retryAfterS: null },
  PLATE_IMMUTABLE: { strict: 422, plain: null, retryAfterS: null },
  PLATE_MISMATCH: { strict: 422, plain: null, retryAfterS: null },
  INVALID_DOCUMENT: { strict: 422, plain: null, retryAfterS: null },
  IDEMPOTENCY_KEY_REUSED: { strict: 422, plain: null, retryAfterS: null },
  INVALID_CURSOR: { strict: 422, plain: null, retryAfterS: null },
  QUERY_TOO_COMPLEX: { strict: 400, plain: null, retryAfterS: null },
  RATE_LIMITED: { strict: 429, plain: 429, retryAfterS: 10 },
  UNAVAILABLE: { strict: 503, plain: 503, retryAfterS: 2 },
  INTERNAL: { strict: 500, plain: null, retryAfterS: null },
};
