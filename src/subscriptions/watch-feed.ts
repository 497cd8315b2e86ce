import type { Scope } from '../db/scope.ts';
import { type Cursor, readCursor, writeCursor } from './cursor.ts';
import { type FeedChange, type FeedEvent, PAGE_SIZE } from './events.ts';
import { findFeedHead, findResyncReason, findVisible, getFeedHead, readLog } from './feed-log.ts';
import { type FollowerParts, LogIterator, type Replayed } from './log-iterator.ts';
import type { OrgTail } from './org-tail.ts';
import { getWatchedCase, seesCase } from './watched-case.ts';

export interface WatchFeedInput {
  readonly after: string | null;
  readonly caseId: string | null;
}

/** Every change of the organisation that the caller may see, or of one case: replayed from the cursor, then live. */
export class FeedIterator extends LogIterator<FeedEvent> {
  readonly #after: string | null;

  constructor(parts: FollowerParts, input: WatchFeedInput) {
    super(parts, input.caseId);
    this.#after = input.after;
  }

  protected async begin(scope: Scope): Promise<Replayed<FeedEvent>> {
    const watched = this.caseId ? await getWatchedCase(scope, this.caseId) : null;
    const head = await getFeedHead(scope, watched?.orgId ?? scope.orgId);
    const from = this.#after === null ? head : readCursor(this.#after, head.orgId, ['after']);
    const reason = findResyncReason(from, head);
    const at = reason ? head : from;
    const currentVersion = watched?.version ?? null;
    // The cursor it was given also where that is no good: a client that remembers this one, and is cut off before it is told
    // to resync, comes back with it and is told again.
    const events: FeedEvent[] = [{ type: 'FeedReady', cursor: writeCursor(from), currentVersion }];
    if (reason) events.push({ type: 'FeedResyncRequired', cursor: writeCursor(head), reason, currentVersion });
    return { events, at, caughtUp: at.seq === head.seq };
  }

  protected async replay(scope: Scope, at: Cursor): Promise<Replayed<FeedEvent>> {
    const watched = this.caseId ? await getWatchedCase(scope, this.caseId) : null;
    const head = await getFeedHead(scope, at.orgId);
    const reason = findResyncReason(at, head);
    if (reason) {
      const currentVersion = watched?.version ?? null;
      const cursor = writeCursor(head);
      return {
        events: [{ type: 'FeedResyncRequired', cursor, reason, currentVersion }],
        at: head,
        caughtUp: true,
      };
    }
    const entries = await readLog(scope, at.orgId, at.seq, this.caseId, PAGE_SIZE);
    const events = entries.map(
      (entry): FeedChange => ({
        ...entry,
        type: 'FeedChange',
        cursor: writeCursor({ ...at, seq: entry.seq }),
        shared: false,
      }),
    );
    // A short page means that everything up to the head has been looked at, whoever it was for.
    const caughtUp = entries.length < PAGE_SIZE;
    return { events, at: caughtUp ? head : { ...at, seq: entries.at(-1)!.seq }, caughtUp };
  }

  protected async findVisible(tail: OrgTail, caller: string, changes: FeedChange[]): Promise<FeedChange[] | null> {
    if (this.caseId) return (await seesCase(this.parts, tail, caller, this.caseId)) ? changes : null;
    // The policy of the log knows an entry by its organisation and its case alone, so one entry stands for all of a case.
    const positions = new Map(changes.map((change) => [subjectOf(change), change.seq]));
    const seen = await tail.access.sees(caller, [WHOLE_FEED, ...positions.keys()], (unknown) =>
      this.parts.database.read(this.parts.owner, (scope) =>
        findVisibleSubjects(scope, tail.head.orgId, unknown, positions),
      ),
    );
    return seen?.has(WHOLE_FEED) ? changes.filter((change) => seen.has(subjectOf(change))) : null;
  }

  protected toEvents(changes: readonly FeedChange[]): FeedEvent[] {
    return [...changes];
  }
}

const WHOLE_FEED = 'feed';

function subjectOf({ caseId }: FeedChange): string {
  return caseId ? `log of ${caseId}` : 'log without a case';
}

/** Of these subjects those that the caller sees; null when an entry that stands for one is no longer kept. */
async function findVisibleSubjects(
  scope: Scope,
  orgId: string,
  subjects: readonly string[],
  positions: ReadonlyMap<string, number>,
): Promise<Set<string> | null> {
  const head = await findFeedHead(scope, orgId);
  if (!head) return new Set();
  const asked = new Map([...positions].filter(([subject]) => subjects.includes(subject)));
  if ([...asked.values()].some((seq) => seq < head.minSeq)) return null;
  const visible = await findVisible(scope, orgId, [...asked.values()]);
  return new Set([WHOLE_FEED, ...[...asked].flatMap(([subject, seq]) => (visible.has(seq) ? [subject] : []))]);
}
