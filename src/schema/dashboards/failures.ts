import type { GraphQLResolveInfo } from 'graphql';
import type { JsonValue } from '../../json/json-value.ts';
import {
  type FailedCopy as CopyRow,
  type Failures,
  SHOWN_FAILURES,
  type FailedSync as SyncRow,
} from '../../resolvers/dashboards/system-health.ts';
import { builder } from '../builder.ts';
import { Case } from '../cases/case.ts';
import type { Context } from '../context.ts';
import { selectionOfNodes } from '../paging.ts';

type CaseRow = typeof Case.$inferType;
type WithCase<Row> = Row & { readonly case: CaseRow };

const FailedSync = builder.objectRef<WithCase<SyncRow>>('FailedSync').implement({
  description: "A failure in the helpers' synchronisation log.",
  fields: (t) => ({
    databaseId: t.expose('id', { type: 'UUID', description: 'The row in the database.' }),
    direction: t.exposeString('direction', { description: 'TO_SUPABASE or FROM_SUPABASE.' }),
    status: t.exposeString('status', { description: 'FAILED or PARTIAL.' }),
    helperVersion: t.exposeInt('helperVersion', { nullable: true }),
    errorDetails: t.field({ type: 'JSON', nullable: true, resolve: (row) => row.errorDetails as JsonValue }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was logged.' }),
    case: t.field({ type: Case, resolve: (row) => row.case }),
  }),
});

const FailedCopy = builder.objectRef<WithCase<CopyRow>>('FailedCopy').implement({
  description: 'A file that could not be copied to OneDrive.',
  fields: (t) => ({
    databaseId: t.expose('id', { type: 'UUID', description: 'The row in the database.' }),
    fileType: t.exposeString('fileType', { description: 'REPORT, INVOICE, IMAGE or DOCUMENT.' }),
    path: t.exposeString('path', { description: 'Where the file lies in the store.' }),
    errorDetails: t.field({ type: 'JSON', nullable: true, resolve: (row) => row.errorDetails as JsonValue }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was last tried or changed.' }),
    case: t.field({ type: Case, resolve: (row) => row.case }),
  }),
});

export const FailedSyncs = builder.objectRef<Failures<SyncRow>>('FailedSyncs').implement({
  description: 'Failed or partial synchronisations of helpers.',
  fields: (t) => ({
    count: t.exposeInt('count'),
    newest: t.field({
      type: [FailedSync],
      description: `At most ${SHOWN_FAILURES}.`,
      resolve: (found, _, context, info) => withCases(found.newest, context, info),
    }),
  }),
});

export const FailedCopies = builder.objectRef<Failures<CopyRow>>('FailedCopies').implement({
  description: 'Files whose copy in OneDrive failed.',
  fields: (t) => ({
    count: t.exposeInt('count'),
    newest: t.field({
      type: [FailedCopy],
      description: `At most ${SHOWN_FAILURES}.`,
      resolve: (found, _, context, info) => withCases(found.newest, context, info),
    }),
  }),
});

/** The rows with their cases, all of these in one statement. */
async function withCases<Row extends { caseId: string }>(
  rows: readonly Row[],
  context: Context,
  info: GraphQLResolveInfo,
): Promise<WithCase<Row>[]> {
  if (rows.length === 0) return [];
  const { scope } = context.operation;
  const query = selectionOfNodes(context, info, 'Case', { id: true, orgId: true, kind: true }, [['case']]);
  const cases = await scope.prisma.case.findMany({
    ...query,
    where: { id: { in: rows.map((row) => row.caseId) }, kind: 'damage' },
  });
  const byId = new Map(cases.map((found) => [found.id, found as CaseRow]));
  return rows.flatMap((row) => {
    const found = byId.get(row.caseId);
    return found ? [{ ...row, case: found }] : [];
  });
}
