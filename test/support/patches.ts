import type { TestClient } from './client.ts';

export const PATCH = /* GraphQL */ `
  mutation Patch($input: CaseHelperPatchInput!) {
    caseHelperPatch(input: $input) {
      ok outcome cursor
      userErrors { code message field }
      idempotency { key replayed firstSeenAt }
      case { id version }
      helper { id version trigger changedPaths label note source savedBy { kind id } helperJson }
      conflict {
        expectedVersion currentVersion changedPaths conflictingPaths savedAt
        savedBy { kind id }
        current { version helperJson }
      }
    }
  }
`;

/** Patches and answers the payload, refused or not. */
// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
export async function patch(client: TestClient, input: Record<string, unknown>): Promise<any> {
  return (await client.data(PATCH, { input })).caseHelperPatch;
}
