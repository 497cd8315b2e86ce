import type { JsonValue } from '../../json/json-value.ts';
import { RESULTS_OF_SESSION } from '../../resolvers/parts/parts-results-bulk-upsert.ts';
import { builder } from '../builder.ts';
import { Case } from '../cases/case.ts';
import { loadRows, rowConnection } from '../row-connection.ts';
import { stampFields } from '../stamp-fields.ts';

export const PartsSearchSession = builder.prismaNode('PartsSearchSession', {
  description: 'One search for parts of a case, with what each supplier answered.',
  id: { field: 'id' },
  nullable: true,
  select: { id: true, orgId: true, caseId: true },
  fields: (t) => ({
    databaseId: t.expose('id', { type: 'UUID' }),
    searchContext: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What was searched with: vehicle, damage centres, words.',
      select: { searchContext: true },
      resolve: (row) => row.searchContext as JsonValue,
    }),
    ...stampFields(t),
    case: t.relation('case', { type: Case }),
  }),
});

export const PartsSearchSessionConnection = rowConnection(
  PartsSearchSession,
  'PartsSearchSession',
  'Searches of the case',
);

export const PartsSearchResult = builder.prismaNode('PartsSearchResult', {
  description: 'What one supplier answered to one question of a search for parts.',
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    databaseId: t.expose('id', { type: 'UUID' }),
    supplier: t.exposeString('supplier', { nullable: true }),
    searchQuery: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What the supplier was asked.',
      select: { searchQuery: true },
      resolve: (row) => row.searchQuery as JsonValue,
    }),
    results: t.field({
      type: 'JSON',
      description: 'The answer as it came.',
      select: { results: true },
      resolve: (row) => row.results as JsonValue,
    }),
    responseTimeMs: t.exposeInt('responseTimeMs', {
      nullable: true,
      description: 'How long the supplier took, in milliseconds.',
    }),
    ...stampFields(t),
    session: t.relation('session', { type: PartsSearchSession }),
  }),
});

const PartsSearchResultConnection = rowConnection(PartsSearchResult, 'PartsSearchResult', 'Results of the search');

builder.prismaObjectField(PartsSearchSession, 'results', (t) =>
  t.field({
    type: PartsSearchResultConnection,
    description: 'In the order they were sent.',
    args: { ...t.arg.connectionArgs(), supplier: t.arg.string() },
    resolve: (row, { supplier, ...args }, context, info) =>
      loadRows(context, info, {
        list: RESULTS_OF_SESSION,
        parent: [row.orgId, row.caseId, row.id],
        args: { ...args, supplier },
        where: supplier == null ? [] : [(param) => `r.supplier = ${param(supplier, 'text')}`],
        typeName: 'PartsSearchResult',
        read: (query) => context.operation.scope.prisma.partsSearchResult.findMany(query),
      }),
  }),
);
