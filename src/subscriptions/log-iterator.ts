import { actorOf } from '../auth/identity.ts';
import type { Database } from '../db/database.ts';
import type { Scope, ScopeOwner } from '../db/scope.ts';
import { type Cursor, writeCursor } from './cursor.ts';
import { type FeedChange, type FeedHeartbeat, PAGE_SIZE } from './events.ts';
import type { FeedHub } from './feed-hub.ts';
import type { Follower, OrgTail } from './org-tail.ts';
import { PullIterator } from './pull-iterator.ts';

/** Who follows, and through what. */
export interface FollowerParts {
  readonly database: Database;
  readonly hub: FeedHub;
  readonly owner: ScopeOwner;
  /** Cuts the connection of a client that will not catch up. */
  readonly cutOff?: () => void;
}

/** What a look into the log came to. */
export interface Replayed<Event> {
  readonly events: readonly Event[];
  /** Everything up to here has been looked at. */
  readonly at: Cursor;
  /** False: there is more to replay. */
  readonly caughtUp: boolean;
}

/** Further behind than this for longer than LAGGING_MS, a client is cut off: it comes back and is told to resync. */
const MAX_LAG = 5_000;
const LAGGING_MS = 60_000;

/**
 * A subscription's way through the log of an organisation:
 *
 *   begin → replay … → live → (further behind than the tail reaches, or access in doubt) → replay → live …
 *
 * Replaying reads the log under the subscriber's own identity. Live, it takes what the hub reads for everybody, once what
 * the caller sees of it is known from an answer of the database to that caller.
 */
export abstract class LogIterator<Event> extends PullIterator<Event | FeedHeartbeat> implements Follower {
  protected readonly parts: FollowerParts;
  /** The one case it is about, or null. */
  protected readonly caseId: string | null;
  readonly #caller: string;
  #tail: OrgTail | null = null;
  #at: Cursor | null = null;
  #caughtUp = false;
  #saidAt = performance.now();
  #lagsSince: number | null = null;

  constructor(parts: FollowerParts, caseId: string | null) {
    super();
    this.parts = parts;
    this.caseId = caseId;
    this.#caller = actorOf(parts.owner.identity);
  }

  /** The first look: where the subscription stands, and its FeedReady. */
  protected abstract begin(scope: Scope): Promise<Replayed<Event>>;
  /** What came after `at`, from the database. @throws Refusal when it is not the caller's to see, or no longer */
  protected abstract replay(scope: Scope, at: Cursor): Promise<Replayed<Event>>;
  /** The events that changes come to; null when they do not join on to what was sent. */
  protected abstract toEvents(changes: readonly FeedChange[]): Event[] | null;
  /** Of a page of the tail, what the caller sees; null when that has to be found out by replaying. */
  protected abstract findVisible(tail: OrgTail, caller: string, changes: FeedChange[]): Promise<FeedChange[] | null>;
  /** Changes taken from the tail at a time. */
  protected readonly pageSize: number = PAGE_SIZE;

  protected async read(signal: AbortSignal): Promise<(Event | FeedHeartbeat)[]> {
    const { hub } = this.parts;
    hub.assertRunning();
    const events = (await this.#readTail()) ?? (await this.#readLog(signal));
    if (events.length > 0) return this.#say(events);
    if (!this.#caughtUp || !this.#tail) return [];
    const quietMs = performance.now() - this.#saidAt;
    if (quietMs >= hub.heartbeatMs)
      return this.#say([{ type: 'FeedHeartbeat', cursor: writeCursor(this.#at!), at: new Date() }]);
    this.#at = await this.#tail.wait(this.#at!, this.caseId, hub.heartbeatMs - quietMs, signal);
    return [];
  }

  noticeLag(head: number): void {
    if (!this.#at || head - this.#at.seq <= MAX_LAG) this.#lagsSince = null;
    else this.#lagsSince ??= performance.now();
    if (this.#lagsSince !== null && performance.now() - this.#lagsSince > LAGGING_MS) {
      this.parts.cutOff?.();
      void this.return();
    }
  }

  protected release(): void {
    if (this.#tail) this.parts.hub.leave(this, this.#tail);
    this.#tail = null;
  }

  async #readTail(): Promise<Event[] | null> {
    if (!this.#caughtUp) return null;
    const tail = this.#tail;
    const page = tail?.after(this.#at!, this.caseId, this.pageSize);
    if (!tail || !page) return null;
    const visible = await this.findVisible(tail, this.#caller, page.changes);
    const events = visible && this.toEvents(visible);
    if (events) this.#at = page.upTo;
    return events;
  }

  async #readLog(signal: AbortSignal): Promise<readonly Event[]> {
    const at = this.#at;
    const { events, ...reached } = await this.parts.database.read(this.parts.owner, (scope) =>
      at ? this.replay(scope, at) : this.begin(scope),
    );
    this.#at = reached.at;
    this.#caughtUp = reached.caughtUp;
    if (!this.#tail && !signal.aborted) this.#tail = this.parts.hub.follow(this, reached.at);
    return events;
  }

  #say<Said>(events: readonly Said[]): Said[] {
    this.#saidAt = performance.now();
    return [...events];
  }
}
