import type { Database } from '../db/database.ts';
import { RequestError } from '../errors.ts';
import type { ApiKeyIdentity, ServiceIdentity } from './identity.ts';
import { generateSecret, hashSecret } from './random-secret.ts';

/** Marks a credential as one of our keys, for readers and for secret scanners. */
const PREFIX = 'cgk_';
const SHOWN_LENGTH = 12;

const LOOKUP: ServiceIdentity = { kind: 'SERVICE', name: 'key-lookup', expiresAt: null };

interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly expires_at: Date | null;
  readonly operations: string[] | null;
  readonly writable_pointers: string[] | null;
  readonly strict_status: boolean;
}

export function isApiKey(credential: string): boolean {
  return credential.startsWith(PREFIX);
}

/** A new random key. Only its hash is stored; the key itself can not be shown again. */
export function generateApiKey(): { key: string; prefix: string; hash: Buffer } {
  const { text, hash } = generateSecret(PREFIX);
  return { key: text, prefix: text.slice(0, SHOWN_LENGTH), hash };
}

/** @throws RequestError UNAUTHENTICATED for a key that is unknown, revoked or expired: the three answer alike */
export async function verifyApiKey(database: Database, requestId: string, key: string): Promise<ApiKeyIdentity> {
  const rows = await database.read({ identity: LOOKUP, requestId, requestedOrg: null }, (scope) =>
    // Found by the hash of 256 random bits: nothing to guess, so nothing to compare in constant time.
    scope.sql<KeyRow>(
      'select id, name, expires_at, operations, writable_pointers, strict_status from public.api_keys where key_hash = $1 and revoked_at is null and (expires_at is null or expires_at > now())',
      [hashSecret(key)],
    ),
  );
  const row = rows[0];
  if (!row) throw new RequestError('UNAUTHENTICATED', 'The API key is unknown, revoked or expired.');
  return {
    kind: 'API_KEY',
    apiKeyId: row.id,
    name: row.name,
    expiresAt: row.expires_at?.getTime() ?? null,
    operations: row.operations,
    writablePointers: row.writable_pointers,
    strictStatus: row.strict_status,
  };
}
