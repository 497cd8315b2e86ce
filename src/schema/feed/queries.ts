import { type FeedPage, readFeedPage } from '../../subscriptions/read-feed-page.ts';
import { builder } from '../builder.ts';
import { readOptionalId } from '../ids.ts';
import { FeedChangeType, FeedResyncRequiredType } from './types.ts';

const DEFAULT_SIZE = 50;

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
