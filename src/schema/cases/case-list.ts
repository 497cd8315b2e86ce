import type { GraphQLResolveInfo } from 'graphql';
import { countCases, type ListCasesInput, listCases } from '../../resolvers/cases/list-cases.ts';
import type { Context } from '../context.ts';
import { selectionOfNodes, toConnection } from '../paging.ts';

/** What a field of type CaseConnection resolves to. */
export async function listCaseNodes(context: Context, info: GraphQLResolveInfo, input: ListCasesInput) {
  const { scope } = context.operation;
  const page = await listCases(scope, input);
  const query = selectionOfNodes(context, info, 'Case', { id: true, orgId: true, kind: true });
  const rows = await scope.prisma.case.findMany({
    ...query,
    where: { id: { in: page.rows.map((row) => row.id) } },
  });
  return toConnection(page, rows, () => countCases(scope, input.filter));
}
