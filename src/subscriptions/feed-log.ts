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
  const rows = await scope.sql<{ epoch: string; seq: string; min_seq: string }>(
    `select m.epoch, f.seq::text as seq, f.min_seq::text as min_seq from feed.meta m, feed.org_feed f where f.org_id = $1`,
    [orgId],
  );
  // Every organisation has a log from its first row on; one that is not there is not the caller's.
  const head = rows[0];
  if (!head) throw new Refusal('FORBIDDEN', 'You have no part in this organisation, or no longer.');
  return { epoch: head.epoch, orgId, seq: Number(head.seq), minSeq: Number(head.min_seq) };
}

/** Why reading can't go on from a cursor, or null when it can. */
export function findResyncReason(from: Cursor, head: FeedHead): ResyncReason | null {
  if (from.epoch !== head.epoch) return 'NEW_EPOCH';
  if (from.seq > head.seq) return 'CURSOR_AHEAD';
  if (from.seq < head.minSeq - 1) return 'CURSOR_TOO_OLD';
  return head.seq - from.seq > MAX_REPLAY ? 'TOO_FAR_BEHIND' : null;
}

/** Entries after `seq` in order, those of one case or all. RLS leaves out what the caller may not see. */
export async function readLog(
  scope: Scope,
  orgId: string,
  seq: number,
  caseId: string | null,
  limit: number,
): Promise<LogEntry[]> {
  const rows = await scope.sql<Omit<LogEntry, 'seq'> & { seq: string }>(
    `select org_seq::text as seq, case_id as "caseId", case_version as "caseVersion", kind, entity, entity_id as "entityId",
       entity_ids as "entityIds", changed_columns as "changedColumns", actor, request_id as "requestId", at
     from feed.change_log where org_id = $1 and org_seq > $2 and ($3::uuid is null or case_id = $3)
     order by org_seq limit $4`,
    [orgId, seq, caseId, limit],
  );
  return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
}
