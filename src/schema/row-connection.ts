import type { ObjectRef } from '@pothos/core';
import DataLoader from 'dataloader';
import type { GraphQLResolveInfo } from 'graphql';
import { countRows, listRows, type RowCondition, type RowList } from '../resolvers/list-rows.ts';
import type { PageArguments } from '../resolvers/paging.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { type Connection, selectionOfNodes, toConnection } from './paging.ts';

type SchemaTypes = typeof builder.$inferSchemaTypes;

/** Declares {name}Connection and {name}Edge over a node type. `what` says what totalCount counts. */
export function rowConnection<Node>(type: ObjectRef<SchemaTypes, Node>, name: string, what: string) {
  return builder.connectionObject(
    {
      type,
      name: `${name}Connection`,
      fields: (t) => ({
        totalCount: t.int({
          description: `${what}, on all pages. Counted only when selected.`,
          resolve: (page) => (page as unknown as Connection<unknown>).countTotal(),
        }),
      }),
    },
    { name: `${name}Edge` },
  );
}

/** What Prisma is asked for rows by their ids; the selection is what was selected of the type. */
export interface RowQuery {
  // biome-ignore lint/suspicious/noExplicitAny: each model has a selection type of its own
  select: any;
  where: { id: { in: string[] } };
}

export interface RowPage<Row extends { id: string }> {
  readonly list: RowList;
  /** Values of the list's parent columns. */
  readonly parent: readonly string[];
  /** The field's arguments, filters included: what tells one page from another. */
  readonly args: PageArguments & Readonly<Record<string, unknown>>;
  readonly where?: readonly RowCondition[];
  /** Name of the node type, for its selection. */
  readonly typeName: string;
  /** Reads the rows with Prisma. `select` holds what the caller selected. */
  readonly read: (query: RowQuery) => Promise<Row[]>;
}

/**
 * One page of a parent's rows. However many parents a list shows, the pages of all of them are read by one statement,
 * their rows by another, and their totals by a third where they are selected.
 */
export function loadRows<Row extends { id: string }>(
  context: Context,
  info: GraphQLResolveInfo,
  page: RowPage<Row>,
): Promise<Connection<Row>> {
  const { operation } = context;
  const key = `${fieldPath(info)} ${JSON.stringify(page.args)}`;
  const { list, where = [] } = page;
  // Asked for every parent: Pothos notes by it that the rows at this place of the answer have what is selected of them.
  const { select } = selectionOfNodes(context, info, page.typeName, { id: true });
  const totals = operation.batch(`count ${key}`, () => {
    const load = (parents: readonly (readonly string[])[]) => countRows(operation.scope, list, parents, where);
    return new DataLoader<readonly string[], number, string>(load, KEYED);
  });
  const pages = operation.batch(`rows ${key}`, () => {
    const load = async (parents: readonly (readonly string[])[]) => {
      const found = await listRows(operation.scope, list, parents, page.args, where);
      const ids = found.flatMap(({ rows }) => rows.map((row) => row.id));
      const rows = ids.length > 0 ? await page.read({ select, where: { id: { in: ids } } }) : [];
      return found.map((one, index) => toConnection(one, rows, () => totals.load(parents[index]!)));
    };
    return new DataLoader<readonly string[], Connection<Row>, string>(load, KEYED);
  });
  return pages.load(page.parent);
}

const KEYED = { cacheKeyFn: (parent: readonly string[]) => parent.join() };

/** The same for every parent a list shows: the names on the way to the field, without places in lists. */
function fieldPath(info: GraphQLResolveInfo): string {
  const names: (string | number)[] = [];
  for (let step: GraphQLResolveInfo['path'] | undefined = info.path; step; step = step.prev) names.unshift(step.key);
  return [info.parentType.name, ...names.filter((name) => typeof name === 'string')].join('.');
}
