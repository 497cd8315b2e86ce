import { writeCursor } from '../../subscriptions/cursor.ts';
import { getFeedHead } from '../../subscriptions/feed-log.ts';
import { Actor, actorInSql } from '../actor.ts';
import { builder } from '../builder.ts';
import { base64url, inSql } from '../in-sql.ts';

/** Kind of a case → its GraphQL type. A sibling domain adds a line here and one to the enum. */
const TYPE_OF_KIND: Record<string, string> = { damage: 'Case' };

const CaseKindEnum = builder.enumType('CaseKind', {
  values: { DAMAGE: { value: 'damage', description: 'One damaged vehicle.' } } as const,
});

export const AnyCase = builder.prismaInterface('Case', {
  variant: 'AnyCase',
  description:
    'A row of `cases` of any kind. Today every case is a damage case; sibling domains add kinds, each with its own type.',
  interfaces: [builder.nodeInterfaceRef()],
  resolveType: (row) => TYPE_OF_KIND[row.kind],
  select: { id: true, orgId: true, kind: true },
  fields: (t) => ({
    databaseId: t.expose('id', { type: 'UUID', description: 'The row in the database, for Make and SQL.' }),
    kind: t.field({
      type: CaseKindEnum,
      extensions: inSql((row) => `upper(${row}.kind)`),
      resolve: (row) => row.kind as 'damage',
    }),
    isActive: t.boolean({
      description: 'Neither CLOSED nor ARCHIVED. One active case per plate and organisation.',
      extensions: inSql((row) => `${row}.closed_at is null`),
      select: { closedAt: true },
      resolve: (row) => row.closedAt === null,
    }),
    version: t.exposeInt('version'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    closedAt: t.expose('closedAt', { type: 'DateTime', nullable: true }),
    createdBy: t.field({
      type: Actor,
      nullable: true,
      extensions: actorInSql((row) => `${row}.created_by`),
      select: { createdBy: true },
      resolve: (row) => row.createdBy,
    }),
    assignedTo: t.field({
      type: Actor,
      nullable: true,
      extensions: actorInSql((row) => `'USER:' || ${row}.assigned_to`),
      select: { assignedTo: true },
      resolve: (row) => (row.assignedTo ? `USER:${row.assignedTo}` : null),
    }),
    feedCursor: t.field({
      type: 'FeedCursor',
      description: 'Read before the helper, so that a subscription from here misses nothing.',
      // Whoever sees a case has a part in its organisation, and so sees where its log stands.
      extensions: inSql(
        (row) =>
          `(select ${cursorSql('m.epoch', 'f.org_id', 'f.seq')} from feed.meta m, feed.org_feed f where f.org_id = ${row}.org_id)`,
      ),
      // One snapshot serves the whole query, so the order of the two does not matter.
      resolve: async (row, _, { operation }) => writeCursor(await getFeedHead(operation.scope, row.orgId)),
    }),
  }),
});

/** What writeCursor writes, in SQL. */
function cursorSql(epoch: string, orgId: string, seq: string): string {
  return base64url(`concat_ws('|', 1, ${epoch}, ${orgId}, ${seq})`);
}
