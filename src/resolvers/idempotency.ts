import { createHash } from 'node:crypto';
import { actorOf } from '../auth/identity.ts';
import { sqlStateOf } from '../db/database-error.ts';
import type { Scope } from '../db/scope.ts';
import { Refusal, RequestError } from '../errors.ts';
import { canonicalText } from '../json/canonical-text.ts';
import type { JsonObject } from '../json/json-value.ts';
import type { Caller } from './caller.ts';
import type { Recorded, WriteResult } from './write-result.ts';

export interface IdempotentCall {
  /** Name of the mutation. */
  readonly operation: string;
  readonly orgId: string;
  /** The coerced input, with a hash for its document. All but the key is what makes two calls the same call. */
  readonly input: { readonly idempotencyKey?: string | null | undefined } & Readonly<Record<string, unknown>>;
}

const MIN_KEY_LENGTH = 8;
const MAX_KEY_LENGTH = 255;
const FIELD = ['input', 'idempotencyKey'];

/**
 * Runs `act` once per organisation, principal, operation and key. The key's row is written in the transaction of the
 * write it stands for; a second call waits for the first at the row's unique index, then reads its outcome. Refusals
 * are not kept: nothing was written, so a retry runs again. `act` is told whether it is the last that the scope is asked for.
 *
 * @throws Refusal IDEMPOTENCY_KEY_REUSED when the key came with other arguments before
 * @throws RequestError IDEMPOTENCY_IN_PROGRESS when the first call takes longer than the lock timeout
 */
export async function once<T extends WriteResult>(
  scope: Scope,
  caller: Caller,
  call: IdempotentCall,
  act: (isLast: boolean) => Promise<T>,
): Promise<Recorded<T>> {
  const noted = idempotencyRow(scope, caller, call);
  if (!noted) return { ...(await act(true)), idempotency: null };
  const { row } = noted;
  const fingerprint = createHash('sha256').update(noted.text).digest();
  const claimedAt = await claim(scope, row, fingerprint);
  if (claimedAt === null) return replay<T>(scope, row, fingerprint);
  const result = await act(false);
  scope.sqlAhead(
    'update gateway.idempotency set result = $5 where org_id = $1 and principal = $2 and operation = $3 and key = $4',
    [...row, JSON.stringify(result)],
  );
  return { ...result, idempotency: { key: row[3], replayed: false, firstSeenAt: claimedAt } };
}

/** How a call is noted: the key of its row, and the text whose SHA-256 tells whether another call under the key is the same. */
export interface NotedCall {
  readonly row: readonly [orgId: string, principal: string, operation: string, key: string];
  readonly text: string;
}

/** Null for a call without an idempotency key. @throws Refusal VALIDATION_FAILED for a key that can't be one */
export function idempotencyRow(scope: Scope, caller: Caller, call: IdempotentCall): NotedCall | null {
  const { idempotencyKey, ...rest } = call.input;
  const key = idempotencyKey ?? caller.idempotencyKey;
  if (key === null) return null;
  // Code points, which is what the table counts.
  const length = [...key].length;
  if (length < MIN_KEY_LENGTH || length > MAX_KEY_LENGTH || key.includes('\0'))
    throw new Refusal(
      'VALIDATION_FAILED',
      `An idempotency key has ${MIN_KEY_LENGTH} to ${MAX_KEY_LENGTH} characters, without U+0000.`,
      FIELD,
    );
  const text = `${call.operation}\n${canonicalText(givenOnly(rest))}`;
  return { row: [call.orgId, actorOf(scope.owner.identity), call.operation, key], text };
}

/** In every input an argument that is null says the same as one that is not sent. */
function givenOnly(values: Record<string, unknown>): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value != null)) as JsonObject;
}

const LOCK_TIMEOUT = '55P03';

/** What a statement that notes a key beside other work failed with, as the caller is to be told. */
export function failureOfNoting(error: unknown): unknown {
  const isAtKey = sqlStateOf(error) === LOCK_TIMEOUT && /idempotency/.test((error as { where?: string }).where ?? '');
  return isAtKey ? stillRunning() : error;
}

function stillRunning(): RequestError {
  return new RequestError(
    'IDEMPOTENCY_IN_PROGRESS',
    'The first call with this idempotency key is still running; try again in 2 seconds.',
    FIELD,
  );
}

/** Null when the key is taken. */
async function claim(scope: Scope, row: NotedCall['row'], fingerprint: Buffer): Promise<Date | null> {
  try {
    // Sent together, they run one after the other.
    const [, claimed] = await Promise.all([
      scope.sql(
        'delete from gateway.idempotency where org_id = $1 and principal = $2 and operation = $3 and key = $4 and expires_at <= now()',
        [...row],
      ),
      scope.sql<{ created_at: Date }>(
        `insert into gateway.idempotency (org_id, principal, operation, key, fingerprint, request_id) values ($1, $2, $3, $4, $5, $6)
         on conflict do nothing returning created_at`,
        [...row, fingerprint, scope.owner.requestId],
      ),
    ]);
    return claimed[0]?.created_at ?? null;
  } catch (error) {
    throw sqlStateOf(error) === LOCK_TIMEOUT ? stillRunning() : error;
  }
}

async function replay<T extends WriteResult>(
  scope: Scope,
  row: NotedCall['row'],
  fingerprint: Buffer,
): Promise<Recorded<T>> {
  const found = await scope.sql<{ fingerprint: Buffer; result: T; created_at: Date }>(
    'select fingerprint, result, created_at from gateway.idempotency where org_id = $1 and principal = $2 and operation = $3 and key = $4',
    [...row],
  );
  const first = found[0];
  // Swept between the two statements: the caller's retry finds the key free.
  if (!first)
    throw new RequestError('IDEMPOTENCY_IN_PROGRESS', 'The idempotency key expired this moment; try again.', FIELD);
  if (!first.fingerprint.equals(fingerprint))
    throw new Refusal(
      'IDEMPOTENCY_KEY_REUSED',
      'This idempotency key belongs to a call with other arguments. Use a new key for a new write.',
      FIELD,
    );
  return { ...first.result, idempotency: { key: row[3], replayed: true, firstSeenAt: first.created_at } };
}
