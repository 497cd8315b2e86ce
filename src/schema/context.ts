import DataLoader from 'dataloader';
import { actorOf, type Identity } from '../auth/identity.ts';
import type { Database } from '../db/database.ts';
import type { Scope, ScopeOwner } from '../db/scope.ts';
import { type ErrorCode, RequestError } from '../errors.ts';
import type { Exchange } from '../observe/exchange.ts';
import type { Span } from '../observe/tracing.ts';
import type { Caller } from '../resolvers/caller.ts';
import { loadActorNames } from '../resolvers/organisations/load-actor-names.ts';
import type { WriteOutcome } from '../resolvers/write-result.ts';
import type { FeedHub } from '../subscriptions/feed-hub.ts';

/** What every resolver gets as its context. */
export interface Context {
  readonly operation: Operation;
}

/** A mutation field that has been run: what its payload says, whether or not the client selected it. */
export interface WriteRecord {
  /** Its name in the answer. */
  readonly responseKey: string;
  /** Name of the mutation. */
  readonly field: string;
  readonly outcome: WriteOutcome;
  readonly replayed: boolean;
  /** Code of the first refusal, null when nothing was refused. */
  readonly findRefusal: () => ErrorCode | null;
}

/** One GraphQL operation, or one event of a subscription: who asks, and the read scope its fields share. */
export class Operation {
  readonly identity: Identity | null;
  readonly requestId: string;
  readonly hub: FeedHub;
  /** Ends the connection of a subscriber who will not catch up. */
  readonly cutOff: () => void;
  /** The mutation fields run so far, in their order. */
  readonly writes: WriteRecord[] = [];
  /** The HTTP request that it came by; none for those of a socket. */
  readonly exchange: Exchange | undefined;
  /** Its part of a trace, where there is one. */
  span: Span | null = null;
  /** What it counts for, where that was found out. */
  cost: number | null = null;
  readonly #database: Database;
  readonly #requestedOrg: string | null;
  #orgId: string | null = null;
  #idempotencyKey: string | null = null;
  #abandoned = false;
  /** UTF-16 units of documents that one answer may hold. */
  readonly #maxTextLength: number;
  #textLength = 0;
  #read: Promise<{ scope: Scope; close: () => void }> | null = null;
  #scope: Scope | null = null;
  #actorNames: DataLoader<string, string | null> | null = null;
  readonly #batches = new Map<string, unknown>();

  constructor(parts: {
    identity: Identity | null;
    requestId: string;
    requestedOrg: string | null;
    database: Database;
    hub: FeedHub;
    cutOff?: (() => void) | undefined;
    exchange?: Exchange | undefined;
    maxTextLength?: number;
  }) {
    this.identity = parts.identity;
    this.requestId = parts.requestId;
    this.hub = parts.hub;
    this.cutOff = parts.cutOff ?? (() => undefined);
    this.exchange = parts.exchange;
    this.#maxTextLength = parts.maxTextLength ?? Number.POSITIVE_INFINITY;
    this.#database = parts.database;
    this.#requestedOrg = parts.requestedOrg;
  }

  /** The same caller with a read scope of its own, for the next event of a subscription. */
  forEvent(): Operation {
    return new Operation({
      identity: this.identity,
      requestId: this.requestId,
      requestedOrg: this.#requestedOrg,
      database: this.#database,
      hub: this.hub,
      cutOff: this.cutOff,
      maxTextLength: this.#maxTextLength,
    });
  }

  /** Equal for operations whose answers would be the same at one moment. */
  get audience(): string {
    return `${actorOf(this.owner.identity)}|${this.#requestedOrg ?? ''}|${this.hub.accessGeneration}`;
  }

  /** Counts a document that goes into the answer. @throws RequestError QUERY_TOO_COMPLEX when they get too much together */
  addText(length: number): void {
    this.#textLength += length;
    if (this.#textLength <= this.#maxTextLength) return;
    throw new RequestError(
      'QUERY_TOO_COMPLEX',
      `The helpers in one answer come to more than ${this.#maxTextLength} characters. Ask for fewer at once, or for parts of them with pointer.`,
    );
  }

  /** Called when the document has one mutation field, for which the header then speaks. */
  setIdempotencyKey(key: string): void {
    this.#idempotencyKey = key;
  }

  get isAbandoned(): boolean {
    return this.#abandoned;
  }

  /**
   * Ends it from outside, because it took too long: its reads are cut off, and what has not begun does not begin. A write
   * that is under way ends by itself; each of its statements has a time of its own.
   */
  abandon(): void {
    this.#abandoned = true;
    const scope = this.#scope;
    this.#scope = null;
    scope?.cutOff();
  }

  /** @throws RequestError UNAUTHENTICATED */
  get owner(): ScopeOwner {
    if (this.#abandoned) throw new RequestError('UNAVAILABLE', 'The operation took too long and was ended.');
    if (!this.identity)
      throw new RequestError(
        'UNAUTHENTICATED',
        'Sign in first: send the header Authorization: Bearer <token or API key>, or apikey: <token or API key>.',
      );
    return {
      identity: this.identity,
      requestId: this.requestId,
      requestedOrg: this.#requestedOrg,
      span: this.span,
    };
  }

  get caller(): Caller {
    return { owner: this.owner, database: this.#database, idempotencyKey: this.#idempotencyKey };
  }

  get database(): Database {
    return this.#database;
  }

  /** The organisation it acted for when it last read; null before, and where none was asked for. */
  get orgId(): string | null {
    return this.#orgId;
  }

  /** Called where a read came about without a scope of this operation. */
  actedFor(orgId: string): void {
    this.#orgId = orgId;
  }

  /** The open read scope. @throws RequestError UNAUTHENTICATED, for without an identity none is opened */
  get scope(): Scope {
    if (this.#scope) return this.#scope;
    void this.owner;
    throw new Error('No read scope is open here.');
  }

  /** Whether fields may read: none is open after a write whose payload is told all it is asked for. */
  get isReading(): boolean {
    return this.#scope !== null;
  }

  /** Opens the read scope unless it is open, or nobody is signed in. */
  async openRead(): Promise<void> {
    if (!this.identity) return;
    this.#read ??= this.#database.openRead(this.owner);
    const { scope } = await this.#read;
    void this.owner;
    this.#scope = scope;
    this.#orgId = scope.orgIdOrNull;
  }

  /** Ends the read scope, so that a write does not wait for a connection while holding one. */
  async closeRead(): Promise<void> {
    const read = this.#read;
    this.#read = null;
    this.#scope = null;
    this.#actorNames = null;
    this.#batches.clear();
    if (read)
      await read.then(
        ({ close }) => close(),
        () => undefined,
      );
  }

  /** What fields of one name share while the read scope is open, made by the first that asks. */
  batch<T>(key: string, make: () => T): T {
    if (!this.#batches.has(key)) this.#batches.set(key, make());
    return this.#batches.get(key) as T;
  }

  /** Names of actors, all those of one tick in one statement. */
  get actorNames(): DataLoader<string, string | null> {
    this.#actorNames ??= new DataLoader((actors) => loadActorNames(this.scope, actors));
    return this.#actorNames;
  }
}
