export const CHANGED = /* GraphQL */ `
  subscription Changed($caseId: ID!, $afterVersion: Int, $policy: DeliveryPolicy) {
    caseHelperChanged(caseId: $caseId, afterVersion: $afterVersion, policy: $policy) {
      __typename
      ... on FeedReady { cursor currentVersion }
      ... on FeedHeartbeat { cursor at }
      ... on FeedResyncRequired { cursor reason currentVersion }
      ... on HelperVersionSaved {
        cursor version previousVersion changedPaths patch
        helper { version isCurrent helperJson savedBy { kind id } }
      }
    }
  }
`;

/** Numbers only, for tests about order. */
export const CHANGED_VERSIONS = /* GraphQL */ `
  subscription Changed($caseId: ID!, $afterVersion: Int, $policy: DeliveryPolicy) {
    caseHelperChanged(caseId: $caseId, afterVersion: $afterVersion, policy: $policy) {
      __typename
      ... on FeedReady { currentVersion }
      ... on HelperVersionSaved { version previousVersion helper { version } }
    }
  }
`;

const CHANGE = 'cursor kind entity entityId entityIds caseId version actor { kind id } requestId at';

export const FEED = /* GraphQL */ `
  subscription Feed($after: FeedCursor, $caseId: ID) {
    feed(after: $after, caseId: $caseId) {
      __typename
      ... on FeedReady { cursor currentVersion }
      ... on FeedHeartbeat { cursor at }
      ... on FeedResyncRequired { cursor reason currentVersion }
      ... on FeedChange { ${CHANGE} }
    }
  }
`;

export const FEED_PAGE = /* GraphQL */ `
  query FeedPage($after: FeedCursor, $caseId: ID, $first: Int) {
    feedPage(after: $after, caseId: $caseId, first: $first) {
      changes { ${CHANGE} node { __typename id } }
      cursor
      hasMore
      resync { cursor reason currentVersion }
    }
  }
`;

/** Position within its organisation's log that a cursor stands for. */
export function seqOf(cursor: string): number {
  return Number(Buffer.from(cursor, 'base64url').toString().split('|')[3]);
}

/** The same cursor with other parts: epoch, organisation or position. */
export function forgeCursor(cursor: string, parts: { epoch?: string; orgId?: string; seq?: number | string }): string {
  const [format, epoch, orgId, seq] = Buffer.from(cursor, 'base64url').toString().split('|');
  return Buffer.from([format, parts.epoch ?? epoch, parts.orgId ?? orgId, parts.seq ?? seq].join('|')).toString(
    'base64url',
  );
}
