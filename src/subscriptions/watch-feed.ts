import type { Database, Scope, ScopeOwner } from '../db/scope.ts';
import { type Cursor, readCursor, writeCursor } from './cursor.ts';
import { type FeedEvent, PAGE_SIZE } from './events.ts';
import type { FeedHub } from './feed-hub.ts';
import { findResyncReason, getFeedHead, readLog } from './feed-log.ts';
import { PullIterator } from './pull-iterator.ts';
import { getWatchedCase, type WatchedCase } from './watched-case.ts';

export interface WatchFeedInput {
  readonly after: string | null;
  readonly caseId: string | null;
}

/** Every change of the organisation that the caller may see, or of one case: replayed from the cursor, then live. */
export class FeedIterator extends PullIterator<FeedEvent> {
  readonly #parts: { database: Database; hub: FeedHub; owner: ScopeOwner };
  readonly #input: WatchFeedInput;
  #at: Cursor | null = null;
  #saidAt = Date.now();

  constructor(parts: { database: Database; hub: FeedHub; owner: ScopeOwner }, input: WatchFeedInput) {
    super();
    this.#parts = parts;
    this.#input = input;
  }

  protected async read(signal: AbortSignal): Promise<FeedEvent[]> {
    const { database, hub, owner } = this.#parts;
    const events = await database.read(owner, async (scope) => {
      const { caseId } = this.#input;
      const watched = caseId ? await getWatchedCase(scope, caseId) : null;
      return this.#at ? this.#readOn(scope, this.#at, watched) : this.#begin(scope, watched);
    });
    if (events.length > 0) {
      this.#saidAt = Date.now();
      return events;
    }
    const at = this.#at!;
    await hub.wait(at.orgId, at.seq, this.#saidAt + hub.heartbeatMs - Date.now(), signal);
    return [];
  }

  async #begin(scope: Scope, watched: WatchedCase | null): Promise<FeedEvent[]> {
    const { after } = this.#input;
    const head = await getFeedHead(scope, watched?.orgId ?? scope.orgId);
    const from = after === null ? head : readCursor(after, head.orgId, ['after']);
    const reason = findResyncReason(from, head);
    this.#at = reason ? head : from;
    const cursor = writeCursor(this.#at);
    const currentVersion = watched?.version ?? null;
    const ready: FeedEvent = { type: 'FeedReady', cursor, currentVersion };
    return reason ? [ready, { type: 'FeedResyncRequired', cursor, reason, currentVersion }] : [ready];
  }

  async #readOn(scope: Scope, at: Cursor, watched: WatchedCase | null): Promise<FeedEvent[]> {
    const head = await getFeedHead(scope, at.orgId);
    const reason = findResyncReason(at, head);
    if (reason) {
      this.#at = head;
      return [
        { type: 'FeedResyncRequired', cursor: writeCursor(head), reason, currentVersion: watched?.version ?? null },
      ];
    }
    const entries = await readLog(scope, at.orgId, at.seq, this.#input.caseId, PAGE_SIZE);
    // A short page means that everything up to the head has been looked at, whoever it was for.
    this.#at = entries.length === PAGE_SIZE ? { ...at, seq: entries.at(-1)!.seq } : head;
    if (entries.length === 0 && Date.now() - this.#saidAt >= this.#parts.hub.heartbeatMs)
      return [{ type: 'FeedHeartbeat', cursor: writeCursor(head), at: new Date() }];
    return entries.map((entry) => ({ ...entry, type: 'FeedChange', cursor: writeCursor({ ...at, seq: entry.seq }) }));
  }
}
