import type { Scope } from '../db/scope.ts';
import { Refusal } from '../errors.ts';
import { readCursor, writeCursor } from './cursor.ts';
import type { FeedResyncRequired } from './events.ts';
import { findResyncReason, getFeedHead, type LogEntry, readLog } from './feed-log.ts';
import { getWatchedCase } from './watched-case.ts';

const MAX_SIZE = 200;

export interface FeedPage {
  readonly changes: (LogEntry & { cursor: string })[];
  readonly cursor: string;
  readonly hasMore: boolean;
  readonly resync: FeedResyncRequired | null;
}

/**
 * A stretch of the log as far as the caller may see it. Without a cursor: from the oldest entry kept.
 * @throws Refusal VALIDATION_FAILED, INVALID_CURSOR or NOT_FOUND naming the argument
 */
export async function readFeedPage(
  scope: Scope,
  args: { after: string | null; caseId: string | null; first: number },
): Promise<FeedPage> {
  if (args.first < 1 || args.first > MAX_SIZE)
    throw new Refusal('VALIDATION_FAILED', `first must be from 1 to ${MAX_SIZE}.`, ['first']);
  const orgId = args.caseId ? (await getWatchedCase(scope, args.caseId)).orgId : scope.orgId;
  const head = await getFeedHead(scope, orgId);
  const from = args.after === null ? { ...head, seq: head.minSeq - 1 } : readCursor(args.after, orgId, ['after']);
  const reason = findResyncReason(from, head);
  // A page may begin as far back as the log goes; only a subscription has to catch up at once.
  if (reason && reason !== 'TOO_FAR_BEHIND') {
    const cursor = writeCursor(head);
    return {
      changes: [],
      cursor,
      hasMore: false,
      resync: { type: 'FeedResyncRequired', cursor, reason, currentVersion: null },
    };
  }
  const entries = await readLog(scope, orgId, from.seq, args.caseId, args.first + 1);
  const hasMore = entries.length > args.first;
  const changes = entries
    .slice(0, args.first)
    .map((entry) => ({ ...entry, cursor: writeCursor({ ...head, seq: entry.seq }) }));
  return { changes, cursor: hasMore ? changes.at(-1)!.cursor : writeCursor(head), hasMore, resync: null };
}
