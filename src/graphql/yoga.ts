import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { Authenticate, CredentialSource } from '../auth/authenticate.ts';
import type { Database } from '../db/database.ts';
import { Refusal, RequestError } from '../errors.ts';
import { stringifyWithRaw } from '../json/raw-json.ts';
import type { Logger } from '../log.ts';
import { type Exchange, exchangeOf } from '../observe/exchange.ts';
import type { Observer } from '../observe/observer.ts';
import { type Context, Operation } from '../schema/context.ts';
import { isUuid } from '../schema/ids.ts';
import { schema } from '../schema/index.ts';
import type { FeedHub } from '../subscriptions/feed-hub.ts';
import { toClientError, withHttpStatus } from './client-error.ts';
import { executeInScope, type Live, subscribeInScope } from './execute.ts';
import type { LiveLimits } from './live-limits.ts';
import { observedOperations } from './observed-operations.ts';
import { SharedResults } from './shared-results.ts';
import { bringsStatus, httpFactsOf, isStrict } from './strict-status.ts';

/** A helper of 5 MiB and what may stand around it; a larger helper within this is refused by name. */
export const MAX_BODY_BYTES = 12 * 1024 * 1024;
/** Tokens of a document. A document of this length is a mistake, and parsing recurses. */
const MAX_DOCUMENT_TOKENS = 5_000;

export interface GraphqlOptions {
  readonly database: Database;
  readonly hub: FeedHub;
  readonly authenticate: Authenticate;
  readonly log: Logger;
  readonly limits: LiveLimits;
  readonly observer: Observer;
}

export interface UserContext extends Context {
  readonly idempotencyKey: string | null;
  /** A stream over HTTP ends with its token; a socket is closed as a whole. */
  readonly endsWithToken: boolean;
  /** Whether the answer is only printed, so that values in it may be the text that Postgres printed. */
  readonly takesText: boolean;
}

export type Yoga = YogaServerInstance<Partial<UserContext>, UserContext>;

/** GraphQL over HTTP and SSE at /graphql. The WebSocket side runs its documents through the same engine. */
export function createGraphql(options: GraphqlOptions): Yoga {
  const { log } = options;
  return createYoga<Partial<UserContext>, UserContext>({
    schema,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    logging: false,
    multipart: false,
    batching: false,
    cors: false,
    maxRequestBodySize: MAX_BODY_BYTES,
    parserAndValidationCache: true,
    graphiql: false,
    // A socket brings the context it made from its connectionParams.
    context: ({
      operation,
      idempotencyKey = null,
      takesText = false,
      request,
      req,
      res,
    }: Partial<UserContext> & FromHttp) =>
      operation
        ? { operation, idempotencyKey, takesText, endsWithToken: false }
        : createContext(options, headersOf(request.headers, req && exchangeOf(req)), () => res?.destroy()),
    maskedErrors: { maskError: (error) => withHttpStatus(toClientError(readFault(error), randomUUID(), log)) },
    plugins: [
      scopes({ shared: new SharedResults(), limits: options.limits, log }),
      observedOperations(options.observer),
      rawJson(),
      limits(),
      codedValidation(),
      statuses(),
    ],
  });
}

/** Yoga lets out what JSON.parse says of the parameters of an address. What resolvers throw comes as a GraphQLError. */
function readFault(error: unknown): unknown {
  if (!(error instanceof SyntaxError)) return error;
  return new RequestError(
    'VALIDATION_FAILED',
    'The parameters variables and extensions of an address are JSON objects.',
  );
}

/** What Yoga's adapter for Node adds to a request. */
interface FromHttp {
  readonly request: Request;
  readonly req?: IncomingMessage;
  readonly res?: ServerResponse;
}

/** Names under which a request or a socket's connectionParams say who asks, for which organisation, and under what key. */
export interface RequestFacts {
  get(name: Parameters<CredentialSource['get']>[0] | 'x-org-id' | 'x-request-id' | 'idempotency-key'): string | null;
  /** The HTTP request they are of; a socket's operations have none of their own. */
  readonly exchange?: Exchange | undefined;
}

