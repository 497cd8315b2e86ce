import type { Scope } from '../db/scope.ts';
import { Refusal } from '../errors.ts';
import { type Cursor, writeCursor } from './cursor.ts';
import { type CaseHelperChange, type FeedChange, type HelperVersionSaved, PAGE_SIZE } from './events.ts';
import { type FeedHead, getFeedHead } from './feed-log.ts';
import { type FollowerParts, LogIterator, type Replayed } from './log-iterator.ts';
import type { OrgTail } from './org-tail.ts';
import { getWatchedCase, seesCase } from './watched-case.ts';

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
export class CaseHelperIterator extends LogIterator<CaseHelperChange> {
  protected override readonly pageSize: number;
  readonly #input: WatchCaseHelperInput;
  /** The last version sent or skipped to. */
  #version = 0;

  constructor(parts: FollowerParts, input: WatchCaseHelperInput) {
    super(parts, input.caseId);
    if (input.afterVersion !== null && input.afterVersion < 0)
      throw new Refusal('VALIDATION_FAILED', 'afterVersion is the version you have: 0 or more.', ['afterVersion']);
    this.#input = input;
    this.pageSize = input.policy === 'LATEST' ? Number.POSITIVE_INFINITY : PAGE_SIZE;
  }

  protected async begin(scope: Scope): Promise<Replayed<CaseHelperChange>> {
    const { orgId, version: currentVersion } = await getWatchedCase(scope, this.#input.caseId);
    const head = await getFeedHead(scope, orgId);
    const cursor = writeCursor(head);
    const after = this.#input.afterVersion ?? currentVersion;
    const reason =
      after > currentVersion ? 'CURSOR_AHEAD' : currentVersion - after > MAX_REPLAY ? 'TOO_FAR_BEHIND' : null;
    this.#version = reason ? currentVersion : after;
    const events: CaseHelperChange[] = [{ type: 'FeedReady', cursor, currentVersion }];
    if (reason) events.push({ type: 'FeedResyncRequired', cursor, reason, currentVersion });
    return { events, at: head, caughtUp: this.#version === currentVersion };
  }

  protected async replay(scope: Scope, at: Cursor): Promise<Replayed<CaseHelperChange>> {
    const { orgId, version: currentVersion } = await getWatchedCase(scope, this.#input.caseId);
    const head = await getFeedHead(scope, orgId);
    // The database was put back: versions of the same numbers may be others.
    const reason = at.epoch !== head.epoch ? 'NEW_EPOCH' : currentVersion < this.#version ? 'CURSOR_AHEAD' : null;
    if (reason) {
      this.#version = currentVersion;
      return {
        events: [{ type: 'FeedResyncRequired', cursor: writeCursor(head), reason, currentVersion }],
        at: head,
        caughtUp: true,
      };
    }
    const events = await this.#readVersions(scope, head);
    if (events.length > 0) this.#goTo(events.at(-1)!.version);
    const caughtUp = events.length < PAGE_SIZE;
    return { events, at: caughtUp ? head : { ...head, seq: events.at(-1)!.seq }, caughtUp };
  }

  /** Versions between the last sent and this one are skipped, where that is what the subscriber wants. */
  #goTo(version: number): void {
    if (this.#input.policy === 'LATEST') this.parts.hub.conflated += version - this.#version - 1;
    this.#version = version;
  }

  async #readVersions(scope: Scope, head: FeedHead): Promise<(HelperVersionSaved & { seq: number })[]> {
    const { caseId, policy } = this.#input;
    const rows = await scope.sql<{ id: string; version: number; seq: string | null }>(
      `select h.id, h.version, l.org_seq::text as seq
       from public.case_helper h
       left join feed.change_log l on l.case_id = h.case_id and l.case_version = h.version and l.entity = 'case_helper'
       where h.case_id = $1 and h.version > $2 and ($3 or h.is_current)
       order by h.version limit $4`,
      [caseId, this.#version, policy === 'ALL', PAGE_SIZE],
    );
    return rows.map((row, index) => {
      // The log may be kept shorter than the versions. A position before what is kept: a feed that resumes there is told so.
      const seq = row.seq === null ? Math.max(0, head.minSeq - 2) : Number(row.seq);
      return {
        type: 'HelperVersionSaved',
        seq,
        cursor: writeCursor({ ...head, seq }),
        caseId,
        helperId: row.id,
        version: row.version,
        previousVersion: rows[index - 1]?.version ?? this.#version,
        shared: false,
      };
    });
  }

  protected async findVisible(tail: OrgTail, caller: string, changes: FeedChange[]): Promise<FeedChange[] | null> {
    return (await seesCase(this.parts, tail, caller, this.#input.caseId)) ? changes : null;
  }

  protected toEvents(changes: readonly FeedChange[]): CaseHelperChange[] | null {
    let saved = changes.filter(({ entity, caseVersion }) => entity === 'case_helper' && caseVersion! > this.#version);
    if (this.#input.policy === 'LATEST') saved = saved.slice(-1);
    else if (saved.some(({ caseVersion }, index) => caseVersion !== this.#version + index + 1)) return null;
    return saved.map((change) => {
      const event = versionSaved(change, this.#version);
      this.#goTo(event.version);
      return event;
    });
  }
}

const made = new WeakMap<FeedChange, Map<number, HelperVersionSaved>>();

/** One event for all who were sent the same version before. */
function versionSaved(change: FeedChange, previousVersion: number): HelperVersionSaved {
  const known = made.get(change) ?? new Map<number, HelperVersionSaved>();
  made.set(change, known);
  let event = known.get(previousVersion);
  if (!event) {
    event = {
      type: 'HelperVersionSaved',
      cursor: change.cursor,
      caseId: change.caseId!,
      helperId: change.entityId!,
      version: change.caseVersion!,
      previousVersion,
      shared: true,
    };
    known.set(previousVersion, event);
  }
  return event;
}
