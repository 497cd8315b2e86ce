import type { JsonValue } from '../json/json-value.ts';
import { CasegraphError } from './casegraph-error.ts';
import {
  type CaseHelperSaveFullInput,
  type ConflictStrategy,
  type SavedHelperFragment as SavedHelper,
  SaveHelperDocument,
  type SaveHelperMutation,
  type WriteSource,
} from './generated/operations.ts';
import type { Request, RequestOptions } from './http-request.ts';
import { randomKey } from './random-key.ts';
import { pause, retryDelayMs, type Timing } from './timing.ts';

export interface SaveOptions {
  /** Names a checkpoint. */
  readonly label?: string | undefined;
  readonly note?: string | undefined;
  readonly source?: WriteSource | undefined;
  /** What to do when others have saved since `expectedVersion`; MERGE_DISJOINT unless given. */
  readonly onConflict?: ConflictStrategy | undefined;
  /** Names this write; made up unless given. Give the one of an earlier error to go on with that write. */
  readonly idempotencyKey?: string | undefined;
  /** How long to go on trying, in milliseconds; two minutes unless given. */
  readonly withinMs?: number | undefined;
  /** Gives up at once. */
  readonly signal?: AbortSignal | undefined;
}

export interface SaveInput extends SaveOptions {
  readonly caseId: string;
  /** The version the helper was made from; 0 for the first. */
  readonly expectedVersion: number;
  readonly helper: JsonValue;
}

type Payload = SaveHelperMutation['caseHelperSaveFull'];

export type SaveOutcome =
  /** merged: others had saved since, elsewhere in the helper; `saved` has both. unchanged: it was so already. */
  | { readonly outcome: 'saved' | 'merged' | 'unchanged'; readonly saved: SavedHelper; readonly cursor: string | null }
  /** Others have changed the same places. Nothing was written; `conflict` has their version and the places. */
  | { readonly outcome: 'conflict'; readonly conflict: NonNullable<Payload['conflict']> }
  /** Nothing was written, and the same write will not be taken later either. */
  | { readonly outcome: 'refused'; readonly error: CasegraphError };

/** Thrown when time ran out: whether it was written is not known. The same write under the same key is safe at any time. */
export class SaveUncertainError extends CasegraphError {
  readonly idempotencyKey: string;

  constructor(last: CasegraphError, idempotencyKey: string) {
    super(
      last.code,
      `It is not known whether this was saved. Save it again with this idempotencyKey. ${last.message}`,
      {
        cause: last,
        requestId: last.requestId,
        retryable: true,
      },
    );
    this.name = 'SaveUncertainError';
    this.idempotencyKey = idempotencyKey;
  }
}

const TRY_FOR_MS = 120_000;

/**
 * Saves a whole helper once, however often it has to be sent: all tries carry one key, under which the server writes once.
 * @throws SaveUncertainError when there is no sure answer within the time
 */
export async function saveHelper(
  { request, timing }: { request: Request; timing: Timing },
  { caseId, expectedVersion, helper, withinMs = TRY_FOR_MS, signal, ...given }: SaveInput,
): Promise<SaveOutcome> {
  const input = {
    onConflict: 'MERGE_DISJOINT' as const,
    ...given,
    idempotencyKey: given.idempotencyKey ?? randomKey(),
    caseId,
    expectedVersion,
    helper,
  };
  const until = Date.now() + withinMs;
  for (let failures = 0; ; failures++) {
    const answer = await ask(request, input, {
      signal,
      withinMs: Math.min(timing.requestWithinMs, until - Date.now()),
    });
    if (!(answer instanceof CasegraphError)) return answer;
    if (!answer.retryable) return { outcome: 'refused', error: answer };
    const waitMs = Math.max(retryDelayMs(failures, timing), answer.retryAfterMs ?? 0);
    if (signal?.aborted || Date.now() + waitMs >= until) throw new SaveUncertainError(answer, input.idempotencyKey);
    await pause(waitMs, signal);
  }
}

/** One try; an error instead of an outcome where there is none. */
async function ask(
  request: Request,
  input: CaseHelperSaveFullInput,
  options: RequestOptions,
): Promise<SaveOutcome | CasegraphError> {
  try {
    const answer = await request(SaveHelperDocument, { input }, options);
    return readOutcome(answer.caseHelperSaveFull);
  } catch (error) {
    if (error instanceof CasegraphError) return error;
    throw error;
  }
}

function readOutcome({ outcome, helper, cursor, conflict, userErrors }: Payload): SaveOutcome | CasegraphError {
  if (conflict) return { outcome: 'conflict', conflict };
  const [error] = userErrors;
  if (error) return new CasegraphError(error.code, error.message, { field: error.field });
  const kind = outcome === 'MERGED' ? 'merged' : outcome === 'UNCHANGED' ? 'unchanged' : 'saved';
  return { outcome: kind, saved: helper!, cursor };
}
