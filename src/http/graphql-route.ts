import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ExecutionResult, type GraphQLError, getOperationAST, OperationTypeNode } from 'graphql';
import { toClientError, withHttpStatus } from '../graphql/client-error.ts';
import { printAnswer } from '../graphql/print-result.ts';
import { bringsStatus, httpFactsOf, isStrict } from '../graphql/strict-status.ts';
import { createContext, type GraphqlOptions, type UserContext, type Yoga } from '../graphql/yoga.ts';
import { factsOf, headerOf } from './json-answer.ts';

type MediaType = 'application/json' | 'application/graphql-response+json';

interface Params {
  readonly query: string;
  readonly operationName?: string | null;
  readonly variables?: Record<string, unknown> | null;
}

/**
 * GraphQL over HTTP. A query or mutation in a JSON body, which is nearly every request, goes straight to Yoga's engine:
 * the Request and Response objects of the Fetch API would cost more than all else that a small query needs. What is
 * anything else, or not quite right, is Yoga's to answer.
 */
export function createGraphqlRoute(yoga: Yoga, options: GraphqlOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const mediaType = isPlainPost(request, options.guard.limits.bodyBytes)
      ? chooseMediaType(request.headers.accept)
      : null;
    if (!mediaType) return void (await yoga(request, response));
    const body = await readBody(request);
    if (!body) return;
    const params = readParams(body);
    const answer = params && (await run(yoga, options, factsOf(request, response), params));
    if (!answer) return void (await yoga(Object.assign(request, { body }), response));
    send(request, response, mediaType, answer, options.guard.limits.responseBytes);
  };
}

interface Answer {
  readonly result: ExecutionResult;
  readonly context: UserContext | null;
}

/** Null for a subscription, which takes a stream. */
async function run(
  yoga: Yoga,
  options: GraphqlOptions,
  facts: ReturnType<typeof factsOf>,
  params: Params,
): Promise<Answer | null> {
  let context: UserContext | null = null;
  try {
    context = await createContext(options, facts);
    const enveloped = yoga.getEnveloped({ ...context, params } as never);
    const document = enveloped.parse(params.query);
    const { operationName } = params;
    const errors = enveloped.validate(enveloped.schema, document) as readonly GraphQLError[];
    if (errors.length > 0) return { result: { errors }, context };
    const kind = getOperationAST(document, operationName)?.operation;
    if (kind === OperationTypeNode.SUBSCRIPTION) return null;
    const contextValue = await enveloped.contextFactory();
    const { schema } = enveloped;
    const { variables: variableValues } = params;
    const result = await enveloped.execute({ schema, document, contextValue, variableValues, operationName });
    return { result: result as ExecutionResult, context };
  } catch (error) {
    const requestId = context?.operation.requestId ?? facts.requestId;
    return { result: { errors: [withHttpStatus(toClientError(error, requestId, options.log))] }, context };
  }
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  mediaType: MediaType,
  answer: Answer,
  maxBytes: number,
): void {
  if (response.destroyed) return;
  const { result, context } = answer;
  const operation = context?.operation ?? null;
  const strict = isStrict(headerOf(request, 'x-strict-status'), operation?.identity ?? null);
  const facts = httpFactsOf(result, operation, strict && !result.errors?.some(bringsStatus));
  const { body, encoding } = printAnswer(result, maxBytes, operation?.requestId ?? '');
  response
    .writeHead(facts.status ?? statusOf(result, mediaType), {
      'content-type': `${mediaType}; charset=utf-8`,
      'content-length': Buffer.byteLength(body, encoding),
      ...headersOf(result),
      ...facts.headers,
    })
    .end(body, encoding);
}

/** As GraphQL over HTTP has it: under the newer media type a request that was not executed is 400, under the older one 200. */
function statusOf({ data, errors = [] }: ExecutionResult, mediaType: MediaType): number {
  const given = errors.flatMap(({ extensions }) => {
    const http = extensions.http as { status?: number; spec?: boolean } | undefined;
    return http?.status && !(http.spec && mediaType === 'application/json') ? [http.status] : [];
  });
  if (given.length > 0) return Math.max(...given);
  return data === undefined && mediaType !== 'application/json' ? 400 : 200;
}

function headersOf({ errors = [], extensions }: ExecutionResult): Record<string, string> {
  const carriers = [extensions, ...errors.map((error) => error.extensions)] as ({ http?: object } | undefined)[];
  return Object.assign({}, ...carriers.map((carrier) => (carrier?.http as { headers?: object } | undefined)?.headers));
}

function isPlainPost({ method, headers }: IncomingMessage, maxBytes: number): boolean {
  const length = Number(headers['content-length'] ?? Number.NaN);
  return (
    method === 'POST' &&
    /^application\/json\s*(;\s*charset=utf-8\s*)?$/i.test(headers['content-type'] ?? '') &&
    headers['content-encoding'] === undefined &&
    length <= maxBytes
  );
}

/** The first that is asked for of the two; null where preferences are weighed, or something else is wanted. */
function chooseMediaType(accept = '*/*'): MediaType | null {
  for (const asked of accept.toLowerCase().split(',')) {
    const type = asked.trim().replace(/;\s*charset=utf-8$/, '');
    if (type === '*/*' || type === 'application/*' || type === 'application/json') return 'application/json';
    if (type === 'application/graphql-response+json') return type;
    return null;
  }
  return null;
}

/** Null when the client has gone. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  return new Promise((resolve) => {
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    request.once('close', () => resolve(null));
  });
}

const NAMES = new Set(['query', 'operationName', 'variables', 'extensions']);

/** Null for what is not as the protocol has it: Yoga says what is wrong with it. */
function readParams(body: Buffer): Params | null {
  let params: Record<string, unknown>;
  try {
    params = JSON.parse(body.toString());
  } catch {
    return null;
  }
  if (!isObject(params) || !Object.keys(params).every((name) => NAMES.has(name))) return null;
  const { query, operationName, variables, extensions } = params;
  const fits =
    typeof query === 'string' &&
    (operationName == null || typeof operationName === 'string') &&
    (variables == null || isObject(variables)) &&
    (extensions == null || isObject(extensions));
  return fits ? (params as unknown as Params) : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
