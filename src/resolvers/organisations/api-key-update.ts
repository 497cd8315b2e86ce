import { notFound, Refusal } from '../../errors.ts';
import type { Caller } from '../caller.ts';
import { once } from '../idempotency.ts';
import type { Recorded } from '../write-result.ts';
import type { ApiKeyResult } from './api-key-create.ts';
import { readKeyName } from './api-key-grant.ts';
import { getOrgWith } from './get-org-with.ts';
import { readExpiry } from './read-expiry.ts';

export interface ApiKeyUpdateInput {
  readonly idempotencyKey?: string | null | undefined;
  readonly id: string;
  readonly name?: string | null | undefined;
  readonly strictStatus?: boolean | null | undefined;
  readonly expiresAt?: Date | null | undefined;
}

/** Changes what a key is called, when it ends and how it is answered. What it may do is settled when it is made. */
export async function apiKeyUpdate(caller: Caller, input: ApiKeyUpdateInput): Promise<Recorded<ApiKeyResult>> {
  const name = input.name == null ? null : readKeyName(input.name);
  const expiresAt = readExpiry(input.expiresAt, ['input', 'expiresAt'])?.toISOString() ?? null;
  return caller.database.write(caller.owner, async (scope) => {
    const orgId = await getOrgWith(scope, 'key.manage');
    const call = { operation: 'apiKeyUpdate', orgId, input: { ...input, name, expiresAt } };
    return once(scope, caller, call, async () => {
      const found = await scope.sql<{ revoked: boolean }>(
        'select revoked_at is not null as revoked from public.api_keys where org_id = $1 and id = $2',
        [orgId, input.id],
      );
      if (!found[0]) throw notFound('API key', ['input', 'id']);
      if (found[0].revoked)
        throw new Refusal('VALIDATION_FAILED', 'The key is revoked and stays so; make a new one.', ['input', 'id']);
      const changed = await scope.sql(
        `update public.api_keys set name = coalesce($3, name), strict_status = coalesce($4, strict_status), expires_at = coalesce($5, expires_at)
         where org_id = $1 and id = $2
           and (name, strict_status, expires_at) is distinct from (coalesce($3, name), coalesce($4, strict_status), coalesce($5, expires_at))
         returning id`,
        [orgId, input.id, name, input.strictStatus, expiresAt],
      );
      return { outcome: changed.length > 0 ? 'UPDATED' : 'UNCHANGED', orgId, apiKeyId: input.id };
    });
  });
}
