import type { IncomingMessage } from 'node:http';
import { type ErrorCode, Refusal } from '../errors.ts';
import type { RunDocument } from '../graphql/run-document.ts';
import type { RequestFacts } from '../graphql/yoga.ts';
import { SAVE_HELPER } from './case-helper-documents.ts';
import { readEtags, writeEtag } from './etag.ts';
import { HttpFailure } from './http-failure.ts';
import { errorsOf, headerOf, httpOf, type JsonAnswer, verdict } from './json-answer.ts';
import { readQueryParameters } from './query-parameters.ts';

const PARAMETERS = {
  expectedVersion: 'integer',
  onConflict: 'text',
  label: 'text',
  note: 'text',
  source: 'text',
} as const;

/** What the save is conditional on, and the status of a save whose condition does not hold. */
interface Condition {
  readonly expectedVersion: number | null;
  readonly onConflict: string | null;
  readonly staleStatus: 409 | 412;
}

interface Saved {
  readonly outcome: string;
  readonly userErrors: readonly { code: ErrorCode; message: string; field: readonly string[] | null }[];
  readonly helper: { readonly version: number; readonly changedPaths: readonly string[] } | null;
  readonly conflict: { readonly currentVersion: number } | null;
}

/** Replaces the helper of a case: case_helper.save_full with the conditions of HTTP. */
export async function putCaseHelper(
  exchange: {
    request: IncomingMessage;
    facts: RequestFacts & { readonly requestId: string };
    run: RunDocument;
    /** The JSON that was sent. */
    readHelper: () => Promise<unknown>;
  },
  caseId: string,
  query: URLSearchParams,
): Promise<JsonAnswer> {
  const { request, facts, run } = exchange;
  const { label, note, source, ...given } = readQueryParameters(query, PARAMETERS);
  const { staleStatus, ...condition } = readCondition(request, given);
  const helper = await exchange.readHelper();
  // The first thing to be refused would be the whole document, as a variable that must not be null.
  if (helper === null) throw new Refusal('INVALID_DOCUMENT', 'A helper is a JSON object.', ['body']);
  const ran = await run(facts, SAVE_HELPER, { input: { caseId, helper, ...condition, label, note, source } });
  const saved = (ran.result.data?.caseHelperSaveFull ?? null) as Saved | null;
  const refusals = (saved?.userErrors ?? []).map((refusal) => ({ ...refusal, requestId: facts.requestId }));
  const { status, headers } = httpOf(ran, headerOf(request, 'x-strict-status'));
  const version = saved?.helper?.version ?? saved?.conflict?.currentVersion;
  return {
    status: saved?.outcome === 'CONFLICT' && status === 409 ? staleStatus : saved?.outcome === 'CREATED' ? 201 : status,
    headers: {
      ...headers,
      ...(version === undefined ? {} : { etag: writeEtag(version), 'x-helper-version': String(version) }),
    },
    body: {
      ...verdict([...refusals, ...errorsOf(ran, facts.requestId)]),
      ...(saved && {
        ...saved,
        version: saved.helper?.version ?? null,
        changedPaths: saved.helper?.changedPaths ?? null,
      }),
    },
  };
}

/** @throws HttpFailure 428 for a save on no condition, 422 for one on several */
function readCondition(
  request: IncomingMessage,
  { expectedVersion, onConflict }: { expectedVersion: number | null; onConflict: string | null },
): Condition {
  const match = headerOf(request, 'if-match');
  const noneMatch = headerOf(request, 'if-none-match');
  if ([match, noneMatch, expectedVersion].filter((condition) => condition !== null).length > 1)
    throw refuse('if-match', 'Send one of If-Match, If-None-Match and expectedVersion.');
  if (expectedVersion !== null || (onConflict === 'FORCE' && match === null && noneMatch === null))
    return { expectedVersion, onConflict, staleStatus: 409 };
  if (noneMatch !== null) {
    if (readEtags(noneMatch).kind !== 'any') throw refuse('if-none-match', 'A first save says If-None-Match: *.');
    if (onConflict !== null)
      throw refuse('onConflict', 'A first save has nothing to merge with: leave onConflict out.');
    return { expectedVersion: 0, onConflict: 'REJECT', staleStatus: 412 };
  }
  if (match === null)
    throw new HttpFailure(
      428,
      'EXPECTED_VERSION_REQUIRED',
      'Say what your helper is made from: If-Match with the ETag you loaded, as "v12"; If-None-Match: * for the first save; If-Match: * to save over whatever is there.',
      ['if-match'],
    );
  const etags = readEtags(match);
  if (etags.kind === 'any') return { expectedVersion: null, onConflict: 'FORCE', staleStatus: 412 };
  if (etags.kind === 'unreadable' || etags.versions.length !== 1)
    throw refuse('if-match', 'If-Match is the one ETag you loaded, in its quotes: "v12".');
  return { expectedVersion: etags.versions[0]!, onConflict, staleStatus: 412 };
}

function refuse(field: string, message: string): HttpFailure {
  return new HttpFailure(422, 'VALIDATION_FAILED', message, [field]);
}
