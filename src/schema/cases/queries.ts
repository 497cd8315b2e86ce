import type { Scope } from '../../db/scope.ts';
import { notFound, Refusal } from '../../errors.ts';
import { filterCases } from '../../resolvers/cases/case-filter.ts';
import { findCaseByPlate, getCase } from '../../resolvers/cases/find-case.ts';
import { VERSIONS_OF_CASE } from '../../resolvers/cases/helper-versions.ts';
import { caseOrder } from '../../resolvers/cases/list-cases.ts';
import { getPlate } from '../../resolvers/cases/plate.ts';
import type { Param } from '../../resolvers/sql-values.ts';
import { builder } from '../builder.ts';
import { readId } from '../ids.ts';
import { type ActingOrg, type Args, type RowsInSql, type RowsSource, rowInSql, rowsInSql } from '../in-sql.ts';
import { loadRows } from '../row-connection.ts';
import { Case } from './case.ts';
import { CaseFilterInput, CaseOrderInput, readCaseFilter } from './case-filter.ts';
import { CaseHelper } from './case-helper.ts';
import { listCaseNodes } from './case-list.ts';
import { CaseConnection, CaseHelperConnection } from './connections.ts';

builder.queryFields((t) => ({
  case: t.prismaField({
    type: Case,
    nullable: true,
    description:
      'One case, by its id or its plate: exactly one of them. A plate finds the active case, else the newest. NOT_FOUND when there is none that you may see.',
    args: { id: t.arg.id(), plate: t.arg.string() },
    extensions: rowInSql((name, _, { id, plate }, param, org) => oneCase(name, { id, plate }, param, org)),
    resolve: async (query, _, { id, plate }, { operation }) => {
      const { scope } = operation;
      const caseId = await getCaseId(scope, { id, plate }, 'id');
      const found = await scope.prisma.case.findUnique({ ...query, where: { id: caseId, kind: 'damage' } });
      if (!found) throw notFound('case', ['id']);
      return found;
    },
  }),
  cases: t.field({
    type: CaseConnection,
    description:
      "The organisation's cases that you may see. Without `orderBy` the newest come first, or with `filter.search` the best hits.",
    args: {
      ...t.arg.connectionArgs(),
      filter: t.arg({ type: CaseFilterInput }),
      orderBy: t.arg({ type: [CaseOrderInput] }),
    },
    extensions: { inSql: { rows: (_, args, param, org) => pageOfCases(args, param, org) } satisfies RowsInSql },
    resolve: (_, { filter, ...args }, context, info) =>
      listCaseNodes(context, info, { ...args, filter: readCaseFilter(filter) }),
  }),
  caseHelperGetCurrent: t.prismaField({
    type: CaseHelper,
    nullable: true,
    description:
      'Gateway case_helper.get_current. The current helper of a case, by the id of the case or its plate: exactly one of them. Null for a case without a helper; NOT_FOUND without a case.',
    args: { caseId: t.arg.id(), plate: t.arg.string() },
    extensions: rowInSql((name, _, { caseId, plate }, param, org) => {
      const found = oneCase('k', { id: caseId, plate }, param, org);
      return `public.case_helper ${name} where ${name}.is_current and (${name}.org_id, ${name}.case_id) = (select k.org_id, k.id from ${found})`;
    }),
    resolve: async (query, _, { caseId, plate }, { operation }) => {
      const { scope } = operation;
      const found = await getCaseId(scope, { id: caseId, plate }, 'caseId');
      const current = await scope.prisma.caseHelper.findFirst({ ...query, where: { caseId: found, isCurrent: true } });
      // No helper, or no case? Asked only then.
      if (!current) await getCase(scope, found, ['caseId']);
      return current;
    },
  }),
}));

builder.prismaObjectField(Case, 'helperVersions', (t) =>
  t.field({
    type: CaseHelperConnection,
    description: 'Every version saved, newest first.',
    args: t.arg.connectionArgs(),
    extensions: rowsInSql(VERSIONS_OF_CASE),
    resolve: (row, args, context, info) =>
      loadRows(context, info, {
        list: VERSIONS_OF_CASE,
        parent: [row.orgId, row.id],
        args,
        typeName: 'CaseHelper',
        read: (query) => context.operation.scope.prisma.caseHelper.findMany(query),
      }),
  }),
);

/** @throws Refusal VALIDATION_FAILED for none or both, NOT_FOUND for a plate without a case that the caller may see */
async function getCaseId(
  scope: Scope,
  by: { id?: string | null | undefined; plate?: string | null | undefined },
  idName: string,
): Promise<string> {
  if ((by.id == null) === (by.plate == null))
    throw new Refusal('VALIDATION_FAILED', `Send exactly one of ${idName} and plate.`, [idName]);
  if (by.id != null) return readId(by.id, 'Case', [idName]);
  const found = await findCaseByPlate(scope, getPlate(by.plate!, ['plate']));
  if (!found) throw notFound('case', ['plate']);
  return found.id;
}

/** What getCaseId finds, in SQL. @throws Refusal */
function oneCase(name: string, by: Args, param: Param, org: ActingOrg): string {
  if ((by.id == null) === (by.plate == null))
    throw new Refusal('VALIDATION_FAILED', 'Send exactly one of id and plate.', ['id']);
  const damage = `public.cases ${name} where ${name}.kind = 'damage'`;
  if (by.id != null) return `${damage} and ${name}.id = ${param(readId(by.id, 'Case', ['id']), 'uuid')}`;
  return `${damage} and ${name}.org_id = ${org()} and ${name}.plate = ${param(getPlate(by.plate, ['plate']), 'text')}
    order by ${name}.closed_at is not null, ${name}.created_at desc, ${name}.id desc limit 1`;
}

/** What listCaseNodes lists, in SQL. @throws Refusal */
function pageOfCases({ filter, orderBy }: Args, param: Param, org: ActingOrg): RowsSource {
  const { from, where, isRanked } = filterCases(readCaseFilter(filter), org(), param);
  return { from, alias: 'k', where, order: caseOrder(orderBy ?? [], isRanked) };
}
