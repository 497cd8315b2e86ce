import type { Caller } from '../caller.ts';
import { once } from '../idempotency.ts';
import type { Recorded, WriteResult } from '../write-result.ts';
import { type ApiKeyRequest, readApiKeyGrant } from './api-key-grant.ts';
import { assertMayGrant } from './assert-may-grant.ts';
import { getOrgWith } from './get-org-with.ts';
import { insertApiKey } from './insert-api-key.ts';

export interface ApiKeyCreateInput extends ApiKeyRequest {
  readonly idempotencyKey?: string | null | undefined;
}

export interface ApiKeyResult extends WriteResult {
  readonly apiKeyId: string;
}

/**
 * Makes a key for a program of the organisation.
 * @param operations gateway names of all operations there are
 * @returns with the key itself, which is nowhere else: a replay has none to show
 */
export async function apiKeyCreate(
  caller: Caller,
  input: ApiKeyCreateInput,
  operations: ReadonlySet<string>,
): Promise<Recorded<ApiKeyResult> & { readonly key: string | null }> {
  const grant = readApiKeyGrant(input, operations);
  return caller.database.write(caller.owner, async (scope) => {
    const orgId = await getOrgWith(scope, 'key.manage');
    await assertMayGrant(scope, grant.permissions ?? [], ['input', 'permissions']);
    const expiresAt = grant.expiresAt?.toISOString();
    const call = {
      operation: 'apiKeyCreate',
      orgId,
      input: { idempotencyKey: input.idempotencyKey, ...grant, expiresAt },
    };
    let key: string | null = null;
    // What `once` is answered it stores, so the key goes past it.
    const recorded = await once<ApiKeyResult>(scope, caller, call, async () => {
      const made = await insertApiKey(scope.sql.bind(scope), orgId, grant);
      key = made.key;
      return { outcome: 'CREATED', orgId, apiKeyId: made.id };
    });
    return { ...recorded, key };
  });
}
