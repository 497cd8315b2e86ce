// Watchers that use the client package as an application does. What the package hands on is to be in order and without
// repetition whatever happens to its connections, so the history has them as one connection that never breaks.
import { WebSocket } from 'ws';
import { type CasegraphClient, createCasegraphClient } from '../../../src/client/client.ts';
import { contentHash } from '../../../src/json/content-hash.ts';
import type { JsonValue } from '../../../src/json/json-value.ts';
import { seqOf, uuidOf } from './feed-subscriber.ts';
import type { SubscriberParts } from './subscriber.ts';
import type { Watcher } from './watcher.ts';

const TIMING = { retryMinMs: 200, retryMaxMs: 2_000 };
/** The package does not say at which position of the log a version stands. */
const NO_POSITION = -1;

abstract class PackagedWatcher implements Watcher {
  abstract readonly watches: 'feed' | 'versions';
  readonly isRevoked = false;
  mark: number | null = null;
  #client: CasegraphClient | null = null;

  constructor(readonly parts: SubscriberParts) {}

  get sub(): number {
    return this.parts.sub;
  }

  protected abstract watch(client: CasegraphClient): void;

  start(): void {
    const { urls, person, recorder, orgId, caseId } = this.parts;
    let sockets = this.parts.instance;
    // As a balancer would: each connection goes to the next instance.
    const next = () => urls[sockets++ % urls.length]!;
    class BalancedSocket extends WebSocket {
      constructor(_: string | URL, protocols?: string | string[]) {
        super(`${next().replace('http', 'ws')}/graphql`, protocols, { perMessageDeflate: false });
      }
    }
    this.#client = createCasegraphClient({
      url: urls[0]!,
      token: person.token,
      webSocket: BalancedSocket as never,
      fetch: (_, init) => fetch(`${next()}/graphql`, init as RequestInit),
      timing: TIMING,
    });
    const policy = this.watches === 'feed' ? 'ALL' : 'LATEST';
    const mayOnlySee = person.sees;
    recorder.write({
      type: 'opened',
      ...this.place,
      orgId,
      caseId,
      watches: this.watches,
      policy,
      after: null,
      mayOnlySee,
    });
    this.watch(this.#client);
  }

  async stop(): Promise<void> {
    this.#client?.close();
  }

  protected get place() {
    return { sub: this.sub, connection: 1, at: Date.now() };
  }
}

/** watchFeed: every change, once. */
export class PackagedFeedWatcher extends PackagedWatcher {
  readonly watches = 'feed';

  protected watch(client: CasegraphClient): void {
    const { recorder, caseId } = this.parts;
    let resync: string | null = null;
    const watch = client.watchFeed({
      caseId: caseId ?? undefined,
      onState: (state) => {
        if (state !== 'live' || this.mark !== null) return;
        this.mark = seqOf(watch.cursor!);
        recorder.write({ type: 'ready', ...this.place, seq: this.mark, version: null });
      },
      onResync: (reason) => {
        resync = reason;
      },
      onChange: (change) => {
        // Where it goes on is known once the callback above has returned.
        if (resync)
          recorder.write({ type: 'resync', ...this.place, seq: seqOf(watch.cursor!), reason: resync, version: null });
        resync = null;
        const at = Date.now();
        const recordedAt = Date.parse(String(change.at));
        this.mark = seqOf(change.cursor);
        recorder.lagMs.add(at, at - recordedAt);
        recorder.write({
          type: 'received',
          ...this.place,
          seq: this.mark,
          caseId: change.caseId ? uuidOf(change.caseId) : null,
          entity: change.entity,
          kind: change.kind,
          version: change.version ?? null,
          hash: null,
          recordedAt,
        });
      },
    });
  }
}

/** watchCase: the helper as the package keeps it by its patches; the history says the hash of that. */
export class PackagedCaseWatcher extends PackagedWatcher {
  readonly watches = 'versions';

  protected watch(client: CasegraphClient): void {
    const { recorder } = this.parts;
    const caseId = this.parts.caseId!;
    client.watchCase<JsonValue>({
      caseId,
      onChange: ({ version, helper }) => {
        if (version === null) return;
        if (this.mark === null)
          recorder.write({ type: 'ready', ...this.place, seq: NO_POSITION, version: version - 1 });
        this.mark = version;
        recorder.write({
          type: 'received',
          ...this.place,
          seq: NO_POSITION,
          caseId,
          entity: 'case_helper',
          kind: 'CREATED',
          version,
          hash: contentHash(helper!),
          recordedAt: null,
        });
      },
    });
  }
}
