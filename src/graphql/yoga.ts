import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
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
import { codedValidation, namedDocuments, readableDocuments } from './document-plugins.ts';
import { type ExecutionFacts, executeInScope, type Live, subscribeInScope } from './execute.ts';
import { type AddressOf, addressHolder } from './limits/client-address.ts';
import type { Guard } from './limits/guard.ts';
import { observedOperations } from './observed-operations.ts';
import { limitAnswer } from './print-result.ts';
import { requestIdOf } from './request-id.ts';
import { SharedResults } from './shared-results.ts';
import { bringsStatus, httpFactsOf, isStrict } from './strict-status.ts';

export interface GraphqlOptions {
  readonly database: Database;
  readonly hub: FeedHub;
  readonly authenticate: Authenticate;
  readonly log: Logger;
  readonly guard: Guard;
  readonly addressOf: AddressOf;
  /** Names of the schema are told to those who know them: a wrong one suggests none that is alike. */
  readonly hidesSuggestions: boolean;
  readonly observer: Observer;
}

export interface UserContext extends Context, ExecutionFacts {}

export type Yoga = YogaServerInstance<Partial<UserContext>, UserContext>;

/** GraphQL over HTTP and SSE at /graphql. The WebSocket side runs its documents through the same engine. */
export function createGraphql(options: GraphqlOptions): Yoga {
  const { log, guard } = options;
  return createYoga<Partial<UserContext>, UserContext>({
    schema,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    logging: false,
    multipart: false,
    batching: false,
    cors: false,
    maxRequestBodySize: guard.limits.bodyBytes,
    parserAndValidationCache: true,
    graphiql: false,
    // A socket brings the context it made from its connectionParams, and so do requests that are not for Yoga.
    context: (given) => {
      if (given.operation) return given as UserContext;
      const http = given as unknown as FromHttp;
      return createContext(options, factsOf(http), { cutOff: () => http.res.destroy() });
    },
    maskedErrors: { maskError: (error) => withHttpStatus(toClientError(readFault(error), randomUUID(), log)) },
    plugins: [
      namedDocuments(guard),
      scopes({ shared: new SharedResults(), guard, log }),
      observedOperations(options.observer),
      rawJson(guard.limits.responseBytes),
      readableDocuments(guard),
      codedValidation(options.hidesSuggestions),
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
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

/** Names under which a request or a socket's connectionParams say who asks, for which organisation, and under what key. */
export interface RequestFacts {
  get(
    name: Parameters<CredentialSource['get']>[0] | 'x-org-id' | 'x-request-id' | 'idempotency-key' | 'x-cost',
  ): string | null;
  /** The request itself, of a socket the one it was opened by. */
  readonly request: IncomingMessage;
  /** The answer, where it has headers. */
  readonly response: ServerResponse | null;
  /** The HTTP request they are of; a socket's operations have none of their own. */
  readonly exchange?: Exchange | undefined;
}

/** @throws RequestError or Refusal */
export async function createContext(
  options: Pick<GraphqlOptions, 'database' | 'hub' | 'authenticate' | 'guard' | 'addressOf'>,
  facts: RequestFacts,
  { cutOff, isOwnDocument = false }: { cutOff?: () => void; isOwnDocument?: boolean } = {},
): Promise<UserContext> {
  const { guard } = options;
  const requestId = requestIdOf(facts.get('x-request-id'));
  if (facts.exchange) facts.exchange.requestId = requestId;
  const requestedOrg = facts.get('x-org-id');
  if (requestedOrg && !isUuid(requestedOrg))
    throw new Refusal('VALIDATION_FAILED', 'X-Org-Id is the UUID of an organisation.', ['X-Org-Id']);
  const address = options.addressOf(facts.request);
  const credential = facts.get('authorization') || facts.get('apikey') || null;
  const identity = await guard.failedSignIns
    .guard(addressHolder(address), credential, () => options.authenticate(facts, requestId))
    .catch((error: unknown) => {
      if (facts.exchange) facts.exchange.code = error instanceof RequestError ? error.code : 'INTERNAL';
      throw error;
    });
  const { response } = facts;
  return {
    operation: new Operation({
      identity,
      requestId,
      requestedOrg,
      database: options.database,
      hub: options.hub,
      cutOff,
      exchange: facts.exchange,
      maxTextLength: guard.limits.responseBytes,
    }),
    idempotencyKey: facts.get('idempotency-key'),
    endsWithToken: response !== null,
    takesText: response !== null,
    tellsCost: facts.get('x-cost') === '1',
    sender: {
      identity,
      address,
      isOwnDocument,
      tell: (name, value) => {
        if (response && !response.headersSent) response.setHeader(name, value);
      },
    },
  };
}

function factsOf({ request: { headers }, req, res }: FromHttp): RequestFacts {
  return { get: (name) => headers.get(name), exchange: exchangeOf(req), request: req, response: res };
}

/** One operation is one scope, over HTTP as over a socket. */
function scopes(live: Live): Plugin<UserContext> {
  return {
    onExecute: ({ setExecuteFn }) => setExecuteFn(((args: never) => executeInScope(args, live)) as never),
    onSubscribe: ({ setSubscribeFn }) => setSubscribeFn(((args: never) => subscribeInScope(args, live)) as never),
  };
}

/** Helpers reach the answer as the database's own text. */
function rawJson(maxBytes: number): Plugin<UserContext> {
  return {
    onExecute: ({ args }) => ({
      // The result stays the same object: what it prints to may be known of it.
      onExecuteDone: ({ result }) => {
        if (Symbol.asyncIterator in (result as object)) return;
        const { requestId } = (args.contextValue as UserContext).operation;
        const stringify = (shown: ExecutionResult) => limitAnswer(stringifyWithRaw(shown), maxBytes, requestId);
        Object.assign(result, { stringify });
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
