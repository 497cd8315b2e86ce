import { notFound } from '../../errors.ts';
import type { Caller } from '../caller.ts';
import { once } from '../idempotency.ts';
import type { Recorded } from '../write-result.ts';
import type { ApiKeyResult } from './api-key-create.ts';
import { getOrgWith } from './get-org-with.ts';

export interface ApiKeyRevokeInput {
  readonly idempotencyKey?: string | null | undefined;
  readonly id: string;
}

/** Ends a key for good: its next request is refused, and its open sockets are closed. */
export async function apiKeyRevoke(caller: Caller, input: ApiKeyRevokeInput): Promise<Recorded<ApiKeyResult>> {
  return caller.database.write(caller.owner, async (scope) => {
    const orgId = await getOrgWith(scope, 'key.manage');
    return once(scope, caller, { operation: 'apiKeyRevoke', orgId, input: { ...input } }, async () => {
      const revoked = await scope.sql(
        'update public.api_keys set revoked_at = now() where org_id = $1 and id = $2 and revoked_at is null returning id',
        [orgId, input.id],
      );
      const known =
        revoked.length > 0 ||
        (await scope.sql('select from public.api_keys where org_id = $1 and id = $2', [orgId, input.id])).length > 0;
      if (!known) throw notFound('API key', ['input', 'id']);
      return { outcome: revoked.length > 0 ? 'UPDATED' : 'UNCHANGED', orgId, apiKeyId: input.id };
    });
  });
}
