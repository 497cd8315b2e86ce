import type { TestClient } from './client.ts';

const DRAFT_SAVE = /* GraphQL */ `
  mutation Draft($input: CaseHelperDraftSaveInput!) {
    caseHelperDraftSave(input: $input) {
      ok outcome userErrors { code field } cursor
      draft { baseVersion helperJson savedAt savedBy { kind id } }
    }
  }
`;
const DRAFT_DISCARD = /* GraphQL */ `
  mutation Discard($input: CaseHelperDraftDiscardInput!) {
    caseHelperDraftDiscard(input: $input) { ok outcome userErrors { code field } draft { baseVersion } }
  }
`;
export const READ_DRAFT =
  'query ($id: ID!) { case(id: $id) { version draft { baseVersion helperJson(pointer: "/a") } } }';

/** Saves a draft and answers the payload, refused or not. */
export async function saveDraft(client: TestClient, input: Record<string, unknown>) {
  return (await client.data(DRAFT_SAVE, { input })).caseHelperDraftSave;
}

/** Discards the draft and answers the payload, refused or not. */
export async function discard(client: TestClient, caseId: string) {
  return (await client.data(DRAFT_DISCARD, { input: { caseId } })).caseHelperDraftDiscard;
}
