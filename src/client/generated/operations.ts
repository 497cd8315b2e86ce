/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { JsonValue } from '../../json/json-value.ts';
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type ActorKind =
  /** A program with an API key of the organisation. */
  | 'API_KEY'
  /** A program with the service role. */
  | 'SERVICE'
  /** The system itself, or somebody at the database. */
  | 'SYSTEM'
  /** A signed-in person. */
  | 'USER';

export type CaseHelperSaveFullInput = {
  caseId: string;
  /** Required unless onConflict is FORCE. 0 for the first save. */
  expectedVersion?: number | null | undefined;
  helper: JsonValue;
  /** 8 to 255 characters that name this write. The same key with the same arguments writes once, however often it is sent within 30 days. */
  idempotencyKey?: string | null | undefined;
  /** Names a checkpoint, e.g. expertise-submitted. A new label makes a version even of equal content. */
  label?: string | null | undefined;
  note?: string | null | undefined;
  onConflict?: ConflictStrategy | null | undefined;
  /** Where the write comes from; UI for users and API for others unless given. */
  source?: WriteSource | null | undefined;
};

export type ChangeKind =
  /** It was not there before. */
  | 'CREATED'
  /** It is gone. */
  | 'DELETED'
  /** It has changed. */
  | 'UPDATED';

export type ConflictStrategy =
  /** Save over whatever is current. The overwrite is recorded. No expectedVersion needed: the shadow mirror's mode. */
  | 'FORCE'
  /** Three-way merge with the expected version as base; refuse only where both sides changed the same path. */
  | 'MERGE_DISJOINT'
  /** Refuse, and say what happened since. */
  | 'REJECT';

export type DeliveryPolicy =
  /** Every version, in order, however long it takes. */
  | 'ALL'
  /** The newest there is each time; versions in between are skipped. */
  | 'LATEST';

/** What a program decides by; messages are for people. */
export type ErrorCode =
  | 'DUPLICATE'
  | 'EXPECTED_VERSION_REQUIRED'
  | 'FORBIDDEN'
  | 'IDEMPOTENCY_IN_PROGRESS'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'INTERNAL'
  | 'INVALID_CURSOR'
  | 'INVALID_DOCUMENT'
  | 'MODULE_OWNED_BY_OTHER_WRITER'
  | 'NOT_FOUND'
  | 'PATH_NOT_WRITABLE'
  | 'PAYLOAD_TOO_LARGE'
  | 'PLATE_IMMUTABLE'
  | 'PLATE_MISMATCH'
  | 'QUERY_TOO_COMPLEX'
  | 'RATE_LIMITED'
  | 'UNAUTHENTICATED'
  | 'UNAVAILABLE'
  | 'VALIDATION_FAILED'
  | 'VERSION_CONFLICT';

/** What made a version. */
export type HelperTrigger =
  /** A save that was given a label. */
  | 'CHECKPOINT'
  /** Data from outside put into one allowed subtree. */
  | 'INGEST'
  /** A save merged with what others had saved since. */
  | 'MERGE'
  /** The first version, sent with the opening of the case. */
  | 'OPEN'
  /** A patch of some of its paths. */
  | 'PATCH'
  /** The content of an older version. */
  | 'RESTORE'
  /** A save of the whole helper. */
  | 'SAVE';

export type ResyncReason =
  /** The log has not come to there: the cursor is from elsewhere. */
  | 'CURSOR_AHEAD'
  /** The log is not kept back to there. */
  | 'CURSOR_TOO_OLD'
  /** The database was restored since. */
  | 'NEW_EPOCH'
  /** So much has happened since that fetching anew is quicker. */
  | 'TOO_FAR_BEHIND';

/** What a write came to. */
export type WriteOutcome =
  /** Others have saved since; nothing was written. */
  | 'CONFLICT'
  /** It was not there before. */
  | 'CREATED'
  /** The one that was there is answered; nothing was written. */
  | 'EXISTING'
  /** Your changes were merged with those saved since. */
  | 'MERGED'
  /** Refused; nothing was written. See userErrors. */
  | 'REJECTED'
  /** It was so already; nothing was written. */
  | 'UNCHANGED'
  /** It was there and has changed. */
  | 'UPDATED';

/** Where a write came from. */
export type WriteSource =
  /** Another program. */
  | 'API'
  /** A Make scenario. */
  | 'MAKE'
  /** The system itself, or somebody at the database. */
  | 'SYSTEM'
  /** The office's own pages. */
  | 'UI';

export type CaseHelperChangedSubscriptionVariables = Exact<{
  caseId: string;
  afterVersion: number;
  policy?: DeliveryPolicy | null | undefined;
}>;


export type CaseHelperChangedSubscription = { caseHelperChanged:
    | { __typename: 'FeedHeartbeat', cursor: string }
    | { __typename: 'FeedReady', cursor: string, currentVersion: number | null }
    | { __typename: 'FeedResyncRequired', cursor: string, reason: ResyncReason, currentVersion: number | null }
    | { __typename: 'HelperVersionSaved', cursor: string, version: number, previousVersion: number, changedPaths: Array<string>, patch: JsonValue | null, helper: { version: number, contentHash: string, savedAt: string, trigger: HelperTrigger, label: string | null, note: string | null, savedBy: { kind: ActorKind, id: string | null, name: string | null } | null } }
   };

export type CaseHelperQueryVariables = Exact<{
  caseId: string;
  version?: number | null | undefined;
}>;


