export const SAVE = /* GraphQL */ `
  mutation Save($input: CaseHelperSaveFullInput!) {
    payload: caseHelperSaveFull(input: $input) {
      ok outcome
      userErrors { code }
      idempotency { replayed }
      helper { version }
    }
  }
`;

export const RESTORE = /* GraphQL */ `
  mutation Restore($input: CaseHelperRestoreLatestInput!) {
    payload: caseHelperRestoreLatest(input: $input) {
      ok outcome
      userErrors { code }
      idempotency { replayed }
      helper { version }
    }
  }
`;

export const BULK = /* GraphQL */ `
  mutation Bulk($input: PartsResultsBulkUpsertInput!) {
    payload: partsResultsBulkUpsert(input: $input) {
      ok outcome
      userErrors { code }
      idempotency { replayed }
    }
  }
`;

export const READ = /* GraphQL */ `
  query Read($id: ID!) { case(id: $id) { helper { version helperJson } } }
`;
