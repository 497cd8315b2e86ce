import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { JsonObject } from '../../src/json/json-value.ts';
import type { TestClient } from './client.ts';

const SAMPLE_TEXT = readFileSync(new URL('../../prisma/demo/helper.sample.json', import.meta.url), 'utf8');

export const SAMPLE_PLATE = '90012345';

/** A fresh copy of the invented helper: three damage centres, two invoices, 85 KB. */
export function sampleHelper(): JsonObject {
  return JSON.parse(SAMPLE_TEXT) as JsonObject;
}

export const SAVE = /* GraphQL */ `
  mutation Save($input: CaseHelperSaveFullInput!) {
    caseHelperSaveFull(input: $input) {
      ok outcome cursor
      userErrors { code message field }
      idempotency { key replayed firstSeenAt }
      case { id version }
      helper { id version trigger changedPaths label note source savedBy { kind id name } contentHash sizeBytes }
      conflict {
        expectedVersion currentVersion changedPaths conflictingPaths savedAt
        savedBy { kind id name }
        current { version helperJson }
      }
    }
  }
`;

export const UPSERT = /* GraphQL */ `
  mutation Upsert($input: CaseUpsertInput!) {
    caseUpsert(input: $input) {
      ok outcome cursor
      userErrors { code message field }
      idempotency { key replayed firstSeenAt }
      case { id databaseId plate filingId ownerName status version isActive }
    }
  }
`;

/** Saves and answers the payload, refused or not. */
// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
export async function save(client: TestClient, input: Record<string, unknown>): Promise<any> {
  return (await client.data(SAVE, { input })).caseHelperSaveFull;
}

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
export async function upsert(client: TestClient, input: Record<string, unknown>): Promise<any> {
  return (await client.data(UPSERT, { input })).caseUpsert;
}

/** Opens a case; without a helper its version is 0. */
export async function openCase(
  client: TestClient,
  input: Record<string, unknown> = {},
): Promise<{ id: string; databaseId: string; plate: string; version: number; filingId: string }> {
  const payload = await upsert(client, { plate: SAMPLE_PLATE, ...input });
  expect(payload.userErrors).toEqual([]);
  expect(payload.outcome).toBe('CREATED');
  return payload.case;
}