export type CaseHelperQuery = { case: { version: number, helper: { helperJson: JsonValue | null, version: number, contentHash: string, savedAt: string, trigger: HelperTrigger, label: string | null, note: string | null, savedBy: { kind: ActorKind, id: string | null, name: string | null } | null } | null } | null };

export type FeedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
  caseId?: string | null | undefined;
}>;


export type FeedSubscription = { feed:
    | { __typename: 'FeedChange', cursor: string, kind: ChangeKind, entity: string, entityId: string | null, entityIds: Array<string>, changedFields: Array<string>, caseId: string | null, version: number | null, requestId: string | null, at: string, actor: { kind: ActorKind, id: string | null, name: string | null } | null }
    | { __typename: 'FeedHeartbeat', cursor: string }
    | { __typename: 'FeedReady', cursor: string }
    | { __typename: 'FeedResyncRequired', cursor: string, reason: ResyncReason }
   };

export type SaveHelperMutationVariables = Exact<{
  input: CaseHelperSaveFullInput;
}>;


export type SaveHelperMutation = { caseHelperSaveFull: { outcome: WriteOutcome, cursor: string | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null }>, idempotency: { replayed: boolean } | null, helper: { version: number, contentHash: string, savedAt: string, trigger: HelperTrigger, label: string | null, note: string | null, savedBy: { kind: ActorKind, id: string | null, name: string | null } | null } | null, conflict: { expectedVersion: number, currentVersion: number, changedPaths: Array<string>, conflictingPaths: Array<string>, savedAt: string, savedBy: { kind: ActorKind, id: string | null, name: string | null } | null, current: { helperJson: JsonValue | null, version: number, contentHash: string, savedAt: string, trigger: HelperTrigger, label: string | null, note: string | null, savedBy: { kind: ActorKind, id: string | null, name: string | null } | null } } | null } };

export type SavedHelperFragment = { version: number, contentHash: string, savedAt: string, trigger: HelperTrigger, label: string | null, note: string | null, savedBy: { kind: ActorKind, id: string | null, name: string | null } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const SavedHelperFragmentDoc = new TypedDocumentString(`
    fragment SavedHelper on CaseHelper {
  version
  contentHash
  savedAt
  savedBy {
    kind
    id
    name
  }
  trigger
  label
  note
}
    `, {"fragmentName":"SavedHelper"}) as unknown as TypedDocumentString<SavedHelperFragment, unknown>;
export const CaseHelperChangedDocument = new TypedDocumentString(`
    subscription CaseHelperChanged($caseId: ID!, $afterVersion: Int!, $policy: DeliveryPolicy) {
  caseHelperChanged(caseId: $caseId, afterVersion: $afterVersion, policy: $policy) {
    __typename
    ... on FeedReady {
      cursor
      currentVersion
    }
    ... on FeedHeartbeat {
      cursor
    }
    ... on FeedResyncRequired {
      cursor
      reason
      currentVersion
    }
    ... on HelperVersionSaved {
      cursor
      version
      previousVersion
      changedPaths
      patch
      helper {
        ...SavedHelper
      }
    }
  }
}
    fragment SavedHelper on CaseHelper {
  version
  contentHash
  savedAt
  savedBy {
    kind
    id
    name
  }
  trigger
  label
  note
}`) as unknown as TypedDocumentString<CaseHelperChangedSubscription, CaseHelperChangedSubscriptionVariables>;
export const CaseHelperDocument = new TypedDocumentString(`
    query CaseHelper($caseId: ID!, $version: Int) {
  case(id: $caseId) {
    version
    helper(version: $version) {
      ...SavedHelper
      helperJson
    }
  }
}
    fragment SavedHelper on CaseHelper {
  version
  contentHash
  savedAt
  savedBy {
    kind
    id
    name
  }
  trigger
  label
  note
}`) as unknown as TypedDocumentString<CaseHelperQuery, CaseHelperQueryVariables>;
export const FeedDocument = new TypedDocumentString(`
    subscription Feed($after: FeedCursor, $caseId: ID) {
  feed(after: $after, caseId: $caseId) {
    __typename
    ... on FeedReady {
      cursor
    }
    ... on FeedHeartbeat {
      cursor
    }
    ... on FeedResyncRequired {
      cursor
      reason
    }
    ... on FeedChange {
      cursor
      kind
      entity
      entityId
      entityIds
      changedFields
      caseId
      version
      actor {
        kind
        id
        name
      }
      requestId
      at
    }
  }
}
    `) as unknown as TypedDocumentString<FeedSubscription, FeedSubscriptionVariables>;
export const SaveHelperDocument = new TypedDocumentString(`
    mutation SaveHelper($input: CaseHelperSaveFullInput!) {
  caseHelperSaveFull(input: $input) {
    outcome
    cursor
    userErrors {
      code
      message
      field
    }
    idempotency {
      replayed
    }
    helper {
      ...SavedHelper
    }
    conflict {
      expectedVersion
      currentVersion
      changedPaths
      conflictingPaths
      savedAt
      savedBy {
        kind
        id
        name
      }
      current {
        ...SavedHelper
        helperJson
      }
    }
  }
}
    fragment SavedHelper on CaseHelper {
  version
  contentHash
  savedAt
  savedBy {
    kind
    id
    name
  }
  trigger
  label
  note
}`) as unknown as TypedDocumentString<SaveHelperMutation, SaveHelperMutationVariables>;