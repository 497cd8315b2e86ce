import { translateDatabaseError } from '../db/database-error.ts';
import { ERROR_CODES, Refusal } from '../errors.ts';
import type { Caller } from '../resolvers/caller.ts';
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
import type { Context } from './context.ts';
import { describedValues } from './enums.ts';

/** What a mutation resolves to: the result it wrote, or the refusal. */
export interface WritePayload<T extends WriteResult = WriteResult> {
  readonly typename: string;
  readonly result: Recorded<T> | null;
  readonly refusal: Refusal | null;
}

/**
 * Runs an operation as a mutation field: its write in a transaction of its own, a refusal as data, and a fresh read scope
 * for whatever the payload selects.
 */
export async function runWrite<T extends WriteResult>(
  context: Context,
  typename: string,
  input: object,
  run: (caller: Caller) => Promise<Recorded<T> | T>,
): Promise<WritePayload<T>> {
  const { operation } = context;
  await operation.closeRead();
  const payload = await attempt(typename, async () => {
    const { caller } = operation;
    assertStorableTexts(input);
    return run(caller);
  });
  await operation.openRead();
  return payload;
}

async function attempt<T extends WriteResult>(
  typename: string,
  run: () => Promise<Recorded<T> | T>,
): Promise<WritePayload<T>> {
  try {
    return { typename, result: { idempotency: null, ...(await run()) }, refusal: null };
  } catch (error) {
    const translated = translateDatabaseError(error);
    if (translated instanceof Refusal) return { typename, result: null, refusal: translated };
    throw translated;
  }
}

/** @throws Refusal VALIDATION_FAILED for a text that would be stored otherwise than it was sent, naming its field */
function assertStorableTexts(input: object): void {
  for (const [name, value] of Object.entries(input)) {
    if (typeof value !== 'string' || (!value.includes('\0') && value.isWellFormed())) continue;
    throw new Refusal('VALIDATION_FAILED', 'Text can not hold the character U+0000 or half a surrogate pair.', [
      'input',
      name,
    ]);
  }
}

const ErrorCodeEnum = builder.enumType('ErrorCode', {
  description: 'What a program decides by; messages are for people.',
  values: ERROR_CODES,
});

const WriteOutcomeEnum = builder.enumType('WriteOutcome', {
  description: 'What a write came to.',
  values: describedValues(WRITE_OUTCOMES),
});

const UserError = builder.objectRef<Pick<Refusal, 'code' | 'message' | 'field'>>('UserError').implement({
  description: 'A refusal its caller can act on.',
  fields: (t) => ({
    code: t.expose('code', { type: ErrorCodeEnum }),
    message: t.exposeString('message', { description: 'For people: what was wrong and what to do.' }),
    field: t.stringList({
      nullable: true,
      description: 'Path of the argument at fault, as ["input", "plate"].',
      resolve: (refusal) => (refusal.field ? [...refusal.field] : null),
    }),
  }),
});

const Idempotency = builder.objectRef<IdempotencyRecord>('Idempotency').implement({
  description: 'What the idempotency key did for this call.',
  fields: (t) => ({
    key: t.exposeString('key'),
    replayed: t.exposeBoolean('replayed', {
      description: 'True: nothing was written now; this is the outcome of the first call.',
    }),
    firstSeenAt: t.expose('firstSeenAt', { type: 'DateTime' }),
  }),
});

export const WritePayloadInterface = builder.interfaceRef<WritePayload>('WritePayload').implement({
  description: 'What every mutation answers.',
  resolveType: (payload) => payload.typename,
  fields: (t) => ({
    ok: t.boolean({ description: 'True when nothing was refused.', resolve: (payload) => payload.refusal === null }),
    outcome: t.field({ type: WriteOutcomeEnum, resolve: outcomeOf }),
    userErrors: t.field({
      type: [UserError],
      resolve: ({ refusal }) => {
        // A plain object: an Error in a result is an error to GraphQL.
        return refusal ? [{ code: refusal.code, message: refusal.message, field: refusal.field }] : [];
      },
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
      nullable: true,
      resolve: (payload) => payload.result?.idempotency ?? null,
    }),
  }),
});

function outcomeOf(payload: WritePayload): WriteOutcome {
  if (payload.result) return payload.result.outcome;
  return payload.refusal instanceof VersionConflict ? 'CONFLICT' : 'REJECTED';
}
