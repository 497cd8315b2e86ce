import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RunDocument } from '../graphql/run-document.ts';
import type { RequestFacts } from '../graphql/yoga.ts';
import type { RawJson } from '../json/raw-json.ts';
import type { Limits } from '../limits.ts';
import type { Logger } from '../log.ts';
import { READ_CURRENT, READ_VERSION } from './case-helper-documents.ts';
import { putCaseHelper } from './case-helper-put.ts';
import { readEtags, writeEtag } from './etag.ts';
import { assertMethod, HttpFailure } from './http-failure.ts';
import { answerJson, errorsOf, factsOf, headerOf, httpOf, type JsonAnswer, verdict } from './json-answer.ts';
import { readQueryParameters } from './query-parameters.ts';
import { readJsonBody } from './read-json-body.ts';
import type { RequestHandler } from './routes.ts';

/**
 * The helper of a case as a document of the web: GET answers its JSON text, PUT replaces it. The version is the ETag, so
 * whoever keeps a copy asks whether it is fresh with If-None-Match, and saves over it with If-Match.
 */
export function createCaseHelperRoute(run: RunDocument, log: Logger, limits: Limits): RequestHandler {
  return (request, response) => {
    const facts = factsOf(request, response);
    return answerJson(response, facts.requestId, log, async () => {
      const url = new URL(request.url ?? '/', 'http://case');
      assertMethod(request.method, ['GET', 'HEAD', 'PUT']);
      const id = readCaseId(url.pathname);
      if (request.method === 'PUT') {
        const helper = () => readJsonBody(request, limits.bodyBytes);
        return putCaseHelper({ request, facts, run, readHelper: helper }, id, url.searchParams);
      }
      return getCaseHelper({ request, response, facts, run }, id, url.searchParams);
    });
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly facts: RequestFacts & { readonly requestId: string };
  readonly run: RunDocument;
}

interface ReadVersion {
  readonly version: number;
  readonly savedAt: string;
  readonly helperJson?: RawJson | null;
}

interface Wanted {
  readonly id: string;
  /** Null for the current one. */
  readonly version: number | null;
  readonly pointer: string | null;
}

/** Null when the helper has been written to the response. */
async function getCaseHelper(exchange: Exchange, id: string, query: URLSearchParams): Promise<JsonAnswer | null> {
  const { request, response } = exchange;
  const wanted = { id, ...readQueryParameters(query, { version: 'integer', pointer: 'text' }) };
  const tags = headerOf(request, 'if-none-match');
  const kept = tags === null ? null : readEtags(tags);
  // Whoever may have it already is not read the whole of it to find out.
  if (kept || request.method === 'HEAD') {
    const seen = await read(exchange, wanted, 'facts');
    if ('status' in seen) return seen;
    const isFresh = kept?.kind === 'any' || (kept?.kind === 'versions' && kept.versions.includes(seen.version));
    if (isFresh || request.method === 'HEAD') {
      response.writeHead(isFresh ? 304 : 200, headersOf(exchange, seen)).end();
      return null;
    }
  }
  const found = await read(exchange, wanted, 'content');
  if ('status' in found) return found;
  if (!found.helperJson)
    throw new HttpFailure(404, 'NOT_FOUND', 'The pointer names nothing in this version of the helper.', ['pointer']);
  const body = Buffer.from(found.helperJson.text);
  response.writeHead(200, { ...headersOf(exchange, found), 'content-length': body.length }).end(body);
  return null;
}

/** The version, or the answer that says why there is none. */
async function read(
  { run, facts, request }: Exchange,
  { id, version, pointer }: Wanted,
  what: 'facts' | 'content',
): Promise<ReadVersion | JsonAnswer> {
  const document = (version === null ? READ_CURRENT : READ_VERSION)[what];
  const ran = await run(facts, document, { id, version, pointer });
  const data = ran.result.data as { helper?: ReadVersion | null; case?: { helper: ReadVersion | null } | null } | null;
  const errors = errorsOf(ran, facts.requestId);
  if (errors.length > 0) {
    // The argument goes by the name it has in the address.
    const named = errors.map((error) => (error.field?.[0] === 'caseId' ? { ...error, field: ['id'] } : error));
    return { ...httpOf(ran, headerOf(request, 'x-strict-status')), body: verdict(named) };
  }
  const found = data?.helper ?? data?.case?.helper;
  if (found) return found;
  throw version === null
    ? new HttpFailure(
        404,
        'NOT_FOUND',
        'The case has no helper yet. The first is sent with PUT and If-None-Match: *.',
        ['id'],
      )
    : new HttpFailure(404, 'NOT_FOUND', `The helper of this case has no version ${version}.`, ['version']);
}

function headersOf({ facts }: Exchange, { version, savedAt }: ReadVersion): Record<string, string> {
  return {
    'content-type': 'application/json; charset=utf-8',
    etag: writeEtag(version),
    'x-helper-version': String(version),
    'last-modified': new Date(savedAt).toUTCString(),
    // To be kept by the one who asked, and asked about each time.
    'cache-control': 'private, no-cache',
    vary: 'authorization, apikey, x-org-id',
    'x-content-type-options': 'nosniff',
    'x-request-id': facts.requestId,
  };
}

/** Which id it is, and whether it is one, is for the query to say. */
function readCaseId(path: string): string {
  try {
    return decodeURIComponent(path.split('/')[2]!);
  } catch {
    throw new HttpFailure(404, 'NOT_FOUND', 'The address is not readable: a percent sign in it begins no character.', [
      'id',
    ]);
  }
}
