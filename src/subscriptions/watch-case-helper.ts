import type { Database, Scope, ScopeOwner } from '../db/scope.ts';
import { Refusal } from '../errors.ts';
import { writeCursor } from './cursor.ts';
import { type CaseHelperChange, PAGE_SIZE } from './events.ts';
import type { FeedHub } from './feed-hub.ts';
import { type FeedHead, getFeedHead } from './feed-log.ts';
import { PullIterator } from './pull-iterator.ts';
import { getWatchedCase, type WatchedCase } from './watched-case.ts';

/** How versions reach a subscriber who reads more slowly than they are saved. */
export const DELIVERY_POLICIES = {
  ALL: 'Every version, in order, however long it takes.',
  LATEST: 'The newest there is each time; versions in between are skipped.',
} as const;

export type DeliveryPolicy = keyof typeof DELIVERY_POLICIES;

export interface WatchCaseHelperInput {
  readonly caseId: string;
  readonly afterVersion: number | null;
  readonly policy: DeliveryPolicy;
}

/** More versions than this to replay, and refetching is quicker for everybody. */
const MAX_REPLAY = 10_000;

/**
 * Versions of one case, in order, none missing: those after `afterVersion`, then live. The position is the version number
 * itself, which counts without gaps, so a client can check that it missed nothing.
 */
export class CaseHelperIterator extends PullIterator<CaseHelperChange> {
  readonly #parts: { database: Database; hub: FeedHub; owner: ScopeOwner };
  readonly #input: WatchCaseHelperInput;
  /** The last version sent or skipped to; null before FeedReady. */
  #version: number | null = null;
  #head: FeedHead | null = null;
  #saidAt = Date.now();

  constructor(parts: { database: Database; hub: FeedHub; owner: ScopeOwner }, input: WatchCaseHelperInput) {
    super();
    if (input.afterVersion !== null && input.afterVersion < 0)
      throw new Refusal('VALIDATION_FAILED', 'afterVersion is the version you have: 0 or more.', ['afterVersion']);
    this.#parts = parts;
    this.#input = input;
  }

  protected async read(signal: AbortSignal): Promise<CaseHelperChange[]> {
    const { database, hub, owner } = this.#parts;
    const events = await database.read(owner, async (scope) => {
      const watched = await getWatchedCase(scope, this.#input.caseId);
      this.#head = await getFeedHead(scope, watched.orgId);
      return this.#version === null ? this.#begin(watched, this.#head) : this.#readOn(scope, this.#version, this.#head);
    });
    if (events.length > 0) {
      this.#saidAt = Date.now();
      return events;
    }
    const head = this.#head!;
    await hub.wait(head.orgId, head.seq, this.#saidAt + hub.heartbeatMs - Date.now(), signal);
    return [];
  }

  #begin(watched: WatchedCase, head: FeedHead): CaseHelperChange[] {
    const cursor = writeCursor(head);
    const currentVersion = watched.version;
    const after = this.#input.afterVersion ?? currentVersion;
    const reason =
      after > currentVersion ? 'CURSOR_AHEAD' : currentVersion - after > MAX_REPLAY ? 'TOO_FAR_BEHIND' : null;
    this.#version = reason ? currentVersion : after;
    const ready: CaseHelperChange = { type: 'FeedReady', cursor, currentVersion };
    return reason ? [ready, { type: 'FeedResyncRequired', cursor, reason, currentVersion }] : [ready];
  }

  async #readOn(scope: Scope, version: number, head: FeedHead): Promise<CaseHelperChange[]> {
    const { caseId, policy } = this.#input;
    const rows = await scope.sql<{ id: string; version: number; seq: string | null }>(
      `select h.id, h.version, l.org_seq::text as seq
       from public.case_helper h
       left join feed.change_log l on l.case_id = h.case_id and l.case_version = h.version and l.entity = 'case_helper'
       where h.case_id = $1 and h.version > $2 and ($3 or h.is_current)
       order by h.version limit $4`,
      [caseId, version, policy === 'ALL', PAGE_SIZE],
    );
    if (rows.length === 0)
      return Date.now() - this.#saidAt >= this.#parts.hub.heartbeatMs
        ? [{ type: 'FeedHeartbeat', cursor: writeCursor(head), at: new Date() }]
        : [];
    let previousVersion = version;
    const events = rows.map((row): CaseHelperChange => {
      const event: CaseHelperChange = {
        type: 'HelperVersionSaved',
        // The log may be kept shorter than the versions; the oldest position kept is then the nearest one.
        cursor: writeCursor({ ...head, seq: row.seq === null ? head.minSeq - 1 : Number(row.seq) }),
        caseId,
        helperId: row.id,
        version: row.version,
        previousVersion,
      };
      previousVersion = row.version;
      return event;
    });
    this.#version = previousVersion;
    return events;
  }
}
