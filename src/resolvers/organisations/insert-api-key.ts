import { generateApiKey } from '../../auth/api-keys.ts';
import type { ApiKeyGrant } from './api-key-grant.ts';

/** Runs one statement, in a scope or over a connection of its own. */
export type RunSql = (text: string, values: unknown[]) => Promise<{ id: string }[]>;

/** Makes a key and stores its hash. `key` is the only copy there will ever be. */
export async function insertApiKey(
  sql: RunSql,
  orgId: string,
  grant: ApiKeyGrant,
): Promise<{ id: string; key: string }> {
  const { key, prefix, hash } = generateApiKey();
  // What a key holds unless it is said is the table's to know.
  const columns = grant.permissions ? ', permissions' : '';
  const rows = await sql(
    `insert into public.api_keys (org_id, name, prefix, key_hash, operations, writable_pointers, strict_status, expires_at${columns})
     values ($1, $2, $3, $4, $5, $6, $7, $8${columns ? ', $9' : ''}) returning id`,
    [
      orgId,
      grant.name,
      prefix,
      hash,
      grant.operations,
      grant.writablePointers,
      grant.strictStatus,
      grant.expiresAt,
      ...(grant.permissions ? [grant.permissions] : []),
    ],
  );
  return { id: rows[0]!.id, key };
}