/** The id a request brought, if that can be one; else one of ours. */
export function requestIdOf(given: string | null): string {
  return given && /^[\w.:-]{8,100}$/.test(given) ? given : randomUUID();
}

/** @throws RequestError or Refusal */
export async function createContext(
  options: Pick<GraphqlOptions, 'database' | 'hub' | 'authenticate'>,
  facts: RequestFacts,
  cutOff?: () => void,
): Promise<UserContext> {
  const requestId = requestIdOf(facts.get('x-request-id'));
  if (facts.exchange) facts.exchange.requestId = requestId;
  const requestedOrg = facts.get('x-org-id');
  if (requestedOrg && !isUuid(requestedOrg))
    throw new Refusal('VALIDATION_FAILED', 'X-Org-Id is the UUID of an organisation.', ['X-Org-Id']);
  const identity = await options.authenticate(facts, requestId).catch((error: unknown) => {
    if (facts.exchange) facts.exchange.code = error instanceof RequestError ? error.code : 'INTERNAL';
    throw error;
  });
  return {
    operation: new Operation({
      identity,
      requestId,
      requestedOrg,
      database: options.database,
      hub: options.hub,
      cutOff,
      exchange: facts.exchange,
    }),
    idempotencyKey: facts.get('idempotency-key'),
    endsWithToken: true,
    takesText: true,
  };
}

function headersOf(headers: Headers, exchange: Exchange | undefined): RequestFacts {
  return { get: (name) => headers.get(name), exchange };
}

/** One operation is one scope, over HTTP as over a socket. */
function scopes(live: Live): Plugin<UserContext> {
  return {
    onExecute: ({ setExecuteFn }) => setExecuteFn(((args: never) => executeInScope(args, live.log)) as never),
    onSubscribe: ({ setSubscribeFn }) => setSubscribeFn(((args: never) => subscribeInScope(args, live)) as never),
  };
}

/** Helpers reach the answer as the database's own text. */
function rawJson(): Plugin<UserContext> {
  return {
    onExecute: () => ({
      // The result stays the same object: what it prints to may be known of it.
      onExecuteDone: ({ result }) => {
        if (!(Symbol.asyncIterator in (result as object))) Object.assign(result, { stringify: stringifyWithRaw });
      },
    }),
  };
}

/** Failures with their HTTP status for who asked for it, and the header that tells a replay. The body stays as it is. */
function statuses(): Plugin<UserContext> {
  return {
    onResultProcess: ({ request, result, setResult, serverContext }) => {
      if (Array.isArray(result) || Symbol.asyncIterator in result) return;
      const { operation = null } = serverContext as Partial<UserContext>;
      const strict = isStrict(request.headers.get('x-strict-status'), operation?.identity ?? null);
      const { status, headers } = httpFactsOf(result, operation, strict && !result.errors?.some(bringsStatus));
      if (status === null && Object.keys(headers).length === 0) return;
      const http = { ...(status === null ? {} : { status }), headers };
      setResult({ ...result, extensions: { ...result.extensions, http } } as ExecutionResult);
    },
  };
}

/** Refuses overlong documents while they are read: the parser recurses, and so does what comes after it. */
function limits(): Plugin<UserContext> {
  return {
    onParse: ({ parseFn, setParseFn }) =>
      setParseFn((source: string, options: object) => parseFn(source, { ...options, maxTokens: MAX_DOCUMENT_TOKENS })),
  };
}

/** Complaints about a document carry a code of ours and the request's id, as every other error does. */
function codedValidation(): Plugin<UserContext> {
  return {
    onValidate:
      () =>
      ({ valid, result, setResult }) => {
        if (valid) return;
        const extensions = { code: 'VALIDATION_FAILED', requestId: randomUUID() };
        // Copies: what was found is kept with the document, for the next request that sends it.
        setResult(
          (result as GraphQLError[]).map(
            ({ message, nodes }) => new GraphQLError(message, { nodes: nodes ?? null, extensions }),
          ),
        );
      },
  };
}
