import { setTimeout as pause } from 'node:timers/promises';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { HistoryEvent } from '../history.ts';
import type { Person } from '../office.ts';
import type { Random } from '../random.ts';
import type { Recorder } from '../recorder.ts';
import type { Watcher } from './watcher.ts';

/** An event of either subscription, as the server sends it. */
// biome-ignore lint/suspicious/noExplicitAny: events of every shape
export type ServerEvent = any;

export interface SubscriberParts {
  readonly sub: number;
  readonly urls: readonly string[];
  /** The instance it begins with; it moves on to the other whenever its connection ends. */
  readonly instance: number;
  readonly person: Person;
  readonly orgId: string;
  readonly caseId: string | null;
  readonly recorder: Recorder;
  readonly random: Random;
  /** Reads for a moment only, every few seconds. */
  readonly slow: boolean;
}

const RETRY_MIN_MS = 200;
const RETRY_MAX_MS = 1_500;
const PING_EVERY_MS = 8_000;
const SLOW_PAUSE_MS = 4_000;
const SLOW_READ_MS = 400;

/**
 * A subscription that resumes for ever, as the documentation tells clients to: graphql-ws sends the same payload again
 * when it reconnects, and `variables` says by then where to go on. All it gets is written down.
 */
export abstract class Subscriber implements Watcher {
  abstract readonly watches: 'feed' | 'versions';
  protected abstract readonly query: string;
  /** Sent with each connection; kept up to date by `receive`. */
  protected abstract readonly variables: Record<string, unknown>;
  protected connection = 0;
  #revoked = false;
  #client: Client | null = null;
  #socket: WebSocket | null = null;
  #instance: number;
  #stopped = false;

  constructor(readonly parts: SubscriberParts) {
    this.#instance = parts.instance;
  }

  abstract get mark(): number | null;

  get sub(): number {
    return this.parts.sub;
  }

  get isRevoked(): boolean {
    return this.#revoked;
  }

  start(): void {
    if (this.parts.slow) void this.#readSlowly();
    this.#connect();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#socket?.resume();
    await this.#client?.dispose();
  }

  /** From here on nothing is expected of it, and nothing recorded later may reach it. It goes on trying. */
  revoke(): void {
    this.#revoked = true;
    this.record({ type: 'revoked', sub: this.sub, at: Date.now() });
  }

  /** What the history says at the beginning of a connection. */
  protected abstract opened(): HistoryEvent;

  /** Writes the event down, and moves the place to resume from. */
  protected abstract receive(event: ServerEvent): void;

  protected record(event: HistoryEvent): void {
    this.parts.recorder.write(event);
  }

  protected get place() {
    return { sub: this.sub, connection: this.connection, at: Date.now() };
  }

  #connect(): void {
    const { urls, person, random } = this.parts;
    const setSocket = (socket: WebSocket) => {
      this.#socket = socket;
    };
    this.#client = createClient({
      url: () => `${urls[this.#instance]!.replace('http', 'ws')}/graphql`,
      // Asked for anew with each connection: tokens may be short-lived.
      connectionParams: () => ({ Authorization: `Bearer ${person.token}` }),
      retryAttempts: Number.POSITIVE_INFINITY,
      retryWait: () => pause(random.between(RETRY_MIN_MS, RETRY_MAX_MS)),
      shouldRetry: () => !this.#stopped,
      keepAlive: PING_EVERY_MS,
      connectionAckWaitTimeout: PING_EVERY_MS,
      webSocketImpl: class extends WebSocket {
        constructor(url: string, protocol: string) {
          super(url, protocol, { perMessageDeflate: false });
          setSocket(this);
        }
      },
      on: {
        connected: () => {
          this.connection++;
          this.record(this.opened());
        },
        closed: (event) => {
          this.#instance = 1 - this.#instance;
          const { code = null } = event as { code?: number };
          if (this.connection > 0) this.record({ type: 'closed', ...this.place, code, error: null });
        },
      },
    });
    this.#client.subscribe<{ event: ServerEvent }>(
      { query: this.query, variables: this.variables },
      {
        next: ({ data, errors }) => {
          if (data?.event) this.receive(data.event);
          else this.#again(errors);
        },
        error: (error) => this.#again(error),
        complete: () => this.#again(null),
      },
    );
  }

  /** The server ended the subscription though the socket may live: a new client begins where this one came to. */
  #again(error: unknown): void {
    const ended = this.#client;
    if (this.#stopped || !ended) return;
    this.#client = null;
    const code = Array.isArray(error) ? String(error[0]?.extensions?.code ?? 'UNCODED') : null;
    if (code) this.record({ type: 'closed', ...this.place, code: null, error: code });
    void ended.dispose();
    setTimeout(() => this.#stopped || this.#connect(), this.parts.random.between(RETRY_MIN_MS, RETRY_MAX_MS));
  }

  async #readSlowly(): Promise<void> {
    while (!this.#stopped) {
      this.#socket?.pause();
      await pause(SLOW_PAUSE_MS);
      this.#socket?.resume();
      await pause(SLOW_READ_MS);
    }
  }
}
