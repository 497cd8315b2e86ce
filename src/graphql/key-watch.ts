import type { ApiKeyIdentity } from '../auth/identity.ts';
import type { Database } from '../db/database.ts';
import { serviceOwner } from '../db/scope.ts';
import type { FeedHub } from '../subscriptions/feed-hub.ts';
import { type FeedHead, findFeedHead } from '../subscriptions/feed-log.ts';
import type { Follower, OrgTail } from '../subscriptions/org-tail.ts';
import { whenExpired } from './token-expiry.ts';

const SERVICE = 'key-watch';
const OUTAGE_WAIT_MS = 1_000;

/**
 * Ends what is open in the name of an API key when the key ends, also where nothing else is going on. A revocation, and
 * a change of when a key ends, are entries of its organisation's log: each key is watched there once, however much is open.
 */
export class KeyWatch {
  readonly #parts: { readonly database: Database; readonly hub: FeedHub };
  readonly #keys = new Map<string, WatchedKey>();

  constructor(parts: { readonly database: Database; readonly hub: FeedHub }) {
    this.#parts = parts;
  }

  /** Calls `end` soon after the key has ended, unless the function it answers is called before. */
  whenEnded({ apiKeyId }: ApiKeyIdentity, end: () => void): () => void {
    let key = this.#keys.get(apiKeyId);
    if (!key) {
      key = new WatchedKey(apiKeyId, this.#parts, () => this.#keys.delete(apiKeyId));
      this.#keys.set(apiKeyId, key);
    }
    return key.add(end);
  }
}

interface LiveKey {
  readonly expiresAt: number | null;
  /** Of its organisation's log, in the same snapshot. */
  readonly head: FeedHead;
}

class WatchedKey implements Follower {
  readonly #id: string;
  readonly #database: Database;
  readonly #hub: FeedHub;
  readonly #onForgotten: () => void;
  readonly #ends = new Set<() => void>();
  #tail: OrgTail | null = null;
  #cancelExpiry = () => {};
  #looking = false;
  #lookAgain = false;
  #over = false;

  constructor(id: string, { database, hub }: { database: Database; hub: FeedHub }, onForgotten: () => void) {
    this.#id = id;
    this.#database = database;
    this.#hub = hub;
    this.#onForgotten = onForgotten;
    void this.#look();
  }

  add(end: () => void): () => void {
    this.#ends.add(end);
    return () => {
      this.#ends.delete(end);
      if (this.#ends.size === 0) this.#forget();
    };
  }

  noticeLag(): void {}

  noticeAccess(): void {
    if (this.#looking) this.#lookAgain = true;
    else void this.#look();
  }

  /** Asks how it stands with the key, and keeps asking while that can not be told. */
  async #look(): Promise<void> {
    this.#looking = true;
    do {
      this.#lookAgain = false;
      try {
        this.#heed(await this.#read());
      } catch {
        this.#lookAgain = true;
        await new Promise((resolve) => setTimeout(resolve, OUTAGE_WAIT_MS).unref());
      }
    } while (this.#lookAgain && !this.#over);
    this.#looking = false;
  }

  /** Null for a key that is no more. */
  async #read(): Promise<LiveKey | null> {
    return this.#database.read(serviceOwner(SERVICE), async (scope) => {
      const rows = await scope.sql<{ orgId: string; expiresAt: Date | null }>(
        `select org_id as "orgId", expires_at as "expiresAt" from public.api_keys
         where id = $1 and revoked_at is null and (expires_at is null or expires_at > now())`,
        [this.#id],
      );
      const head = rows[0] ? await findFeedHead(scope, rows[0].orgId) : null;
      return head && { expiresAt: rows[0]!.expiresAt?.getTime() ?? null, head };
    });
  }

  #heed(found: LiveKey | null): void {
    if (this.#over) return;
    if (!found) {
      const ends = [...this.#ends];
      this.#forget();
      for (const end of ends) end();
      return;
    }
    this.#cancelExpiry();
    // The database's clock decides; one that is behind ours is asked again a little later.
    const expiresAt = found.expiresAt === null ? null : Math.max(found.expiresAt, Date.now());
    this.#cancelExpiry = whenExpired({ expiresAt }, () => this.noticeAccess());
    if (this.#tail?.head.orgId === found.head.orgId) return;
    if (this.#tail) this.#hub.leave(this, this.#tail);
    this.#tail = this.#hub.follow(this, found.head);
    // What the others here have heard of since would not be told again.
    this.#lookAgain ||= this.#tail.head.seq !== found.head.seq;
  }

  #forget(): void {
    if (this.#over) return;
    this.#over = true;
    this.#cancelExpiry();
    if (this.#tail) this.#hub.leave(this, this.#tail);
    this.#onForgotten();
  }
}
