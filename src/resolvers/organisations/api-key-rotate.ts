import type { Scope } from '../../db/scope.ts';
import { notFound, Refusal } from '../../errors.ts';
import type { Caller } from '../caller.ts';
import { once } from '../idempotency.ts';
import type { Recorded } from '../write-result.ts';
import type { ApiKeyResult } from './api-key-create.ts';
import type { ApiKeyGrant } from './api-key-grant.ts';
import { assertMayGrant } from './assert-may-grant.ts';
import { getOrgWith } from './get-org-with.ts';
import { insertApiKey } from './insert-api-key.ts';
import { readExpiry } from './read-expiry.ts';

const DAY_MS = 86_400_000;
const FOREVER_DAYS = 3_650;

export interface ApiKeyRotateInput {
  readonly idempotencyKey?: string | null | undefined;
  readonly id: string;
  readonly oldEndsAt?: Date | null | undefined;
  readonly expiresAt?: Date | null | undefined;
}

export interface ApiKeyRotateResult extends ApiKeyResult {
  readonly replacedId: string;
}

/**
 * Makes a key that is good for the same as an old one, and sets the moment at which the old one ends: a day from now, or
 * when it is told; never later than it would have ended.
 * @returns with the new key itself, which is nowhere else: a replay has none to show
 */
export async function apiKeyRotate(
  caller: Caller,
  input: ApiKeyRotateInput,
): Promise<Recorded<ApiKeyRotateResult> & { readonly key: string | null }> {
  const oldEndsAt = readExpiry(input.oldEndsAt, ['input', 'oldEndsAt'], FOREVER_DAYS);
  const expiresAt = readExpiry(input.expiresAt, ['input', 'expiresAt'], FOREVER_DAYS);
  return caller.database.write(caller.owner, async (scope) => {
    const orgId = await getOrgWith(scope, 'key.manage');
    const call = {
      operation: 'apiKeyRotate',
      orgId,
      input: { ...input, oldEndsAt: oldEndsAt?.toISOString(), expiresAt: expiresAt?.toISOString() },
    };
    let key: string | null = null;
    // What `once` is answered it stores, so the key goes past it.
    const recorded = await once<ApiKeyRotateResult>(scope, caller, call, async () => {
      const grant = await getLiveGrant(scope, orgId, input.id);
      await assertMayGrant(scope, grant.permissions ?? [], ['input', 'id']);
      await scope.sql(
        'update public.api_keys set expires_at = least(expires_at, $3::timestamptz) where org_id = $1 and id = $2',
        [orgId, input.id, oldEndsAt ?? new Date(Date.now() + DAY_MS)],
      );
      const made = await insertApiKey(scope.sql.bind(scope), orgId, {
        ...grant,
        expiresAt: expiresAt ?? grant.expiresAt,
      });
      key = made.key;
      return { outcome: 'CREATED', orgId, apiKeyId: made.id, replacedId: input.id };
    });
    return { ...recorded, key };
  });
}

/** What a key is good for. Nobody else changes it until the transaction ends. */
async function getLiveGrant(scope: Scope, orgId: string, id: string): Promise<ApiKeyGrant> {
  const rows = await scope.sql<ApiKeyGrant & { isLive: boolean }>(
    `select name, permissions, operations, writable_pointers as "writablePointers", strict_status as "strictStatus",
       expires_at as "expiresAt", revoked_at is null and (expires_at is null or expires_at > now()) as "isLive"
     from public.api_keys where org_id = $1 and id = $2 for update`,
    [orgId, id],
  );
  if (!rows[0]) throw notFound('API key', ['input', 'id']);
  const { isLive, ...grant } = rows[0];
  if (isLive) return grant;
  throw new Refusal('VALIDATION_FAILED', 'The key has ended, so nothing is left to replace; make a new one.', [
    'input',
    'id',
  ]);
}
