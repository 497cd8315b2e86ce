import type { Scope } from '../db/scope.ts';
import { type Cursor, writeCursor } from './cursor.ts';
import type { FeedHub } from './feed-hub.ts';

/** How an organisation's log stands, and how far this instance is with it. */
export interface FeedHealth {
  readonly cursor: string;
  readonly entries: number;
  readonly lastEntryAt: Date | null;
  readonly secondsSinceLastEntry: number | null;
  readonly listening: boolean;
  readonly waitingSubscriptions: number;
  readonly unheardEntries: number | null;
  readonly oldestUnheardAt: Date | null;
}

interface Row {
  readonly epoch: string;
  readonly seq: string;
  readonly lastAt: Date | null;
  readonly seconds: number | null;
  readonly unheardAt: Date | null;
}

/** Null to who may not read the organisation's log. */
export async function readFeedHealth(
  scope: Scope,
  hub: Pick<FeedHub, 'listening' | 'watched'>,
): Promise<FeedHealth | null> {
  const { orgId } = scope;
  const watched = hub.watched(orgId);
  const [row] = await scope.sql<Row>(
    `select m.epoch, f.seq::text as seq, last.at as "lastAt",
       case when last.at is not null then greatest(0, extract(epoch from now() - last.at))::float8 end as seconds,
       (select l.at from feed.change_log l where l.org_id = f.org_id and l.org_seq > $2::bigint order by l.org_seq limit 1) as "unheardAt"
     from feed.meta m cross join feed.org_feed f
     left join lateral (
       select l.at from feed.change_log l where l.org_id = f.org_id order by l.org_seq desc limit 1) last on true
     where f.org_id = $1`,
    [orgId, watched?.head ?? null],
  );
  if (!row) return null;
  const entries = Number(row.seq);
  const head: Cursor = { epoch: row.epoch, orgId, seq: entries };
  return {
    cursor: writeCursor(head),
    entries,
    lastEntryAt: row.lastAt,
    secondsSinceLastEntry: row.seconds,
    listening: hub.listening,
    waitingSubscriptions: watched?.waiting ?? 0,
    // The hub may have heard of what is newer than this snapshot.
    unheardEntries: watched && Math.max(0, entries - watched.head),
    oldestUnheardAt: row.unheardAt,
  };
}
