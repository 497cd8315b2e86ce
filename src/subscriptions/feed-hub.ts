import { performance } from 'node:perf_hooks';
import type { Database } from '../db/database.ts';
import { serviceOwner } from '../db/scope.ts';
import type { Logger } from '../log.ts';
import { type Cursor, writeCursor } from './cursor.ts';
import { type FeedChange, HEARTBEAT_MS } from './events.ts';
import { FeedListener, type ListenerTiming } from './feed-listener.ts';
import { type LogEntry, readNews } from './feed-log.ts';
import { type Follower, OrgTail } from './org-tail.ts';
import { ServerStopping } from './pull-iterator.ts';

const POLL_EVERY_MS = 1_000;
/** However many notices arrive, the log is read at most this often. */
const MIN_READ_GAP_MS = 65;
/**
 * After news, at most this often where the process has had no rest since; the more it had, the sooner. What is read together
 * reaches a subscriber together, which costs little more than one event does: so the busier the process, the less each costs.
 */
const BUSY_READ_GAP_MS = 250;
/** Entries read at a time, of all organisations together. */
const NEWS_SIZE = 1_000;

const SERVICE = 'feed-hub';

export interface FeedHubOptions {
  readonly database: Database;
  readonly listenUrl: string;
  readonly log: Logger;
  /** After how long a quiet subscription gives a sign of life. */
  readonly heartbeatMs?: number;
  readonly pollEveryMs?: number;
  readonly listener?: Partial<ListenerTiming>;
}

/**
 * Reads what is new in the logs that are followed on this instance, once for everybody, and wakes those it concerns.
 * Notices make it quick; a poll once a second makes it certain.
 */
export class FeedHub {
  readonly heartbeatMs: number;
  readonly #database: Database;
  readonly #listener: FeedListener;
  readonly #log: Logger;
  readonly #tails = new Map<string, OrgTail>();
  readonly #pollEveryMs: number;
  /** Versions that subscribers were spared, because newer ones were there. */
  conflated = 0;
  #accessRevision: string | null = null;
  #accessGeneration = 0;
  #stopped = false;
  #poll: NodeJS.Timeout | undefined;
  #reading: Promise<void> | null = null;
  #readAgain = false;
  #lastReadAt = Number.NEGATIVE_INFINITY;
  #lastNewsAt = Number.NEGATIVE_INFINITY;
  #loopAtLastNews = performance.eventLoopUtilization();

