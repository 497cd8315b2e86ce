import type { Scope } from '../db/scope.ts';
import { type KeyPage, keyText, type OrderKey, type PageArguments, pageQuery, writeCursor } from './paging.ts';
import { collectValues, type Param } from './sql-values.ts';

/** Rows that belong to a parent, in the order they are listed. */
export interface RowList {
  readonly table: string;
  /** Columns that together name the parent, led by org_id as every key is. */
  readonly parent: readonly string[];
  /** SQL over the alias `r`; the last one is unique. */
  readonly order: readonly OrderKey[];
}

/** One more condition, as SQL over the alias `r`; `param` takes a value in and answers its place. */
export type RowCondition = (param: Param) => string;

/** The rows that have a value in a column; all of them where none is asked for. */
export function whereEqual(column: string, value: string | null | undefined, type = 'text'): RowCondition[] {
  return value == null ? [] : [(param) => `r.${column} = ${param(value, type)}`];
}

const CREATED_AT = { name: 'createdAt', sql: 'r.created_at', type: 'timestamptz' } as const;
const ID = { name: 'id', sql: 'r.id', type: 'uuid' } as const;

export const NEWEST_FIRST: readonly OrderKey[] = [
  { ...CREATED_AT, direction: 'DESC' },
  { ...ID, direction: 'DESC' },
];
/** The order rows were sent in: those of one statement differ by microseconds. */
export const OLDEST_FIRST: readonly OrderKey[] = [
  { ...CREATED_AT, direction: 'ASC' },
  { ...ID, direction: 'ASC' },
];

/**
 * One page of each parent's rows, all in one statement, in the order of `parents`.
 * @param parents the values of `list.parent`, for each parent
 * @throws Refusal VALIDATION_FAILED or INVALID_CURSOR naming the argument
 */
export async function listRows(
  scope: Scope,
  list: RowList,
  parents: readonly (readonly string[])[],
  page: PageArguments,
  conditions: readonly RowCondition[] = [],
): Promise<KeyPage[]> {
  const { from, where, values } = rowsOf(list, parents, conditions);
  const query = pageQuery(list.order, page, values.length);
  const keys = list.order.map(keyText);
  const rows = await scope.sqlOnce<{ parent: number; id: string; keys: string[] }>(
    `select p.parent::int, r.id, r.keys from ${from} cross join lateral (
       select r.id, array[${keys.join(', ')}] as keys, row_number() over (order by ${query.orderBy}) as place
       from ${list.table} r where ${where} and ${query.where} order by ${query.orderBy} limit ${query.limit}) r
     order by p.parent, r.place`,
    [...values, ...query.values],
  );
  return parents.map((_, index) => {
    const { rows: kept, ...sides } = query.cut(rows.filter((row) => row.parent === index + 1));
    return { rows: kept.map((row) => ({ id: row.id, cursor: writeCursor(list.order, row.keys) })), ...sides };
  });
}

/** How many rows each parent has, in one statement. */
export async function countRows(
  scope: Scope,
  list: RowList,
  parents: readonly (readonly string[])[],
  conditions: readonly RowCondition[] = [],
): Promise<number[]> {
  const { from, where, values } = rowsOf(list, parents, conditions);
  const rows = await scope.sqlOnce<{ total: number }>(
    `select (select count(*)::int from ${list.table} r where ${where}) as total from ${from} order by p.parent`,
    values,
  );
  return rows.map((row) => row.total);
}

function rowsOf(list: RowList, parents: readonly (readonly string[])[], conditions: readonly RowCondition[]) {
  const { values, param } = collectValues();
  const columns = list.parent.map((_, index) =>
    param(
      parents.map((parent) => parent[index]),
      'uuid[]',
    ),
  );
  const names = list.parent.map((_, index) => `k${index}`);
  const from = `rows from (unnest(${columns.join('), unnest(')})) with ordinality as p (${[...names, 'parent'].join(', ')})`;
  const belongs = list.parent.map((column, index) => `r.${column} = p.k${index}`);
  return { from, where: [...belongs, ...conditions.map((condition) => condition(param))].join(' and '), values };
}
