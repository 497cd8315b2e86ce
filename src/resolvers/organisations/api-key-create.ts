import type { Scope } from '../../db/scope.ts';
import { Refusal } from '../../errors.ts';
import type { Caller } from '../caller.ts';
import { once } from '../idempotency.ts';
import type { Recorded, WriteResult } from '../write-result.ts';
import { type ApiKeyRequest, readApiKeyGrant } from './api-key-grant.ts';
import { findViewer } from './find-viewer.ts';
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
    await assertMayGrant(scope, grant.permissions ?? []);
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

/** Nobody gives what he does not hold; the database refuses it too. */
async function assertMayGrant(scope: Scope, permissions: readonly string[]): Promise<void> {
  const { permissions: held } = await findViewer(scope);
  const lacking = permissions.filter((permission) => !held.includes(permission) && !held.includes('*'));
  if (lacking.length > 0)
    throw new Refusal('FORBIDDEN', `You can not give a key what you do not hold yourself: ${lacking.join(', ')}.`, [
      'input',
      'permissions',
    ]);
}
