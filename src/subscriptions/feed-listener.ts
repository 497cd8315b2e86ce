import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Logger } from '../log.ts';

const FEED_CHANNEL = 'feed';
/** Told when the rights of a role change. */
const ACCESS_PAYLOAD = 'access';
const BACKOFF_MIN_MS = 100;
const BACKOFF_MAX_MS = 10_000;
/** For connecting, and for the answer to LISTEN: a connection may go dead between the two. */
const CONNECT_WITHIN_MS = 5_000;
/** Between attempts to prove a connection, where the notice could not even be sent. */
const UNPROVEN_EVERY_MS = 1_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface ListenerTiming {
  /** Between two notices of our own. */
  readonly heartbeatEveryMs: number;
  /** Within which such a notice arrives, or the connection is given up. */
  readonly heartbeatWithinMs: number;
}

const TIMING: ListenerTiming = { heartbeatEveryMs: 10_000, heartbeatWithinMs: 5_000 };

export interface FeedListenerOptions {
  /** A direct or session-mode connection: a transaction pooler accepts LISTEN and delivers nothing. */
  readonly url: string;
  /** Sends a notice from another connection, for the heartbeat. */
  readonly notify: (channel: string, payload: string) => Promise<void>;
  /** Null: news for every organisation. */
  readonly onNews: (orgId: string | null) => void;
  /** After each (re)connect: whatever was told in between was missed. */
  readonly onListening: () => void;
  readonly log: Logger;
  readonly timing?: Partial<ListenerTiming>;
}

/**
 * The one LISTEN connection of an instance. It carries wake-ups only, so losing it delays news until the next poll and
 * loses none.
 *
 *   connecting → proving → listening → (error, end, or no heartbeat) → waiting 0.1-10 s → connecting …   stop() ends it anywhere
 *
 * A connection whose other end is gone shows no error for minutes, and a transaction pooler takes a LISTEN and delivers
 * nothing; a notice of our own that fails to arrive tells of either. So the first one has to have arrived.
 */
export class FeedListener {
  readonly #options: FeedListenerOptions;
  readonly #timing: ListenerTiming;
  readonly #heartbeatChannel = `feed_hb_${randomUUID().replaceAll('-', '')}`;
  #client: pg.Client | null = null;
  #listening = false;
  #stopped = false;
  #backoffMs = BACKOFF_MIN_MS;
  #timer: NodeJS.Timeout | undefined;
  #awaited: { nonce: string; arrived: () => void } | null = null;

  constructor(options: FeedListenerOptions) {
    this.#options = options;
    this.#timing = { ...TIMING, ...options.timing };
  }

  get listening(): boolean {
    return this.#listening;
  }

  /** Tries to connect once; when that fails it goes on trying by itself. */
  async start(): Promise<void> {
    await this.#connect();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#listening = false;
    await this.#client?.end().catch(() => undefined);
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#options.url,
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
      query_timeout: CONNECT_WITHIN_MS,
      keepAlive: true,
      application_name: 'casegraph-listen',
    });
    this.#client = client;
    client.on('error', () => this.#reconnect(client));
    client.on('end', () => this.#reconnect(client));
    client.on('notification', ({ channel, payload = '' }) => this.#heard(channel, payload));
    try {
      await client.connect();
      await client.query(`listen ${FEED_CHANNEL}; listen ${this.#heartbeatChannel}`);
    } catch {
      this.#reconnect(client);
      return;
    }
    if (this.#stopped) return;
    this.#options.onListening();
    await this.#heartbeat(client);
  }

  /** Anybody may notify any channel, so a payload is believed only as far as "look at this organisation". */
  #heard(channel: string, payload: string): void {
    if (channel === FEED_CHANNEL && UUID.test(payload)) this.#options.onNews(payload);
    if (channel === FEED_CHANNEL && payload === ACCESS_PAYLOAD) this.#options.onNews(null);
    if (channel === this.#heartbeatChannel && payload === this.#awaited?.nonce) this.#awaited.arrived();
  }

  #scheduleHeartbeat(client: pg.Client): void {
    const { heartbeatEveryMs } = this.#timing;
    const waitMs = this.#listening ? heartbeatEveryMs : Math.min(heartbeatEveryMs, UNPROVEN_EVERY_MS);
    this.#timer = setTimeout(() => void this.#heartbeat(client), waitMs);
    this.#timer.unref();
  }

  async #heartbeat(client: pg.Client): Promise<void> {
    const nonce = randomUUID();
    let deadline: NodeJS.Timeout | undefined;
    const outcome = await new Promise<'arrived' | 'missed' | 'unsent'>((resolve) => {
      this.#awaited = { nonce, arrived: () => resolve('arrived') };
      deadline = setTimeout(() => resolve('missed'), this.#timing.heartbeatWithinMs);
      // With the pool itself down nothing is proven about this connection.
      this.#options.notify(this.#heartbeatChannel, nonce).catch(() => resolve('unsent'));
    });
    clearTimeout(deadline);
    this.#awaited = null;
    if (this.#client !== client || this.#stopped) return;
    if (outcome === 'missed') {
      this.#reconnect(client);
      return;
    }
    if (outcome === 'arrived') {
      this.#listening = true;
      this.#backoffMs = BACKOFF_MIN_MS;
    }
    this.#scheduleHeartbeat(client);
  }

  #reconnect(client: pg.Client): void {
    if (this.#client !== client || this.#stopped) return;
    this.#client = null;
    if (this.#listening) this.#options.log.warn('lost the LISTEN connection; polling until it is back');
    this.#listening = false;
    clearTimeout(this.#timer);
    // A black-holed connection would not answer a polite goodbye.
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    const waitMs = this.#backoffMs * (0.5 + Math.random() / 2);
    this.#backoffMs = Math.min(this.#backoffMs * 2, BACKOFF_MAX_MS);
    this.#timer = setTimeout(() => void this.#connect(), waitMs);
    this.#timer.unref();
  }
}
