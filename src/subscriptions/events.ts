import type { LogEntry, ResyncReason } from './feed-log.ts';

/** First of every subscription: from here on nothing is missed. */
export interface FeedReady {
  readonly type: 'FeedReady';
  readonly cursor: string;
  readonly currentVersion: number | null;
}

/** Sent when nothing else was for a while, so that cursors of quiet subscriptions do not grow old. */
export interface FeedHeartbeat {
  readonly type: 'FeedHeartbeat';
  readonly cursor: string;
  readonly at: Date;
}

/** Reading can't go on from where the client was: it refetches, then goes on from `cursor`. */
export interface FeedResyncRequired {
  readonly type: 'FeedResyncRequired';
  readonly cursor: string;
  readonly reason: ResyncReason;
  readonly currentVersion: number | null;
}

/** Events that many subscriptions get as the same object. */
interface Shared {
  /** True: what is made of it for one subscription is good for others. */
  readonly shared: boolean;
}

export interface HelperVersionSaved extends Shared {
  readonly type: 'HelperVersionSaved';
  readonly cursor: string;
  readonly caseId: string;
  readonly helperId: string;
  readonly version: number;
  /** The version this subscription sent before; with LATEST it may be more than one back. */
  readonly previousVersion: number;
}

export interface FeedChange extends LogEntry, Shared {
  readonly type: 'FeedChange';
  readonly cursor: string;
}

export type CaseHelperChange = FeedReady | HelperVersionSaved | FeedHeartbeat | FeedResyncRequired;
export type FeedEvent = FeedReady | FeedChange | FeedHeartbeat | FeedResyncRequired;

/** Between signs of life of a quiet subscription. Proxies cut what is silent for 60. */
export const HEARTBEAT_MS = 25_000;

/** Events read at a time. */
export const PAGE_SIZE = 100;
