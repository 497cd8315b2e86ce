import type { JsonValue } from '../json/json-value.ts';
import type { CasegraphError } from './casegraph-error.ts';
import type { Connection } from './connection.ts';
import {
  CaseHelperChangedDocument,
  type CaseHelperChangedSubscription,
  type DeliveryPolicy,
} from './generated/operations.ts';
import { applyVersion, fetchHelperVersion, type HelperVersion, type VersionEvent } from './helper-version.ts';
import type { Request } from './http-request.ts';
import { keepWatching } from './keep-watching.ts';
import type { SaveOptions, SaveOutcome } from './save-helper.ts';
import type { Timing } from './timing.ts';
import type { WatchState } from './watch-state.ts';
import { type StatusCallbacks, WatchStatus } from './watch-status.ts';

/** A case as it is known now. Each is an object of its own and never changes; what did not change is shared with the one before. */
export interface CaseSnapshot<Helper = JsonValue> {
  readonly state: WatchState;
  /** Why it is not live. */
  readonly error: CasegraphError | null;
  /** null until the helper has been loaded; 0 when the case has none yet. */
  readonly version: number | null;
  readonly helper: Helper | null;
  /** Who saved this version and when. */
  readonly saved: HelperVersion['saved'];
}

export interface CaseWatchOptions<Helper> extends StatusCallbacks {
  readonly caseId: string;
  /** ALL, which is the default, brings every version; LATEST skips to the newest when versions come quickly. */
  readonly policy?: DeliveryPolicy | undefined;
  /** A version has come. @param changedPaths JSON Pointers, at most 200; null where the version told before is not known to be the one before it */
  readonly onChange?: ((snapshot: CaseSnapshot<Helper>, changedPaths: readonly string[] | null) => void) | undefined;
}

/** How the versions of a watch came about. */
export interface CaseWatchStats {
  /** Made from the version before by its patch, and checked. */
  readonly applied: number;
  /** Fetched whole, the first one included. */
  readonly fetched: number;
  /** Fetched because the patch did not fit, or its result was not what was saved. */
  readonly mismatches: number;
  /** Fetched because versions in between had not come. */
  readonly gaps: number;
  /** Came again and were left out. */
  readonly duplicates: number;
  readonly resyncs: number;
  /** Times the connection broke. */
  readonly breaks: number;
}

export interface CaseWatch<Helper = JsonValue> {
  readonly current: CaseSnapshot<Helper>;
  readonly stats: CaseWatchStats;
  /** Calls the listener whenever `current` is another one, until what it answers is called. */
  readonly subscribe: (listener: () => void) => () => void;
  /**
   * Saves what `edit` answers; the helper it is given is a copy, which it may change.
   * @throws Error before the helper has been loaded
   */
  readonly save: (edit: (helper: Helper) => Helper, options?: SaveOptions) => Promise<SaveOutcome>;
  readonly close: () => void;
}

export interface CaseWatchParts {
  readonly connection: Connection;
  readonly request: Request;
  readonly timing: Timing;
  /** What closes the watches that have not ended. */
  readonly running: Set<() => void>;
  readonly save: (version: number, helper: JsonValue, options: SaveOptions) => Promise<SaveOutcome>;
}

export function watchCase<Helper>(parts: CaseWatchParts, options: CaseWatchOptions<Helper>): CaseWatch<Helper> {
  const { connection, request, timing } = parts;
  const { caseId, policy = 'ALL', onChange } = options;
  const abort = new AbortController();
  const listeners = new Set<() => void>();
  const stats = { applied: 0, fetched: 0, mismatches: 0, gaps: 0, duplicates: 0, resyncs: 0, breaks: 0 };
  let have: HelperVersion | null = null;
  /** What was current when the subscription began. */
  let target = 0;
  let current: CaseSnapshot<Helper> = { state: 'connecting', error: null, version: null, helper: null, saved: null };

  const publish = () => {
    const { state, error } = status;
    const { version = null, helper = null, saved = null } = have ?? {};
    current = { state, error, version, helper: helper as Helper | null, saved };
    for (const listener of [...listeners]) status.tell('A listener', listener);
  };
  const status = new WatchStatus(options, publish);

  const take = (next: HelperVersion, changedPaths: readonly string[] | null) => {
    if (abort.signal.aborted) return;
    have = next;
    publish();
    status.tell('onChange', () => onChange?.(current, changedPaths));
  };
  const fetchVersion = async (version: number | null, changedPaths: readonly string[] | null = null) => {
    const fetched = await fetchHelperVersion(request, caseId, version, abort.signal);
    stats.fetched++;
    take(fetched, changedPaths);
  };
  const receive = async (before: HelperVersion, event: VersionEvent) => {
    if (event.version <= before.version) {
      stats.duplicates++;
      return;
    }
    const next = applyVersion(before, event);
    if (typeof next === 'object') {
      stats.applied++;
      return take(next, event.changedPaths);
    }
    if (next === 'gap') stats.gaps++;
    if (next === 'mismatch') stats.mismatches++;
    await fetchVersion(event.version, next === 'gap' ? null : event.changedPaths);
  };

  const close = () => {
    abort.abort();
    status.move('closed');
  };
  parts.running.add(close);
  void keepWatching<CaseHelperChangedSubscription>(
    connection,
    timing,
    {
      prepare: async () => {
        if (!have) await fetchVersion(null);
      },
      payload: {
        query: String(CaseHelperChangedDocument),
        get variables() {
          return { caseId, policy, afterVersion: have?.version ?? 0 };
        },
      },
      handle: async ({ caseHelperChanged: event }) => {
        if (event.__typename === 'FeedReady') {
          target = event.currentVersion ?? 0;
          // A version that the server does not have, after its database was restored, is about to be replaced.
          if (have!.version > target) return false;
        }
        if (event.__typename === 'HelperVersionSaved') await receive(have!, event);
        if (event.__typename === 'FeedResyncRequired') {
          stats.resyncs++;
          await fetchVersion(null);
          target = have!.version;
        }
        if (have!.version >= target) status.move('ready');
        return event.__typename !== 'FeedReady';
      },
      lost: (error) => {
        stats.breaks++;
        status.move('lost', error);
      },
      refused: (error) => status.move('refused', error),
    },
    abort.signal,
  ).finally(() => parts.running.delete(close));

  return {
    get current() {
      return current;
    },
    stats,
    subscribe: (listener) => {
      // One of its own, so that a function that is given twice is called twice, and stopped once.
      const own = () => listener();
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    save: async (edit, saveOptions = {}) => {
      if (!have) throw new Error('The helper has not been loaded yet: wait until `current.version` is not null.');
      const { version, helper } = have;
      return parts.save(version, edit(structuredClone(helper ?? {}) as Helper) as JsonValue, saveOptions);
    },
    close,
  };
}
