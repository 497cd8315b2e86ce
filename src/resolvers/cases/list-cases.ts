import type { Scope } from '../../db/scope.ts';
import { type KeyPage, keyText, type OrderKey, type PageArguments, pageQuery, writeCursor } from '../paging.ts';
import { collectValues } from '../sql-values.ts';
import { type CaseFilter, filterCases } from './case-filter.ts';

/** Fields cases can be ordered by; the GraphQL enum CaseOrderField is made from this table. */
export const CASE_ORDER_KEYS = {
  CREATED_AT: { name: 'createdAt', sql: 'k.created_at', type: 'timestamptz' },
  UPDATED_AT: { name: 'updatedAt', sql: 'k.updated_at', type: 'timestamptz' },
  PLATE: { name: 'plate', sql: 'k.plate', type: 'text' },
  STATUS: { name: 'status', sql: 'k.status', type: 'text' },
} as const satisfies Record<string, Omit<OrderKey, 'direction'>>;

export type CaseOrderField = keyof typeof CASE_ORDER_KEYS;

export interface ListCasesInput extends PageArguments {
  readonly filter?: CaseFilter | null | undefined;
  readonly orderBy?: readonly { field: CaseOrderField; direction: 'ASC' | 'DESC' }[] | null | undefined;
}

const RANK: OrderKey = { name: 'rank', sql: 's.rank', type: 'int', direction: 'DESC' };

/** Ids and cursors of one page of the organisation's cases; best hits first, or newest, unless ordered otherwise. */
export async function listCases(scope: Scope, input: ListCasesInput): Promise<KeyPage> {
  const orderBy = input.orderBy ?? [];
  const { values, param } = collectValues();
  const filter = filterCases(input.filter ?? {}, param(scope.orgId, 'uuid'), param);
  const keys = caseOrder(orderBy, filter.isRanked);
  const page = pageQuery(keys, input, values.length);
  const keyTexts = keys.map(keyText);
  const rows = await scope.sqlOnce<{ id: string; keys: string[] }>(
    `select k.id, array[${keyTexts.join(', ')}] as keys from ${filter.from}
     where ${filter.where} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
    [...values, ...page.values],
  );
  const { rows: kept, ...sides } = page.cut(rows);
  return { rows: kept.map((row) => ({ id: row.id, cursor: writeCursor(keys, row.keys) })), ...sides };
}

export async function countCases(scope: Scope, filter: CaseFilter | null | undefined): Promise<number> {
  const { values, param } = collectValues();
  const { from, where } = filterCases(filter ?? {}, param(scope.orgId, 'uuid'), param);
  const rows = await scope.sqlOnce<{ total: number }>(
    `select count(*)::int as total from ${from} where ${where}`,
    values,
  );
  return rows[0]!.total;
}

/** The order of a list; of the hits of a search the best first, unless ordered otherwise. */
export function caseOrder(
  orderBy: readonly { field: CaseOrderField; direction: 'ASC' | 'DESC' }[],
  isRanked: boolean,
): readonly OrderKey[] {
  return isRanked && orderBy.length === 0 ? [RANK, ...orderKeys([])] : orderKeys(orderBy);
}

function orderKeys(orderBy: readonly { field: CaseOrderField; direction: 'ASC' | 'DESC' }[]): OrderKey[] {
  const wanted = orderBy.length > 0 ? orderBy : [{ field: 'CREATED_AT' as const, direction: 'DESC' as const }];
  const distinct = wanted.filter((order, index) => wanted.findIndex((other) => other.field === order.field) === index);
  const keys = distinct.map((order) => ({ ...CASE_ORDER_KEYS[order.field], direction: order.direction }));
  return [...keys, { name: 'id', sql: 'k.id', type: 'uuid', direction: keys[0]!.direction }];
}
