/**
 * What a fault run writes down, one JSON line an event, and what the checker reads. Times are milliseconds of the driver's
 * clock. Positions are the numbers inside the cursors: dense per organisation.
 */
export type HistoryEvent = WriteEvent | SubscriberEvent | FaultEvent | SampleEvent;

/** A write is invoked once and ends once: acknowledged, refused for good, or unknown. Retries under its key are part of it. */
export type WriteEvent =
  | {
      readonly type: 'invoke';
      readonly op: number;
      readonly at: number;
      readonly kind: 'save' | 'restore' | 'bulk';
      readonly orgId: string;
      readonly caseId: string;
      /** The idempotency key; null for a write that is not safe to retry. */
      readonly key: string | null;
      readonly expectedVersion: number | null;
      /** What a save appends to the list of the version it read; unique in the run. Null for what is no save. */
      readonly token: string | null;
      /** The version a restore brings back. */
      readonly restores: number | null;
    }
  | {
      readonly type: 'acknowledged';
      readonly op: number;
      readonly at: number;
      readonly outcome: string;
      /** The version written; null of a bulk write, and where nothing had to be written. */
      readonly version: number | null;
      readonly replayed: boolean;
      /** How often it was sent. */
      readonly attempts: number;
    }
  /** Told that nothing was written: a conflict, a refusal. */
  | {
      readonly type: 'refused';
      readonly op: number;
      readonly at: number;
      readonly code: string;
      readonly attempts: number;
    }
  /** Given up without an answer: it may have been written, once. */
  | {
      readonly type: 'unknown';
      readonly op: number;
      readonly at: number;
      readonly reason: string;
      readonly attempts: number;
    };

/** One subscription that resumes for ever; `connection` counts its connections from 1. */
export type SubscriberEvent =
  | {
      readonly type: 'opened';
      readonly sub: number;
      readonly connection: number;
      readonly at: number;
      readonly orgId: string;
      /** Null for the whole organisation's feed. */
      readonly caseId: string | null;
      readonly watches: 'feed' | 'versions';
      readonly policy: 'ALL' | 'LATEST';
      /** Position or version it resumes after; null for "from now". */
      readonly after: number | null;
      /**
       * The cases whose changes it is to get, all of them and no others; absent or null for all of the organisation.
       * Entries without a case are then neither wanted nor forbidden. What it watches not being among them: nothing.
       */
      readonly mayOnlySee?: readonly string[] | null;
    }
  | {
      readonly type: 'ready';
      readonly sub: number;
      readonly connection: number;
      readonly at: number;
      readonly seq: number;
      readonly version: number | null;
    }
  | {
      readonly type: 'received';
      readonly sub: number;
      readonly connection: number;
      readonly at: number;
      readonly seq: number;
      readonly caseId: string | null;
      readonly entity: string;
      readonly kind: string;
      readonly version: number | null;
      /** Content hash of the version as the subscriber has it, where it asked for it or rebuilt it from patches. */
      readonly hash: string | null;
      /** When the server recorded the change, by its clock; null where the event does not say. */
      readonly recordedAt: number | null;
    }
  /** Told to refetch: it goes on from `seq`, and version of the case where it watches versions. */
  | {
      readonly type: 'resync';
      readonly sub: number;
      readonly connection: number;
      readonly at: number;
      readonly seq: number;
      readonly reason: string;
      readonly version: number | null;
    }
  | {
      readonly type: 'heartbeat';
      readonly sub: number;
      readonly connection: number;
      readonly at: number;
      readonly seq: number;
    }
  /** `error`: code of an error that ended the subscription; its socket may live. */
  | {
      readonly type: 'closed';
      readonly sub: number;
      readonly connection: number;
      readonly at: number;
      readonly code: number | null;
      readonly error: string | null;
    }
  /** Taken away for good by the run itself: nothing is expected of it from here on. */
  | { readonly type: 'revoked'; readonly sub: number; readonly at: number };

export interface FaultEvent {
  readonly type: 'fault';
  readonly at: number;
  readonly row: string;
  readonly name: string;
  readonly phase: 'begin' | 'end';
}

/** A reading of a server process, or of the driver. */
export interface SampleEvent {
  readonly type: 'sample';
  readonly at: number;
  readonly process: string;
  readonly rssBytes: number;
}

/** What the database holds when everything has come to rest. */
export interface FinalState {
  readonly epoch: string;
  readonly orgs: readonly { readonly orgId: string; readonly head: number; readonly minSeq: number }[];
  readonly log: readonly LoggedChange[];
  readonly versions: readonly StoredVersion[];
  readonly currentVersions: Readonly<Record<string, number>>;
  /** Keys that are kept, with the case and version their write came to. */
  readonly keys: readonly { readonly orgId: string; readonly key: string; readonly operation: string }[];
}

export interface LoggedChange {
  readonly orgId: string;
  readonly seq: number;
  readonly caseId: string | null;
  readonly entity: string;
  readonly kind: string;
  readonly version: number | null;
  readonly requestId: string | null;
}

export interface StoredVersion {
  readonly caseId: string;
  readonly version: number;
  readonly hash: string;
  readonly restoredFrom: number | null;
  /** The tokens in its list, in order. */
  readonly tokens: readonly string[];
}
