import { queryFromInfo } from '@pothos/plugin-prisma';
import type { GraphQLResolveInfo } from 'graphql';
import type { KeyPage } from '../resolvers/paging.ts';

/** What a connection resolves to. `countTotal` runs only when totalCount is selected. */
export interface Connection<Row> {
  readonly edges: { cursor: string; node: Row }[];
  readonly pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
  readonly countTotal: () => Promise<number>;
}

/**
 * The Prisma selection of rows that stand under `paths` of a field: what is selected there (in a connection, under
 * `nodes` and `edges.node`), and `select` at least, which is what the type says of them.
 */
export function selectionOfNodes<const Select extends Record<string, true>>(
  context: object,
  info: GraphQLResolveInfo,
  typeName: string,
  select: Select,
  paths: string[][] = [['nodes'], ['edges', 'node']],
): { select: Select } {
  return queryFromInfo({ context, info, typeName, paths, select }) as {
    select: Select;
  };
}

/** Puts the rows read for a page in the page's order. */
export function toConnection<Row extends { id: string }>(
  page: KeyPage,
  rows: readonly Row[],
  countTotal: () => Promise<number>,
): Connection<Row> {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const edges = page.rows.flatMap(({ id, cursor }) => {
    const node = byId.get(id);
    return node ? [{ cursor, node }] : [];
  });
  return {
    edges,
    pageInfo: {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: page.hasPreviousPage,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    countTotal,
  };
}
