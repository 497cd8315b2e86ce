import { Refusal } from '../errors.ts';

export const DEFAULT_PAGE_SIZE = 50;
const MAX_SIZE = 200;
const MAX_CURSOR_LENGTH = 2_000;

/** Relay's arguments. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** A column rows are ordered by. The last one of an order must be unique. */
export interface OrderKey {
  /** Names the key in cursors. */
  readonly name: string;
  /** SQL expression; comes from code, never from a caller. */
  readonly sql: string;
  readonly type: 'timestamptz' | 'text' | 'int' | 'bigint' | 'uuid';
  readonly direction: 'ASC' | 'DESC';
}

/** Which rows a page holds; the columns a caller selected are read by these ids. */
export interface KeyPage {
  readonly rows: readonly { readonly id: string; readonly cursor: string }[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** A page as SQL: what to add to a query that selects `keys` first. */
export interface PageQuery {
  readonly where: string;
  readonly values: unknown[];
  readonly orderBy: string;
  /** One more than the page holds, to see whether there is more. */
  readonly limit: number;
  /** The rows as read, in page order and without the extra one, and what is on either side. */
  cut<Row>(rows: Row[]): { rows: Row[]; hasNextPage: boolean; hasPreviousPage: boolean };
}

/**
 * Keyset paging: a page begins right after the values its cursor holds, so it costs the same wherever it lies and stays
 * in place when rows come and go before it.
 *
 * @param offset number of SQL parameters in use already
 * @throws Refusal VALIDATION_FAILED or INVALID_CURSOR naming the argument
 */
export function pageQuery(keys: readonly OrderKey[], page: PageArguments, offset: number): PageQuery {
  const backwards = page.last != null;
  if (backwards && page.first != null)
    throw new Refusal('VALIDATION_FAILED', 'Send first or last, not both.', ['last']);
  const size = readSize(backwards ? page.last : page.first, backwards ? 'last' : 'first');
  const values: unknown[] = [];
  const conditions = (['after', 'before'] as const).flatMap((side) => {
    const cursor = page[side];
    if (cursor == null) return [];
    const found = readCursor(keys, cursor, side);
    const places = found.map((value, index) => `$${offset + values.push(value)}::${keys[index]!.type}`);
    return [beyond(keys, places, side === 'before')];
  });
  const orderBy = keys
    .map((key) => `${key.sql} ${(key.direction === 'ASC') === backwards ? 'desc' : 'asc'}`)
    .join(', ');
  return {
    where: conditions.length > 0 ? conditions.join(' and ') : 'true',
    values,
    orderBy,
    limit: size + 1,
    cut: (rows) => {
      const more = rows.length > size;
      const kept = rows.slice(0, size);
      if (!backwards) return { rows: kept, hasNextPage: more, hasPreviousPage: page.after != null };
      return { rows: kept.reverse(), hasNextPage: page.before != null, hasPreviousPage: more };
    },
  };
}

/** The cursor of a row, from the values of the order's keys as text. */
export function writeCursor(keys: readonly OrderKey[], values: readonly string[]): string {
  return Buffer.from(JSON.stringify([cursorSignature(keys), ...values])).toString('base64url');
}

/** A key's value as cursors hold it, as SQL. */
export function keyText({ sql, type }: OrderKey): string {
  return type === 'timestamptz'
    ? `to_char(${sql} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
    : `${sql}::text`;
}

function readSize(given: number | null | undefined, name: 'first' | 'last'): number {
  const size = given ?? DEFAULT_PAGE_SIZE;
  if (size >= 1 && size <= MAX_SIZE) return size;
  throw new Refusal('VALIDATION_FAILED', `${name} must be from 1 to ${MAX_SIZE}.`, [name]);
}

/** What Postgres can read as a value of the type: a cursor that was tampered with must not make it fail. */
const FITS: Record<OrderKey['type'], (text: string) => boolean> = {
  timestamptz: isInstant,
  text: (text) => !text.includes('\0'),
  int: (text) => /^-?\d{1,10}$/.test(text) && Number(text) === (Number(text) | 0),
  bigint: (text) => /^-?\d{1,18}$/.test(text),
  uuid: (text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text),
};

function isInstant(text: string): boolean {
  if (!/^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/.test(text)) return false;
  const instant = new Date(text);
  // The 31st of February would come back as another day.
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text.slice(0, 19));
}

function readCursor(keys: readonly OrderKey[], cursor: string, field: 'after' | 'before'): string[] {
  const refuse = () =>
    new Refusal('INVALID_CURSOR', `${field} is no cursor of this list in this order. Start again without it.`, [field]);
  if (cursor.length > MAX_CURSOR_LENGTH) throw refuse();
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw refuse();
  }
  if (!Array.isArray(parts) || parts.length !== keys.length + 1 || parts[0] !== cursorSignature(keys)) throw refuse();
  const values = parts.slice(1) as unknown[];
  const fits = values.every((value, index) => typeof value === 'string' && FITS[keys[index]!.type](value));
  if (!fits) throw refuse();
  return values as string[];
}

/** A cursor serves only the order it was made in. */
export function cursorSignature(keys: readonly OrderKey[]): string {
  return keys.map((key) => `${key.name}${key.direction === 'ASC' ? '+' : '-'}`).join();
}

/** (a, b) after (x, y), with a direction of its own for each key: a after x, or a = x and b after y. */
function beyond(keys: readonly OrderKey[], places: string[], reversed: boolean): string {
  const sameDirection = keys.every((key) => key.direction === keys[0]!.direction);
  const operator = (key: OrderKey) => ((key.direction === 'ASC') === reversed ? '<' : '>');
  // The row form is the one an index can start from.
  if (sameDirection) return `(${keys.map((key) => key.sql).join(', ')}) ${operator(keys[0]!)} (${places.join(', ')})`;
  const steps = keys.map((key, index) => {
    const equal = keys.slice(0, index).map((earlier, place) => `${earlier.sql} = ${places[place]}`);
    return `(${[...equal, `${key.sql} ${operator(key)} ${places[index]}`].join(' and ')})`;
  });
  return `(${steps.join(' or ')})`;
}
