import type { JsonObject, JsonValue } from '../../src/json/json-value.ts';
import type { TestClient } from './client.ts';
import type { TestDatabase } from './database.ts';

export const INGEST = /* GraphQL */ `
  mutation Ingest($input: CaseHelperIngestInput!) {
    caseHelperIngest(input: $input) {
      ok outcome cursor
      userErrors { code message field }
      idempotency { key replayed firstSeenAt }
      case { id version }
      helper { id version trigger changedPaths note source savedBy { kind id } helperJson }
    }
  }
`;

/** Ingests and answers the payload, refused or not. */
// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
export async function ingest(client: TestClient, input: Record<string, unknown>): Promise<any> {
  return (await client.data(INGEST, { input })).caseHelperIngest;
}

export interface RawEntry {
  readonly data: JsonValue;
  readonly timestamp: string;
  readonly processed: boolean;
}

/** The payloads a helper keeps, oldest first, by the name they were given. */
export function rawEntries(helper: JsonObject): { name: string; entry: RawEntry }[] {
  const kept = Object.entries((helper.raw_webhook_data ?? {}) as unknown as Record<string, RawEntry>);
  const named = kept.map(([key, entry]) => ({ name: key.slice(0, -14), stamp: Number(key.slice(-13)), entry }));
  return named.sort((a, b) => a.stamp - b.stamp);
}

/** A key may write at or below these pointers only; null for the whole helper. */
export async function limitKey(db: TestDatabase, key: { id: string }, pointers: string[] | null): Promise<void> {
  await db.query('update public.api_keys set writable_pointers = $2 where id = $1', [key.id, pointers]);
}
