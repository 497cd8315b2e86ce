/** `withHash`: the content hash of each version, read through the entry's node. */
export const feedDocument = (withHash: boolean) => /* GraphQL */ `
  subscription Feed($after: FeedCursor, $caseId: ID) {
    event: feed(after: $after, caseId: $caseId) {
      __typename
      ... on FeedReady { cursor currentVersion }
      ... on FeedChange { cursor kind entity caseId version at ${withHash ? 'node { ... on CaseHelper { contentHash } }' : ''} }
      ... on FeedHeartbeat { cursor }
      ... on FeedResyncRequired { cursor reason currentVersion }
    }
  }
`;

/** What a watcher of versions asks for; with 'bare' nothing to check it by. */
export type VersionSelection = 'bare' | 'hash' | 'patch' | 'document';

const SELECTIONS: Record<VersionSelection, string> = {
  bare: 'changedPaths patch',
  hash: 'changedPaths helper { contentHash savedAt }',
  patch: 'changedPaths patch helper { contentHash savedAt }',
  document: 'helper { contentHash savedAt helperJson }',
};

export const versionsDocument = (selection: VersionSelection) => /* GraphQL */ `
  subscription Versions($caseId: ID!, $afterVersion: Int, $policy: DeliveryPolicy) {
    event: caseHelperChanged(caseId: $caseId, afterVersion: $afterVersion, policy: $policy) {
      __typename
      ... on FeedReady { cursor currentVersion }
      ... on HelperVersionSaved { cursor version previousVersion ${SELECTIONS[selection]} }
      ... on FeedHeartbeat { cursor }
      ... on FeedResyncRequired { cursor reason currentVersion }
    }
  }
`;
