// How fields are answered by SQL alone. A query all of whose fields say so is answered by one statement
// (src/graphql/one-statement); one other field among them, and the resolvers answer all of it. So a field says it here
// only where both come to the same, which a test compares.
import type { RowCondition, RowList } from '../resolvers/list-rows.ts';
import type { OrderKey } from '../resolvers/paging.ts';
import type { Param } from '../resolvers/sql-values.ts';

/** SQL of the organisation that the request acts for. A statement that asks for it has no answer where there is none. */
export type ActingOrg = () => string;

/** Arguments as GraphQL coerces them. */
// biome-ignore lint/suspicious/noExplicitAny: each field has arguments of its own
export type Args = any;

/** An expression over the row named `row`. As JSON it is what the field answers. */
export interface ValueInSql {
  readonly value: (row: string, args: Args, param: Param) => string;
}

/** One row or none, of which the selected fields are answered. */
export interface RowInSql {
  /** What stands behind FROM, to the end: a row source under the alias `name`, its conditions and its order. */
  readonly row: (name: string, parent: string, args: Args, param: Param, org: ActingOrg) => string;
}

/** A page of rows, as a connection shows them. */
export interface RowsInSql {
  readonly rows: (parent: string, args: Args, param: Param, org: ActingOrg) => RowsSource;
}

export interface RowsSource {
  /** Behind FROM; has the alias `alias`. */
  readonly from: string;
  readonly alias: string;
  readonly where: string;
  readonly order: readonly OrderKey[];
}

export type InSql = ValueInSql | RowInSql | RowsInSql;

/** The extensions of a field that is answered by an expression over its row. */
export function inSql(value: ValueInSql['value']): { readonly inSql: ValueInSql } {
  return { inSql: { value } };
}

/** The extensions of a field that is one row or none. */
export function rowInSql(row: RowInSql['row']): { readonly inSql: RowInSql } {
  return { inSql: { row } };
}

/** The extensions of a connection over the rows that belong to its parent. */
export function rowsInSql(
  list: RowList,
  conditions: (args: Args) => readonly RowCondition[] = () => [],
): { readonly inSql: RowsInSql } {
  const rows: RowsInSql['rows'] = (parent, args, param) => {
    // A list's parent is named by its organisation and, where it is no organisation itself, by its id.
    const belongs = list.parent.map((column) => `r.${column} = ${parent}.${column === 'org_id' ? 'org_id' : 'id'}`);
    const where = [...belongs, ...conditions(args).map((condition) => condition(param))].join(' and ');
    return { from: `${list.table} r`, alias: 'r', where, order: list.order };
  };
  return { inSql: { rows } };
}

/** A number of money or percent as its text with so many places. */
export function decimalInSql(column: string, places: number): { readonly inSql: ValueInSql } {
  return inSql((row) => `round(${row}.${column}, ${places})::text`);
}

/** An instant as DateTime prints it. */
export function instantText(sql: string): string {
  return `to_char(${sql} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** Bytes of a text as base64url, as `Buffer.toString('base64url')` writes them. */
export function base64url(sql: string): string {
  return `translate(encode(convert_to(${sql}, 'UTF8'), 'base64'), E'+/=\\n', '-_')`;
}
