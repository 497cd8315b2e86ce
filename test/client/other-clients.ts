import { WebSocket } from 'ws';
import { createResumingClient } from '../../src/client/resuming.ts';
import type { JsonValue } from '../../src/json/json-value.ts';
import type { TestClient } from '../support/client.ts';
import { VERY_IMPATIENT } from './watching.ts';

/** What is written in docs/CLIENT.md for a program that has Apollo Client or urql. */
export function openResuming(caller: TestClient, url: string) {
  return createResumingClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    connectionParams: () => ({ authorization: `Bearer ${caller.token}` }),
    webSocketImpl: WebSocket,
    timing: VERY_IMPATIENT,
  });
}

export interface CaseEvent {
  readonly __typename: string;
  readonly version?: number;
  readonly helper?: { readonly helperJson: JsonValue };
}

export interface FeedEvent {
  readonly __typename: string;
  readonly entity?: string;
  readonly version?: number | null;
}

export const WATCH_CASE = /* GraphQL */ `
  subscription ($caseId: ID!, $afterVersion: Int) {
    caseHelperChanged(caseId: $caseId, afterVersion: $afterVersion) {
      __typename
      ... on FeedReady { cursor currentVersion }
      ... on FeedHeartbeat { cursor }
      ... on FeedResyncRequired { cursor currentVersion }
      ... on HelperVersionSaved { cursor version helper { helperJson } }
    }
  }
`;

export const WATCH_FEED = /* GraphQL */ `
  subscription ($after: FeedCursor, $caseId: ID) {
    feed(after: $after, caseId: $caseId) {
      __typename
      ... on FeedReady { cursor }
      ... on FeedHeartbeat { cursor }
      ... on FeedResyncRequired { cursor }
      ... on FeedChange { cursor entity version }
    }
  }
`;
