import type { IncomingMessage } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import { ERROR_STATUS } from '../../error-status.ts';
import type { RanDocument, RunDocument } from '../../graphql/run-document.ts';
import type { Limits } from '../../limits.ts';
import type { Logger } from '../../log.ts';
import { assertMethod, HttpFailure } from '../http-failure.ts';
import {
  type AnswerError,
  answerJson,
  errorsOf,
  factsOf,
  headerOf,
  httpOf,
  type JsonAnswer,
  verdict,
} from '../json-answer.ts';
import { readJsonBody } from '../read-json-body.ts';
import type { RequestHandler } from '../routes.ts';
import { findInputFaults, type InputFault } from './input-faults.ts';
import { type GatewayOperation, listOperations } from './operations.ts';
import { readParameters } from './parameters.ts';

/** Every operation of the schema at /gateway/{name}: reads with GET, writes with POST. */
export function createGateway(schema: GraphQLSchema, run: RunDocument, log: Logger, limits: Limits): RequestHandler {
  let operations: ReadonlyMap<string, GatewayOperation> | null = null;
  return (request, response) => {
    const facts = factsOf(request, response);
    const answer = async () => {
      // Some hundred documents, which a server without Make never needs.
      operations ??= listOperations(schema);
      const url = new URL(request.url ?? '/', 'http://gateway');
      const operation = findOperation(operations, url.pathname);
      const variables =
        operation.kind === 'read'
          ? readQuery(request, operation, url.searchParams)
          : await readInput(request, operation, url, limits.bodyBytes);
      if ('faults' in variables) return refuse(variables.faults, facts.requestId, headerOf(request, 'x-strict-status'));
      const ran = await run(facts, operation.document, variables.variables);
      return { ...httpOf(ran, headerOf(request, 'x-strict-status')), body: bodyOf(operation, ran, facts.requestId) };
    };
    return answerJson(response, facts.requestId, log, answer, limits.responseBytes);
  };
}

type Variables = { readonly variables: Readonly<Record<string, unknown>> } | { readonly faults: readonly InputFault[] };

function readQuery(request: IncomingMessage, operation: GatewayOperation, query: URLSearchParams): Variables {
  assertMethod(request.method, ['GET']);
  const { variables, faults } = readParameters(operation.field.args, query);
  return faults.length > 0 ? { faults } : { variables };
}

async function readInput(
  request: IncomingMessage,
  operation: GatewayOperation,
  url: URL,
  maxBytes: number,
): Promise<Variables> {
  assertMethod(request.method, ['POST']);
  const { variables, faults } = readParameters([], url.searchParams);
  if (faults.length > 0) return { faults };
  const input = await readJsonBody(request, maxBytes);
  const [argument] = operation.field.args;
  const wrong = findInputFaults(input, argument!.type, [argument!.name]);
  return wrong.length > 0 ? { faults: wrong } : { variables: { ...variables, [argument!.name]: input } };
}

function findOperation(operations: ReadonlyMap<string, GatewayOperation>, path: string): GatewayOperation {
  const name = decodeName(path.slice('/gateway/'.length));
  const found = operations.get(name);
  if (found) return found;
  const near = findNearNames(name, [...operations.keys()]);
  throw new HttpFailure(
    404,
    'NOT_FOUND',
    `There is no operation ${name.slice(0, 100)}. ${near.length > 0 ? `Did you mean ${near.join(', ')}? ` : ''}All are listed at /gateway/openapi.json.`,
    ['operation'],
  );
}

function decodeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Names of the same subject or the same verb, and those that differ in spelling only. */
function findNearNames(name: string, names: readonly string[]): string[] {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z]/g, '');
  const [subject, verb] = name.toLowerCase().split('.');
  const alike = names.filter((known) => plain(known) === plain(name));
  if (alike.length > 0) return alike;
  return names.filter((known) => known.startsWith(`${subject}.`) || (verb && known.endsWith(`.${verb}`))).slice(0, 10);
}

function refuse(faults: readonly InputFault[], requestId: string, strictHeader: string | null): JsonAnswer {
  const errors = faults.map((fault): AnswerError => ({ ...fault, requestId }));
  const { strict, plain } = ERROR_STATUS[faults[0]!.code];
  return { status: strictHeader === '0' ? (plain ?? 200) : strict, headers: {}, body: verdict(errors) };
}

/** A write answers its payload, a read its value as `data`; both after what every answer begins with. */
function bodyOf(operation: GatewayOperation, ran: RanDocument, requestId: string): JsonAnswer['body'] {
  const value = ran.result.data?.[operation.field.name] ?? null;
  const errors = errorsOf(ran, requestId);
  if (operation.kind === 'read') return { ...verdict(errors), data: value };
  const payload = value as { userErrors: Omit<AnswerError, 'requestId'>[] } | null;
  const refusals = (payload?.userErrors ?? []).map((refusal) => ({ ...refusal, requestId }));
  return { ...verdict([...refusals, ...errors]), ...payload, ...(errors.length > 0 ? { ok: false } : {}) };
}
