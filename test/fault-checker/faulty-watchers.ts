import pg from 'pg';
import { vi } from 'vitest';
import type { FinalState } from '../fault/history.ts';
import { FEED_PAGE } from '../feed/documents.ts';
import type { TestDatabase } from '../support/database.ts';
import { type FeedChange, readChange, SocketWatcher } from './socket-watcher.ts';
import { type Told, Watcher } from './watcher.ts';
import { readFinal } from './writer.ts';

/** Believes what notifications say, and reads no log: what is sent while it is away never was. */
export class NotificationWatcher extends Watcher {
  #client: pg.Client | null = null;

  constructor(
    readonly db: TestDatabase,
    ...rest: ConstructorParameters<typeof Watcher>
  ) {
    super(...rest);
  }

  async connect(): Promise<void> {
    const client = new pg.Client({ connectionString: this.db.adminUrl });
    await client.connect();
    this.#client = client;
    client.on('notification', ({ payload }) => {
      const { orgId, ...told } = JSON.parse(payload!) as Told & { orgId: string };
      if (client === this.#client && orgId === this.watch.orgId) this.receive({ ...told, hash: null });
    });
    await client.query('listen news');
    this.open(this.mark);
    if (this.mark !== null) return;
    const [head] = await this.db.query<{ seq: number }>('select seq::int from feed.org_feed where org_id = $1', [
      this.watch.orgId,
    ]);
    this.start(head!.seq, null);
  }

  cut(): void {
    this.#client?.end().catch(() => undefined);
    this.#client = null;
  }
}

/** Reads in the order of transaction ids, below the oldest that still runs: complete, and in another order than it happened. */
export class TransactionOrderWatcher extends Watcher {
  #after: { xid: string; seq: string } | null = null;

  constructor(
    readonly db: TestDatabase,
    ...rest: ConstructorParameters<typeof Watcher>
  ) {
    super(...rest);
  }

  async connect(): Promise<void> {
    this.open(this.mark);
    this.#after ??= { xid: '0', seq: '0' };
    if (this.mark === null) this.start(0, null);
  }

  cut(): void {}

  override async hasVersion(caseId: string, version: number): Promise<void> {
    await vi.waitFor(
      async () => {
        await this.#read();
        if (!this.has(caseId, version)) throw new Error(`version ${version} of ${caseId} is not below the horizon`);
      },
      { timeout: 8_000, interval: 20 },
    );
  }

  async #read(): Promise<void> {
    const { xid, seq } = this.#after!;
    const rows = await this.db.query<Omit<Told, 'seq' | 'hash'> & { xid: string; org_seq: string }>(
      `select xid::text, org_seq::text, case_id as "caseId", entity, kind, case_version as version from feed.change_log l
       where org_id = $1 and l.xid < pg_snapshot_xmin(pg_current_snapshot()) and (l.xid, l.org_seq) > ($2::xid8, $3::bigint)
       order by l.xid, l.org_seq`,
      [this.watch.orgId, xid, seq],
    );
    for (const { xid, org_seq, ...told } of rows) {
      this.#after = { xid, seq: org_seq };
      this.receive({ ...told, seq: this.mark! + 1, hash: null });
    }
  }
}

/** The log as such a reader takes it to be: numbered by transaction. */
export async function readInTransactionOrder(db: TestDatabase): Promise<FinalState> {
  const ranks = await db.query<{ orgId: string; seq: number; rank: number }>(
    `select org_id as "orgId", org_seq::int as seq, row_number() over (partition by org_id order by xid, org_seq)::int as rank
     from feed.change_log`,
  );
  const rankOf = new Map(ranks.map(({ orgId, seq, rank }) => [`${orgId} ${seq}`, rank]));
  const final = await readFinal(db);
  return { ...final, log: final.log.map((entry) => ({ ...entry, seq: rankOf.get(`${entry.orgId} ${entry.seq}`)! })) };
}

/** Subscribes anew and reads what it missed, in this order, and tells of both: where they overlap, twice. */
export class OverlappingWatcher extends SocketWatcher {
  constructor(
    readonly whileReading: () => Promise<unknown>,
    ...rest: ConstructorParameters<typeof SocketWatcher>
  ) {
    super(...rest);
  }

  override async connect(): Promise<void> {
    if (this.mark === null) return super.connect();
    const missedAfter = this.mark;
    this.open(missedAfter);
    const stream = await this.subscribe(null);
    await stream.event();
    await this.whileReading();
    const page = await this.client.data(FEED_PAGE, { after: this.cursorAt(missedAfter), first: 200 });
    for (const change of page.feedPage.changes as FeedChange[]) this.receive(readChange(change));
    this.follow(stream);
  }
}
