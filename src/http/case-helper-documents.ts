import { parse } from 'graphql';

const options = { noLocation: true };

const CONTENT = 'version savedAt helperJson(pointer: $pointer)';
const FACTS = 'version savedAt';

/**
 * The current helper, as case_helper.get_current for who is let do that and no more; its facts alone, or with the content,
 * which reaches the answer as the database's text.
 */
export const READ_CURRENT = {
  facts: parse(`query caseHelper($id: ID!) { helper: caseHelperGetCurrent(caseId: $id) { ${FACTS} } }`, options),
  content: parse(
    `query caseHelper($id: ID!, $pointer: String) { helper: caseHelperGetCurrent(caseId: $id) { ${CONTENT} } }`,
    options,
  ),
};

/** A version of it, as case.get. */
export const READ_VERSION = {
  facts: parse(
    `query caseHelper($id: ID!, $version: Int!) { case(id: $id) { id helper(version: $version) { ${FACTS} } } }`,
    options,
  ),
  content: parse(
    `query caseHelper($id: ID!, $version: Int!, $pointer: String) {
      case(id: $id) { id helper(version: $version) { ${CONTENT} } }
    }`,
    options,
  ),
};

export const SAVE_HELPER = parse(
  `mutation caseHelperSaveFull($input: CaseHelperSaveFullInput!) {
    caseHelperSaveFull(input: $input) {
      outcome
      userErrors { code message field }
      cursor
      idempotency { key replayed firstSeenAt }
      helper { version changedPaths contentHash sizeBytes savedAt savedBy { kind id name } }
      conflict { expectedVersion currentVersion changedPaths conflictingPaths savedAt savedBy { kind id name } }
    }
  }`,
  options,
);
