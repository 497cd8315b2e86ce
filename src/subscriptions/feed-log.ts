import type { Scope } from '../db/scope.ts';
import { Refusal } from '../errors.ts';
import type { Cursor } from './cursor.ts';

/** Where an organisation's log begins and ends at this moment. */
export interface FeedHead extends Cursor {
  /** The oldest entry kept. */
  readonly minSeq: number;
}

/** One entry of the log, as far as the caller may see it. */
export interface LogEntry {
  readonly seq: number;
  readonly caseId: string | null;
  readonly caseVersion: number | null;
  readonly kind: 'CREATED' | 'UPDATED' | 'DELETED';
  readonly entity: string;
  readonly entityId: string | null;
  readonly entityIds: readonly string[];
  /** Names of the columns an update touched; none for rows that came or went. */
  readonly changedColumns: readonly string[];
  readonly actor: string;
  readonly requestId: string | null;
  readonly at: Date;
}

/** Reasons a cursor can't be resumed from. */
export const RESYNC_REASONS = {
  CURSOR_TOO_OLD: 'The log is not kept back to there.',
  CURSOR_AHEAD: 'The log has not come to there: the cursor is from elsewhere.',
  NEW_EPOCH: 'The database was restored since.',
  TOO_FAR_BEHIND: 'So much has happened since that fetching anew is quicker.',
} as const;

export type ResyncReason = keyof typeof RESYNC_REASONS;

/** A reader further behind than this refetches: that is quicker for everybody than replaying. */
const MAX_REPLAY = 10_000;

/** @throws Refusal FORBIDDEN to who has no part in the organisation, or no longer */
export async function getFeedHead(scope: Scope, orgId: string): Promise<FeedHead> {
  const head = await findFeedHead(scope, orgId);
  // Every organisation has a log from its first row on; one that is not there is not the caller's.
  if (!head) throw new Refusal('FORBIDDEN', 'You have no part in this organisation, or no longer.');
  return head;
}

/** Null to who has no part in the organisation. */
export async function findFeedHead(scope: Scope, orgId: string): Promise<FeedHead | null> {
  const rows = await scope.sql<{ epoch: string; seq: string; min_seq: string }>(
    `select m.epoch, f.seq::text as seq, f.min_seq::text as min_seq from feed.meta m, feed.org_feed f where f.org_id = $1`,
    [orgId],
  );
  const head = rows[0];
  return head ? { epoch: head.epoch, orgId, seq: Number(head.seq), minSeq: Number(head.min_seq) } : null;
}

/** Why reading can't go on from a cursor, or null when it can. */
export function findResyncReason(from: Cursor, head: FeedHead): ResyncReason | null {
  if (from.epoch !== head.epoch) return 'NEW_EPOCH';
  if (from.seq > head.seq) return 'CURSOR_AHEAD';
  if (from.seq < head.minSeq - 1) return 'CURSOR_TOO_OLD';
  return head.seq - from.seq > MAX_REPLAY ? 'TOO_FAR_BEHIND' : null;
}

const ENTRY_COLUMNS = `l.org_seq::text as seq, l.case_id as "caseId", l.case_version as "caseVersion", l.kind, l.entity,
  l.entity_id as "entityId", l.entity_ids as "entityIds", l.changed_columns as "changedColumns", l.actor,
  l.request_id as "requestId", l.at`;

/** Entries after `seq` in order, those of one case or all. RLS leaves out what the caller may not see. */
export async function readLog(
  scope: Scope,
  orgId: string,
  seq: number,
  caseId: string | null,
  limit: number,
): Promise<LogEntry[]> {
  const rows = await scope.sql<Omit<LogEntry, 'seq'> & { seq: string }>(
    `select ${ENTRY_COLUMNS}
     from feed.change_log l where org_id = $1 and org_seq > $2 and ($3::uuid is null or case_id = $3)
     order by org_seq limit $4`,
    [orgId, seq, caseId, limit],
  );
  return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
}

/** What the followed logs have gained after each position, and what else decides over those who follow them. */
export interface News {
  readonly epoch: string;
  /** Changes when the rights of a role do. */
  readonly accessRevision: string;
  /** Newest position by organisation. */
  readonly heads: ReadonlyMap<string, number>;
  /** Of one organisation after the other, each in order. */
  readonly entries: readonly (LogEntry & { orgId: string })[];
}

/** For a scope that sees every log: what it reads is shown to nobody before his access has been asked for. */
export async function readNews(scope: Scope, after: readonly Cursor[], limit: number): Promise<News> {
  const orgIds = after.map(({ orgId }) => orgId);
  const [heads, entries] = await Promise.all([
    scope.sql<{ epoch: string; revision: string; orgId: string | null; seq: string | null }>(
      `select m.epoch, m.access_revision::text as revision, f.org_id as "orgId", f.seq::text as seq
       from feed.meta m left join feed.org_feed f on f.org_id = any ($1::uuid[])`,
      [orgIds],
    ),
    // A limit and an order for each log: as a join, all that a log holds would be read and compared with the position.
    scope.sql<Omit<LogEntry, 'seq'> & { orgId: string; seq: string }>(
      `select l.org_id as "orgId", ${ENTRY_COLUMNS}
       from unnest($1::uuid[], $2::bigint[]) w (org_id, seq) cross join lateral (
         select * from feed.change_log where org_id = w.org_id and org_seq > w.seq order by org_seq limit $3) l
       order by l.org_id, l.org_seq limit $3`,
      [orgIds, after.map(({ seq }) => seq), limit],
    ),
  ]);
  return {
    epoch: heads[0]!.epoch,
    accessRevision: heads[0]!.revision,
    heads: new Map(heads.flatMap(({ orgId, seq }) => (orgId ? [[orgId, Number(seq)]] : []))),
    entries: entries.map((entry) => ({ ...entry, seq: Number(entry.seq) })),
  };
}

/** Which of these entries of one organisation the caller sees: the policy's own answer. */
export async function findVisible(scope: Scope, orgId: string, positions: readonly number[]): Promise<Set<number>> {
  const rows = await scope.sql<{ seq: string }>(
    'select org_seq::text as seq from feed.change_log where org_id = $1 and org_seq = any ($2::bigint[])',
    [orgId, positions],
  );
  return new Set(rows.map(({ seq }) => Number(seq)));
}
