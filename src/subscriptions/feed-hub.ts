import { randomUUID } from 'node:crypto';
import type { ServiceIdentity } from '../auth/identity.ts';
import type { Database, ScopeOwner } from '../db/scope.ts';
import type { Logger } from '../log.ts';
import { HEARTBEAT_MS } from './events.ts';
import { FeedListener, type ListenerTiming } from './feed-listener.ts';
import { ServerStopping } from './pull-iterator.ts';

const POLL_EVERY_MS = 1_000;
/** However many notices arrive, heads are read at most this often. */
const MIN_READ_GAP_MS = 50;

const IDENTITY: ServiceIdentity = { kind: 'SERVICE', name: 'feed-hub', expiresAt: null };

interface WatchedOrg {
  head: number;
  readonly waiters: Set<() => void>;
}

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
 * Tells waiting subscriptions of this instance that their organisation's log has grown. What is new they read themselves,
 * each under its own identity. Notices make it quick; a poll once a second makes it certain.
 */
export class FeedHub {
  readonly heartbeatMs: number;
  readonly #database: Database;
  readonly #listener: FeedListener;
  readonly #log: Logger;
  readonly #orgs = new Map<string, WatchedOrg>();
  readonly #pollEveryMs: number;
  #stopped = false;
  #poll: NodeJS.Timeout | undefined;
  #reading: Promise<void> | null = null;
  #readAgain = false;
  #lastReadAt = 0;

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
          this.#owner(),
          async (scope) => void (await scope.sql('select pg_notify($1, $2)', [channel, payload])),
        ),
      onNews: (orgId) => void (this.#orgs.has(orgId) && this.#readHeads()),
      onListening: () => void this.#readHeads(),
      ...(options.listener ? { timing: options.listener } : {}),
    });
  }

  /** False: news arrives by polling alone, up to a second later. */
  get listening(): boolean {
    return this.#listener.listening;
  }

  /** Subscriptions that wait at this moment. */
  get waiting(): number {
    let count = 0;
    for (const org of this.#orgs.values()) count += org.waiters.size;
    return count;
  }

  /** What this instance has heard of an organisation that somebody waits for here; null when nobody does. */
  watched(orgId: string): { head: number; waiting: number } | null {
    const org = this.#orgs.get(orgId);
    return org ? { head: org.head, waiting: org.waiters.size } : null;
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
    for (const org of this.#orgs.values()) for (const wake of [...org.waiters]) wake();
    await this.#reading;
  }

  /**
   * Resolves once the organisation's log has grown beyond `seq`, after `timeoutMs`, or when aborted.
   * @throws ServerStopping
   */
  async wait(orgId: string, seq: number, timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (this.#stopped) throw new ServerStopping();
    // Who has read further than the hub brings the news itself: those who wait would not be woken for it again.
    this.#moved(orgId, seq);
    const org = this.#orgs.get(orgId) ?? { head: seq, waiters: new Set() };
    if (signal.aborted || org.head > seq) return;
    this.#orgs.set(orgId, org);
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        org.waiters.delete(wake);
        if (org.waiters.size === 0) this.#orgs.delete(orgId);
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      signal.addEventListener('abort', wake, { once: true });
      org.waiters.add(wake);
    });
    if (this.#stopped) throw new ServerStopping();
  }

  #schedulePoll(): void {
    this.#poll = setTimeout(
      () => {
        this.#schedulePoll();
        void this.#readHeads();
      },
      this.#pollEveryMs * (0.8 + Math.random() * 0.4),
    );
    this.#poll.unref();
  }

  /** One read at a time; what is asked for meanwhile is answered by one more. */
  async #readHeads(): Promise<void> {
    if (this.#orgs.size === 0 || this.#stopped) return;
    if (this.#reading) {
      this.#readAgain = true;
      return;
    }
    this.#reading = this.#readOnce();
    await this.#reading;
    this.#reading = null;
    if (this.#readAgain) {
      this.#readAgain = false;
      void this.#readHeads();
    }
  }

  async #readOnce(): Promise<void> {
    const waitMs = this.#lastReadAt + MIN_READ_GAP_MS - Date.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    this.#lastReadAt = Date.now();
    try {
      const rows = await this.#database.read(this.#owner(), (scope) =>
        scope.sql<{ org_id: string; seq: string }>(
          'select org_id, seq::text as seq from feed.org_feed where org_id = any ($1)',
          [[...this.#orgs.keys()]],
        ),
      );
      for (const row of rows) this.#moved(row.org_id, Number(row.seq));
    } catch {
      this.#log.warn('could not read the feed heads; trying again with the next poll');
    }
  }

  #moved(orgId: string, head: number): void {
    const org = this.#orgs.get(orgId);
    if (!org || head <= org.head) return;
    org.head = head;
    for (const wake of [...org.waiters]) wake();
  }

  #owner(): ScopeOwner {
    return { identity: IDENTITY, requestId: randomUUID(), requestedOrg: null };
  }
}
