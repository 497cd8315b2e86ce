import { ERROR_CODES, type Refusal } from '../errors.ts';
import { BulkRefusal, type BulkResult } from '../resolvers/bulk-upsert.ts';
import { VersionConflict } from '../resolvers/cases/version-conflict.ts';
import {
  type IdempotencyRecord,
  type Recorded,
  WRITE_OUTCOMES,
  type WriteOutcome,
  type WriteResult,
} from '../resolvers/write-result.ts';
import { writeCursor } from '../subscriptions/cursor.ts';
import { getFeedHead } from '../subscriptions/feed-log.ts';
import { builder } from './builder.ts';
import { describedValues } from './enums.ts';
import { IN_THE_PAYLOAD } from './same-for-all.ts';

const MAX_USER_ERRORS = 100;

/** What a mutation resolves to: the result it wrote, or the refusal. */
export interface WritePayload<T extends WriteResult = WriteResult> {
  readonly typename: string;
  readonly result: Recorded<T> | null;
  readonly refusal: Refusal | null;
}

const ErrorCodeEnum = builder.enumType('ErrorCode', {
  description: 'What a program decides by; messages are for people.',
  values: ERROR_CODES,
});

export const WriteOutcomeEnum = builder.enumType('WriteOutcome', {
  description: 'What a write came to.',
  values: describedValues(WRITE_OUTCOMES),
});

export const UserError = builder.objectRef<Pick<Refusal, 'code' | 'message' | 'field'>>('UserError').implement({
  description: 'A refusal its caller can act on.',
  fields: (t) => ({
    code: t.expose('code', { type: ErrorCodeEnum, extensions: IN_THE_PAYLOAD }),
    message: t.exposeString('message', {
      extensions: IN_THE_PAYLOAD,
      description: 'For people: what was wrong and what to do.',
    }),
    field: t.stringList({
      nullable: true,
      extensions: IN_THE_PAYLOAD,
      description: 'Path of the argument at fault, as ["input", "plate"].',
      resolve: (refusal) => (refusal.field ? [...refusal.field] : null),
    }),
  }),
});

const Idempotency = builder.objectRef<IdempotencyRecord>('Idempotency').implement({
  description: 'What the idempotency key did for this call.',
  fields: (t) => ({
    key: t.exposeString('key', { extensions: IN_THE_PAYLOAD }),
    replayed: t.exposeBoolean('replayed', {
      extensions: IN_THE_PAYLOAD,
      description: 'True: nothing was written now; this is the outcome of the first call.',
    }),
    firstSeenAt: t.expose('firstSeenAt', { type: 'DateTime', extensions: IN_THE_PAYLOAD }),
  }),
});

export const WritePayloadInterface = builder.interfaceRef<WritePayload>('WritePayload').implement({
  description: 'What every mutation answers.',
  resolveType: (payload) => payload.typename,
  fields: (t) => ({
    ok: t.boolean({
      extensions: IN_THE_PAYLOAD,
      description: 'True when nothing was refused.',
      resolve: (payload) => refusalsOf(payload).length === 0,
    }),
    outcome: t.field({ type: WriteOutcomeEnum, extensions: IN_THE_PAYLOAD, resolve: outcomeOf }),
    userErrors: t.field({
      type: [UserError],
      extensions: IN_THE_PAYLOAD,
      description: 'What was refused; of a bulk write the first 100, and each item has its own.',
      resolve: (payload) => refusalsOf(payload).slice(0, MAX_USER_ERRORS),
    }),
    cursor: t.field({
      type: 'FeedCursor',
      nullable: true,
      description: 'Feed position at or after this write; wait for it to read your own write elsewhere.',
      resolve: async (payload, _, { operation }) =>
        payload.result ? writeCursor(await getFeedHead(operation.scope, payload.result.orgId)) : null,
    }),
    idempotency: t.field({
      type: Idempotency,
      extensions: IN_THE_PAYLOAD,
      nullable: true,
      resolve: (payload) => payload.result?.idempotency ?? null,
    }),
  }),
});

/** What of a write was refused: all of it, or items of it. Plain objects: an Error in a result is an error to GraphQL. */
export function refusalsOf({ result, refusal }: WritePayload): Pick<Refusal, 'code' | 'message' | 'field'>[] {
  const items = refusal instanceof BulkRefusal ? refusal.items : ((result as Partial<BulkResult> | null)?.items ?? []);
  if (refusal && items.length === 0) return [{ code: refusal.code, message: refusal.message, field: refusal.field }];
  return items.flatMap((item) => item.errors);
}

/** What a write came to, in a word. */
export function outcomeOf(payload: WritePayload): WriteOutcome {
  if (payload.result) return payload.result.outcome;
  return payload.refusal instanceof VersionConflict ? 'CONFLICT' : 'REJECTED';
}
