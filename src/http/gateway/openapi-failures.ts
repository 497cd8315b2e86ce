import { ERROR_STATUS } from '../../error-status.ts';
import { ERROR_CODES, type ErrorCode } from '../../errors.ts';
import { reference } from './json-schema.ts';

/** What every answer begins with. */
export const VERDICT = {
  members: {
    ok: { type: 'boolean', description: 'True when nothing was refused.' },
    message: {
      type: ['string', 'null'],
      description: 'The first error, its code in front of it, as "NOT_FOUND: No such case …"; null when there is none.',
    },
    errors: {
      type: 'array',
      items: reference('AnswerError'),
      description: 'All that was wrong; empty when nothing was.',
    },
  },
  components: {
    AnswerError: {
      type: 'object',
      properties: {
        code: reference('ErrorCode'),
        message: { type: 'string', description: 'For people: what was wrong and what to do.' },
        field: {
          type: ['array', 'null'],
          items: { type: 'string' },
          description: 'What is at fault: a parameter, a header, or a path in the body, which is called "input".',
        },
        requestId: { type: 'string', description: 'Quote it when you report the error.' },
      },
      required: ['code', 'message', 'field', 'requestId'],
    },
    Failure: {
      type: 'object',
      description: 'What was refused by an operation has the members of its payload beside these.',
      properties: {
        ok: { type: 'boolean', const: false },
        message: { type: 'string', pattern: '^[A-Z_]+: ', description: 'The first error, its code in front of it.' },
        errors: { type: 'array', minItems: 1, items: reference('AnswerError') },
      },
      required: ['ok', 'message', 'errors'],
    },
  },
} as const;

/** What HTTP has a status for beside those of the codes. */
const HTTP_FAILURES: Readonly<Record<number, string>> = {
  400: 'The body is not JSON.',
  405: 'Reads are asked for with GET, writes are sent with POST.',
  415: 'The body is not sent as application/json in UTF-8.',
};

const STATUSES = new Set([
  ...ERROR_CODES.map((code) => ERROR_STATUS[code].strict),
  ...Object.keys(HTTP_FAILURES).map(Number),
]);

/** One response a status, shared by all operations. */
export const FAILURES = Object.fromEntries(
  [...STATUSES].sort().map((status) => {
    const codes = ERROR_CODES.filter((code) => ERROR_STATUS[code].strict === status);
    const retries = codes.filter((code) => ERROR_STATUS[code].retryAfterS !== null);
    const description = [HTTP_FAILURES[status], codes.length > 0 ? `Codes: ${codes.join(', ')}.` : null];
    const headers = {
      'X-Request-Id': { $ref: '#/components/headers/RequestId' },
      ...(retries.length > 0 ? { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } } : {}),
    };
    const example = exampleOf(codes[0] ?? 'VALIDATION_FAILED');
    const content = { 'application/json': { schema: reference('Failure'), example } };
    return [`Status${status}`, { description: description.filter(Boolean).join(' '), headers, content }];
  }),
);

function exampleOf(code: ErrorCode): object {
  const message = 'What was wrong, and what to do.';
  const requestId = '6f2d1c1e-8a53-4a0e-9a3d-0f6f0e6c2b11';
  return { ok: false, message: `${code}: ${message}`, errors: [{ code, message, field: null, requestId }] };
}

/** Those that can't happen to a read. */
const ONLY_WRITES: ReadonlySet<string> = new Set(['Status409', 'Status413', 'Status415']);

/** The failures of an operation, by status. */
export function failuresOf(kind: 'read' | 'write'): Record<string, { $ref: string }> {
  const names = Object.keys(FAILURES).filter((name) => kind === 'write' || !ONLY_WRITES.has(name));
  return Object.fromEntries(names.map((name) => [name.slice(6), { $ref: `#/components/responses/${name}` }]));
}

export const HEADERS = {
  RequestId: {
    description: 'The id the request is logged and its writes are recorded under.',
    schema: { type: 'string' },
  },
  RetryAfter: { description: 'Seconds after which the same call may succeed.', schema: { type: 'integer' } },
  IdempotentReplayed: {
    description: 'true when nothing was written now: this is the outcome of the first call with the key.',
    schema: { type: 'string', enum: ['true'] },
  },
};

export const REQUEST_HEADERS = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      '8 to 255 characters that name this write. The same key with the same body writes once, however often it is sent within 30 days.',
    schema: { type: 'string', minLength: 8, maxLength: 255 },
  },
  OrgId: {
    name: 'X-Org-Id',
    in: 'header',
    description: 'UUID of the organisation to act for. Needed by service tokens and by members of several.',
    schema: { type: 'string', format: 'uuid' },
  },
  StrictStatus: {
    name: 'X-Strict-Status',
    in: 'header',
    description: '0 answers 200 for what was refused, as /graphql does.',
    schema: { type: 'string', enum: ['0', '1'], default: '1' },
  },
  RequestId: {
    name: 'X-Request-Id',
    in: 'header',
    description: 'An id of yours, 8 to 100 letters, digits and . : _ -; one is made up otherwise.',
    schema: { type: 'string', pattern: '^[\\w.:-]{8,100}$' },
  },
};

export const SECURITY = {
  requirements: [{ bearer: [] }, { apikey: [] }],
  schemes: {
    bearer: { type: 'http', scheme: 'bearer', description: 'A token of the sign-in, or an API key (cgk_…).' },
    apikey: { type: 'apiKey', in: 'header', name: 'apikey', description: 'The same in a header of its own.' },
  },
};
