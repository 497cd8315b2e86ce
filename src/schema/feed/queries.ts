import type { Scope } from '../../db/scope.ts';
import { Refusal } from '../../errors.ts';
import { getCase } from '../../resolvers/cases/find-case.ts';
import { readCursor, writeCursor } from '../../subscriptions/cursor.ts';
import type { FeedResyncRequired } from '../../subscriptions/events.ts';
import { findResyncReason, getFeedHead, type LogEntry, readLog } from '../../subscriptions/feed-log.ts';
import { builder } from '../builder.ts';
import { readOptionalId } from '../ids.ts';
import { FeedChangeType, FeedResyncRequiredType } from './types.ts';

const DEFAULT_SIZE = 50;
const MAX_SIZE = 200;

interface FeedPage {
  readonly changes: (LogEntry & { cursor: string })[];
  readonly cursor: string;
  readonly hasMore: boolean;
  readonly resync: FeedResyncRequired | null;
}

const FeedPageType = builder.objectRef<FeedPage>('FeedPage').implement({
  description: 'A stretch of the change feed.',
  fields: (t) => ({
    changes: t.field({ type: [FeedChangeType], resolve: (page) => page.changes }),
    cursor: t.expose('cursor', { type: 'FeedCursor', description: 'Send it as `after` for what comes next.' }),
    hasMore: t.exposeBoolean('hasMore'),
    resync: t.field({ type: FeedResyncRequiredType, nullable: true, resolve: (page) => page.resync }),
  }),
});

builder.queryField('feedPage', (t) =>
  t.field({
    type: FeedPageType,
    description:
      'The change feed as a page: what `feed` would have sent after the cursor. Without a cursor: from the oldest kept.',
    args: { after: t.arg({ type: 'FeedCursor' }), caseId: t.arg.id(), first: t.arg.int() },
    resolve: (_, args, { operation }) =>
      readFeedPage(operation.scope, {
        after: args.after ?? null,
        caseId: readOptionalId(args.caseId, 'Case', ['caseId']),
        first: args.first ?? DEFAULT_SIZE,
      }),
  }),
);

async function readFeedPage(
  scope: Scope,
  args: { after: string | null; caseId: string | null; first: number },
): Promise<FeedPage> {
  if (args.first < 1 || args.first > MAX_SIZE)
    throw new Refusal('VALIDATION_FAILED', `first must be from 1 to ${MAX_SIZE}.`, ['first']);
  const orgId = args.caseId ? (await getCase(scope, args.caseId, ['caseId'])).orgId : scope.orgId;
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
