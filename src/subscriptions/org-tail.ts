import { changesAccess } from './access-changes.ts';
import { CallerAccess } from './caller-access.ts';
import type { Cursor } from './cursor.ts';
import type { FeedChange } from './events.ts';

/** Entries kept of each organisation. Who is further behind reads the log itself. */
const KEPT = 1_000;

/** After how long a follower looks again who stands in another history than the tail. */
const LOOK_AGAIN_MS = 250;

/** Who follows a log, as a subscription does that is under way. */
export interface Follower {
  /** Called about once a second with the newest position. */
  noticeLag(head: number): void;
  /** Called when who sees what may have changed. */
  noticeAccess?(): void;
}

interface Waiter {
  /** @param considered the position up to which nothing concerned the waiter */
  wake(considered: Cursor): void;
}

/**
 * The newest part of one organisation's log, read once for all who follow it on this instance, and those who wait for
 * more. Its entries are the same objects for everybody, so that what is made of one can be shared. Positions are dense:
 * where an entry lies follows from its number.
 */
export class OrgTail {
  /** What callers have been found to see of this organisation. */
  readonly access = new CallerAccess();
  readonly followers = new Set<Follower>();
  #head: Cursor;
  #changes: readonly FeedChange[] = [];
  /** By the case they wait for; under null those who wait for anything. */
  readonly #waiters = new Map<string | null, Set<Waiter>>();

  readonly #onAccessForgotten: () => void;

  constructor(head: Cursor, onAccessForgotten: () => void) {
    this.#head = head;
    this.#onAccessForgotten = onAccessForgotten;
  }

  get head(): Cursor {
    return this.#head;
  }

  get waiting(): number {
    let count = 0;
    for (const waiters of this.#waiters.values()) count += waiters.size;
    return count;
  }

  /** What came after a position about a case, or about anything (null), and how far that reaches. Null when it is not kept. */
  after(at: Cursor, caseId: string | null, limit: number): { changes: FeedChange[]; upTo: Cursor } | null {
    const floor = this.#head.seq - this.#changes.length;
    if (at.epoch !== this.#head.epoch || at.seq < floor) return null;
    const changes: FeedChange[] = [];
    for (let index = at.seq - floor; index < this.#changes.length; index++) {
      const change = this.#changes[index]!;
      if (caseId !== null && change.caseId !== caseId) continue;
      if (changes.length === limit) return { changes, upTo: { ...at, seq: changes.at(-1)!.seq } };
      changes.push(change);
    }
    return { changes, upTo: at.seq > this.#head.seq ? at : this.#head };
  }

  /** Takes what the log has gained, in order, at most KEPT entries at a time. */
  append(changes: readonly FeedChange[]): void {
    const before = this.#head;
    const last = changes.at(-1);
    if (!last) return;
    const head = { ...before, seq: last.seq };
    // A hole is what was forgotten before it was read here. Everybody finds out from the log itself.
    if (changes[0]!.seq !== before.seq + 1) {
      this.reset(head);
      return;
    }
    this.#head = head;
    this.#changes = this.#changes.concat(changes).slice(-KEPT);
    if (changes.some(changesAccess)) this.forgetAccess(before);
    this.#wake(null, before);
    for (const caseId of new Set(changes.map((change) => change.caseId))) if (caseId) this.#wake(caseId, before);
  }

  /** Begins anew at a position, as after a restore of the database. */
  reset(head: Cursor): void {
    const before = this.#head;
    this.#head = head;
    this.#changes = [];
    this.forgetAccess(before);
  }

  /** Who sees what may have changed: everybody looks again, also where there is no other news. */
  forgetAccess(considered = this.#head): void {
    this.access.forget();
    this.#onAccessForgotten();
    for (const follower of [...this.followers]) follower.noticeAccess?.();
    this.wakeAll(considered);
  }

  wakeAll(considered = this.#head): void {
    for (const caseId of [...this.#waiters.keys()]) this.#wake(caseId, considered);
  }

  /**
   * Resolves when something has come after `at` that concerns the case (null: anything), when access may have changed,
   * after `timeoutMs`, or when aborted; to the position up to which nothing concerned it.
   */
  async wait(at: Cursor, caseId: string | null, timeoutMs: number, signal: AbortSignal): Promise<Cursor> {
    if (signal.aborted || (at.epoch === this.#head.epoch && this.#head.seq > at.seq)) return at;
    const waiters = this.#waiters.get(caseId) ?? new Set();
    this.#waiters.set(caseId, waiters);
    return new Promise((resolve) => {
      const wake = (considered: Cursor) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        waiters.delete(waiter);
        if (waiters.size === 0 && this.#waiters.get(caseId) === waiters) this.#waiters.delete(caseId);
        resolve(considered.epoch === at.epoch && considered.seq > at.seq ? considered : at);
      };
      const waiter: Waiter = { wake };
      const onAbort = () => wake(at);
      // Of two histories one is from before a restore, and who has it must look again, whether or not there is other news.
      const isSameHistory = at.epoch === this.#head.epoch;
      const timer = setTimeout(() => wake(this.#head), isSameHistory ? timeoutMs : Math.min(timeoutMs, LOOK_AGAIN_MS));
      signal.addEventListener('abort', onAbort, { once: true });
      waiters.add(waiter);
    });
  }

  #wake(caseId: string | null, considered: Cursor): void {
    for (const waiter of [...(this.#waiters.get(caseId) ?? [])]) waiter.wake(considered);
  }
}
