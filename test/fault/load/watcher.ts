import type { SubscriberParts } from './subscriber.ts';

/** Somebody who watches and writes down all that comes, in whichever way. */
export interface Watcher {
  readonly sub: number;
  readonly parts: SubscriberParts;
  readonly watches: 'feed' | 'versions';
  /** The position, or the version, it has come to; null before it was told where it starts. */
  readonly mark: number | null;
  /** Nothing is expected of it any more. */
  readonly isRevoked: boolean;
  start(): void;
  stop(): Promise<void>;
}
