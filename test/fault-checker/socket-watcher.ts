import { decodeGlobalId } from '../../src/schema/ids.ts';
import { forgeCursor, seqOf } from '../feed/documents.ts';
import type { TestClient } from '../support/client.ts';
import type { EventStream, StreamResult } from '../support/event-stream.ts';
import { TestSocket } from '../support/socket.ts';
import type { Recording } from './recording.ts';
import { type Told, type Watch, Watcher } from './watcher.ts';

const FEED = /* GraphQL */ `
  subscription Watch($after: FeedCursor, $caseId: ID) {
    feed(after: $after, caseId: $caseId) {
      __typename
      ... on FeedReady { cursor }
      ... on FeedHeartbeat { cursor }
      ... on FeedResyncRequired { cursor reason }
      ... on FeedChange { cursor kind entity caseId version }
    }
  }
`;

const VERSIONS = /* GraphQL */ `
  subscription Watch($caseId: ID!, $afterVersion: Int, $policy: DeliveryPolicy) {
    caseHelperChanged(caseId: $caseId, afterVersion: $afterVersion, policy: $policy) {
      __typename
      ... on FeedReady { cursor currentVersion }
      ... on FeedHeartbeat { cursor }
      ... on FeedResyncRequired { cursor reason currentVersion }
      ... on HelperVersionSaved { cursor version helper { contentHash } }
    }
  }
`;

const CURRENT = 'query ($caseId: ID!) { case(id: $caseId) { helper { contentHash } } }';

/** What a faulty subscriber does otherwise than a sound one. */
export interface Habits {
  /** Where it resumes, given where it should. */
  readonly resumesAfter?: (mark: number) => number;
  /** Goes on as if nothing had been said when told to refetch. */
  readonly ignoresResync?: boolean;
  /** Takes the content from the case as it is when the event arrives, not as it was in the event's version. */
  readonly readsCurrent?: boolean;
}

export interface FeedChange {
  readonly cursor: string;
  readonly kind: string;
  readonly entity: string;
  readonly caseId: string | null;
  readonly version: number | null;
}

type Event =
  | { readonly __typename: 'FeedReady'; readonly cursor: string; readonly currentVersion?: number }
  | { readonly __typename: 'FeedHeartbeat'; readonly cursor: string }
  | {
      readonly __typename: 'FeedResyncRequired';
      readonly cursor: string;
      readonly reason: string;
      readonly currentVersion?: number;
    }
  | ({ readonly __typename: 'FeedChange' } & FeedChange)
  | {
      readonly __typename: 'HelperVersionSaved';
      readonly cursor: string;
      readonly version: number;
      readonly helper: { readonly contentHash: string };
    };

/** Subscribes over a socket as a client would, and resumes from where it was. */
export class SocketWatcher extends Watcher {
  #socket: TestSocket | null = null;
  #stream: EventStream | null = null;
  #cursor: string | null = null;

  constructor(
    readonly client: TestClient,
    recording: Recording,
    watch: Watch,
    readonly habits: Habits = {},
  ) {
    super(recording, watch);
  }

  async connect(): Promise<void> {
    const after = this.mark === null ? null : (this.habits.resumesAfter?.(this.mark) ?? this.mark);
    const stream = await this.subscribe(after);
    this.open(after);
    await this.#take(await stream.result());
    this.follow(stream);
  }

  cut(): void {
    this.#socket?.cut();
    this.#stream?.put('complete');
    this.#stream = null;
  }

  protected async subscribe(after: number | null): Promise<EventStream> {
    const { watches, caseId, policy } = this.watch;
    this.#socket = await TestSocket.open(this.client);
    this.#stream =
      watches === 'versions'
        ? this.#socket.subscribe(VERSIONS, { caseId, policy, afterVersion: after })
        : this.#socket.subscribe(FEED, { caseId, after: after === null ? null : this.cursorAt(after) });
    return this.#stream;
  }

  protected cursorAt(seq: number): string {
    return forgeCursor(this.#cursor!, { seq });
  }

  /** Until it is cut off: what comes afterwards is of no connection. */
  protected follow(stream: EventStream): void {
    const follow = async () => {
      for (;;) {
        const result = await stream.resultOrEnd();
        if (result === null || stream !== this.#stream) return;
        await this.#take(result);
      }
    };
    // One that nothing comes to gives up waiting, which is nothing to it.
    follow().catch(() => undefined);
  }

  async #take({ data, errors }: StreamResult): Promise<void> {
    if (errors) return this.refused(errors[0]!.extensions.code);
    const event = Object.values(data)[0] as Event;
    const seq = seqOf(event.cursor);
    this.#cursor = event.cursor;
    if (event.__typename === 'FeedReady') this.start(seq, event.currentVersion ?? null);
    else if (event.__typename === 'FeedResyncRequired') {
      if (!this.habits.ignoresResync) this.resync(seq, event.currentVersion ?? null, event.reason);
    } else if (event.__typename === 'FeedChange') this.receive(readChange(event));
    else if (event.__typename === 'HelperVersionSaved') {
      const hash = this.habits.readsCurrent ? await this.#readCurrentHash() : event.helper.contentHash;
      const { caseId } = this.watch;
      this.receive({ seq, caseId, kind: 'CREATED', entity: 'case_helper', version: event.version, hash });
    }
  }

  async #readCurrentHash(): Promise<string> {
    return (await this.client.data(CURRENT, { caseId: this.watch.caseId })).case.helper.contentHash;
  }
}

export function readChange({ cursor, kind, entity, caseId, version }: FeedChange): Told {
  return { seq: seqOf(cursor), kind, entity, version, caseId: caseId && decodeGlobalId(caseId).id, hash: null };
}