  constructor(options: FeedHubOptions) {
    this.heartbeatMs = options.heartbeatMs ?? HEARTBEAT_MS;
    this.#pollEveryMs = options.pollEveryMs ?? POLL_EVERY_MS;
    this.#database = options.database;
    this.#log = options.log;
    this.#listener = new FeedListener({
      url: options.listenUrl,
      log: options.log,
      notify: (channel, payload) =>
        this.#database.read(
          serviceOwner(SERVICE),
          async (scope) => void (await scope.sql('select pg_notify($1, $2)', [channel, payload])),
        ),
      onNews: (orgId) => void ((orgId === null || this.#tails.has(orgId)) && this.#readNews()),
      onListening: () => void this.#readNews(),
      ...(options.listener ? { timing: options.listener } : {}),
    });
  }

  /** False: news arrives by polling alone, up to a second later. */
  get listening(): boolean {
    return this.#listener.listening;
  }

  /** Changes whenever the access of anybody followed here may have changed. */
  get accessGeneration(): number {
    return this.#accessGeneration;
  }

  /** Subscriptions that wait at this moment. */
  get waiting(): number {
    let count = 0;
    for (const tail of this.#tails.values()) count += tail.waiting;
    return count;
  }

  /** How far each log that is followed here has been read. */
  get heads(): readonly Cursor[] {
    return [...this.#tails.values()].map((tail) => tail.head);
  }

  /** What this instance has heard of an organisation that somebody follows here; null when nobody does. */
  watched(orgId: string): { head: number; waiting: number } | null {
    const tail = this.#tails.get(orgId);
    return tail ? { head: tail.head.seq, waiting: tail.waiting } : null;
  }

  async start(): Promise<void> {
    await this.#listener.start();
    this.#schedulePoll();
  }

  /** Ends every wait, now and from now on, with ServerStopping. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#poll);
    await this.#listener.stop();
    for (const tail of this.#tails.values()) tail.wakeAll();
    await this.#reading;
  }

  /** @throws ServerStopping */
  assertRunning(): void {
    if (this.#stopped) throw new ServerStopping();
  }

  /** The tail of an organisation's log, kept until the last follower has left. `head` is what the follower has read itself. */
  follow(follower: Follower, head: Cursor): OrgTail {
    const tail = this.#tails.get(head.orgId) ?? new OrgTail(head, () => this.#accessGeneration++);
    this.#tails.set(head.orgId, tail);
    tail.followers.add(follower);
    return tail;
  }

  leave(follower: Follower, tail: OrgTail): void {
    tail.followers.delete(follower);
    if (tail.followers.size === 0) this.#tails.delete(tail.head.orgId);
  }

  #schedulePoll(): void {
    this.#poll = setTimeout(
      () => {
        this.#schedulePoll();
        void this.#readNews();
        for (const tail of this.#tails.values())
          for (const follower of [...tail.followers]) follower.noticeLag(tail.head.seq);
      },
      this.#pollEveryMs * (0.8 + Math.random() * 0.4),
    );
    this.#poll.unref();
  }

  /** One read at a time; what is asked for meanwhile is answered by one more. */
  async #readNews(): Promise<void> {
    if (this.#tails.size === 0 || this.#stopped) return;
    if (this.#reading) {
      this.#readAgain = true;
      return;
    }
    this.#reading = this.#readOnce();
    await this.#reading;
    this.#reading = null;
    if (this.#readAgain) {
      this.#readAgain = false;
      void this.#readNews();
    }
  }

  async #readOnce(): Promise<void> {
    for (;;) {
      const waitMs = this.#nextReadAt() - performance.now();
      if (waitMs <= 0 || this.#stopped) break;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
    // What was heard of until now is there to be read.
    this.#readAgain = false;
    this.#lastReadAt = performance.now();
    const tails = [...this.#tails.values()];
    try {
      const news = await this.#database.read(serviceOwner(SERVICE), (scope) =>
        readNews(
          scope,
          tails.map((tail) => tail.head),
          NEWS_SIZE,
        ),
      );
      for (const tail of tails) this.#bring(tail, news.epoch, news.heads, news.entries);
      if (news.entries.length > 0) {
        this.#lastNewsAt = this.#lastReadAt;
        this.#loopAtLastNews = performance.eventLoopUtilization();
      }
      if (news.entries.length === NEWS_SIZE) this.#readAgain = true;
      if (this.#accessRevision !== news.accessRevision) for (const tail of this.#tails.values()) tail.forgetAccess();
      this.#accessRevision = news.accessRevision;
    } catch {
      this.#log.warn('could not read the news of the feed; trying again with the next poll');
    }
  }

  #nextReadAt(): number {
    const { active } = performance.eventLoopUtilization(this.#loopAtLastNews);
    // After `busy gap × share of the time since that was busy`, solved for that time.
    const afterNewsMs = Math.sqrt(BUSY_READ_GAP_MS * active);
    return Math.max(this.#lastReadAt + MIN_READ_GAP_MS, this.#lastNewsAt + afterNewsMs);
  }

  #bring(
    tail: OrgTail,
    epoch: string,
    heads: ReadonlyMap<string, number>,
    entries: readonly (LogEntry & { orgId: string })[],
  ): void {
    const { orgId, seq } = tail.head;
    const head = heads.get(orgId) ?? 0;
    // Another history than the one that was followed. The followers meet it in the log, and are told to resync.
    if (epoch !== tail.head.epoch || head < seq) {
      tail.reset({ epoch, orgId, seq: head });
      return;
    }
    tail.append(
      entries
        .filter((entry) => entry.orgId === orgId)
        .map(
          (entry): FeedChange => ({
            ...entry,
            type: 'FeedChange',
            cursor: writeCursor({ epoch, orgId, seq: entry.seq }),
            shared: true,
          }),
        ),
    );
  }
}
