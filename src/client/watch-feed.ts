import { type CasegraphError, callbackFailed } from './casegraph-error.ts';
import type { Connection } from './connection.ts';
import { isSeen } from './feed-position.ts';
import { FeedDocument, type FeedSubscription, type ResyncReason } from './generated/operations.ts';
import { keepWatching } from './keep-watching.ts';
import type { Timing } from './timing.ts';
import type { WatchState } from './watch-state.ts';
import { type StatusCallbacks, WatchStatus } from './watch-status.ts';

/** One row written, or several of one table and case in one statement. */
export type FeedChange = Omit<Extract<FeedSubscription['feed'], { __typename: 'FeedChange' }>, '__typename'>;

export interface FeedWatchOptions extends StatusCallbacks {
  /** Begins after this cursor; without it, with what happens from now on. */
  readonly after?: string | null | undefined;
  /** Only what is about this case. */
  readonly caseId?: string | undefined;
  /**
   * One change, in order. The next one comes when this one is done, and only then does the cursor move: a change whose
   * handling fails comes again, until it does not.
   */
  readonly onChange: (change: FeedChange) => void | Promise<void>;
  /** What happened since the cursor can't be told: fetch anew what you keep. It goes on, from now, when this is done. */
  readonly onResync: (reason: ResyncReason) => void | Promise<void>;
}

export interface FeedWatchStats {
  readonly delivered: number;
  /** Came again and were left out. */
  readonly duplicates: number;
  readonly resyncs: number;
  /** Times the connection broke, or a callback failed. */
  readonly breaks: number;
}

export interface FeedWatch {
  readonly state: WatchState;
  /** Why it is not live. */
  readonly error: CasegraphError | null;
  /** Everything up to here is done. Kept over a restart and given as `after`, nothing is missed. Null until the first is known. */
  readonly cursor: string | null;
  readonly stats: FeedWatchStats;
  /** Stops; what it answers resolves when a change that is being handled is done. */
  readonly close: () => Promise<void>;
}

export interface FeedWatchParts {
  readonly connection: Connection;
  readonly timing: Timing;
  /** What closes the watches that have not ended. */
  readonly running: Set<() => void>;
}

export function watchFeed(parts: FeedWatchParts, options: FeedWatchOptions): FeedWatch {
  const { caseId = null, onChange, onResync } = options;
  const abort = new AbortController();
  const status = new WatchStatus(options, () => undefined);
  const stats = { delivered: 0, duplicates: 0, resyncs: 0, breaks: 0 };
  let cursor = options.after ?? null;

  const handle = async ({ feed: event }: FeedSubscription): Promise<boolean> => {
    if (event.__typename === 'FeedReady') {
      // Where the client begins. Else it says what was asked for, or, before FeedResyncRequired, what was not.
      cursor ??= event.cursor;
      status.move('ready');
      return false;
    }
    if (event.__typename === 'FeedChange') {
      if (isSeen(event.cursor, cursor)) {
        stats.duplicates++;
        return true;
      }
      const { __typename, ...change } = event;
      await run('onChange', () => onChange(change));
      stats.delivered++;
    }
    if (event.__typename === 'FeedResyncRequired') {
      stats.resyncs++;
      await run('onResync', () => onResync(event.reason));
    }
    cursor = event.cursor;
    return true;
  };

  const close = () => {
    abort.abort();
    status.move('closed');
  };
  parts.running.add(close);
  const ended = keepWatching<FeedSubscription>(
    parts.connection,
    parts.timing,
    {
      prepare: async () => undefined,
      payload: {
        query: String(FeedDocument),
        get variables() {
          return { after: cursor, caseId };
        },
      },
      handle,
      lost: (error) => {
        stats.breaks++;
        status.move('lost', error);
      },
      refused: (error) => status.move('refused', error),
    },
    abort.signal,
  ).finally(() => parts.running.delete(close));

  return {
    get state() {
      return status.state;
    },
    get error() {
      return status.error;
    },
    get cursor() {
      return cursor;
    },
    stats,
    close: () => {
      close();
      return ended;
    },
  };
}

/** A callback that throws is tried again, whatever it threw. */
async function run(name: string, callback: () => void | Promise<void>): Promise<void> {
  try {
    await callback();
  } catch (cause) {
    throw callbackFailed(name, cause);
  }
}
