import type { WriteMix } from './planned-write.ts';

/** How much is written and watched in a row. Rows change what they are about and leave the rest. */
export interface LoadShape {
  readonly offices: number;
  readonly casesEach: number;
  /** Of an office's cases, how many have large helpers. */
  readonly largeCasesEach: number;
  readonly mediumBytes: number;
  readonly tinyBytes: number;
  readonly largeBytes: number;
  /** Share of saves that go to large helpers. */
  readonly largeShare: number;
  readonly mix: WriteMix;
  readonly writers: number;
  readonly writesPerS: number;
  /** Subscriptions of organisations' feeds that read at once. */
  readonly feeds: number;
  /** Subscriptions of the versions of one case. */
  readonly watchers: number;
  /** Subscriptions that hardly read: half feeds, half whole helpers of large cases. */
  readonly slow: number;
  /** Feeds and cases watched through the client package, half of each. */
  readonly packaged: number;
}

export const BASE_LOAD: LoadShape = {
  offices: 3,
  casesEach: 20,
  largeCasesEach: 4,
  mediumBytes: 20_000,
  tinyBytes: 3_000,
  largeBytes: 200_000,
  largeShare: 0.04,
  mix: { restore: 0.05, bulk: 0.05, stale: 0.2, bulkParts: 200 },
  writers: 12,
  writesPerS: 120,
  feeds: 36,
  watchers: 20,
  slow: 10,
  packaged: 12,
};

/** For a smoke: every kind of write and subscriber, less of each. */
export const SMALL_LOAD: LoadShape = { ...BASE_LOAD, writesPerS: 30, feeds: 60, watchers: 15, slow: 6, packaged: 6 };
