import type { Scope } from '../db/scope.ts';
import { type ErrorCode, Refusal } from '../errors.ts';
import { assertFaithful } from './assert-faithful.ts';
import type { WriteSource } from './caller.ts';
import { type Column, columnName } from './columns.ts';
import { type Candidate, matchRows } from './match-rows.ts';
import type { WriteOutcome, WriteResult } from './write-result.ts';

/** One row of a bulk write: its fields, and the row it names, if it does. */
export type BulkRow = { readonly id?: string | null | undefined } & Readonly<Record<string, unknown>>;

/** A table that is written in bulk. */
export interface BulkTable {
  readonly table: string;
  /** What an item is called in messages. */
  readonly noun: string;
  /** Field → column. A field that is null or not sent leaves its column alone: Make sends null for "nothing". */
  readonly columns: Readonly<Record<string, Column>>;
  /** Fields that together name a row, best first: an item without an id is the row that has the same of the first it gives in full. */
  readonly matchBy: readonly (readonly string[])[];
  /** Fields that a key may lack: missing is the same as missing, and as an empty text. */
  readonly mayLack?: readonly string[];
  /** The first of matchBy is unique in the place: an item that names its row by id can not take another row's. */
  readonly unique?: true;
  /** Rows are only ever added, so nothing that is there is read, waited for, or needs a right to be changed. */
  readonly appendOnly?: true;
  /** What an item may not say of its row beyond what its columns take; `present` is the row it means, null for a new one. */
  readonly guard?: {
    /** Fields of the row that it needs to know. */
    readonly reads: readonly string[];
    readonly problem: (row: BulkRow, present: Candidate | null) => { field: string; message: string } | null;
  };
}

export interface ItemError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly field: readonly string[];
}

/** What became of one item. `id` is the row's, null where it was refused. */
export interface BulkItem {
  readonly index: number;
  readonly outcome: WriteOutcome;
  readonly id: string | null;
  readonly errors: readonly ItemError[];
}

export interface BulkResult extends WriteResult {
  readonly items: readonly BulkItem[];
}

/** Nothing was written; each item says whether it was the reason. */
export class BulkRefusal extends Refusal {
  constructor(readonly items: readonly BulkItem[]) {
    const { code, message, field } = items.flatMap((item) => item.errors)[0]!;
    super(code, message, field);
  }
}

export interface BulkCall<Row extends BulkRow> {
  /** Columns and values that every row of the call has, as org_id and case_id; they bound what an item can match. */
  readonly place: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
  readonly atomic: boolean;
  readonly source: WriteSource;
  /** Path of the list in the input, as ['input', 'files']. */
  readonly field: readonly string[];
  /**
   * The rows that are there in the place, with the fields of matchBy and of the guard, where they have been read under a
   * lock that keeps everybody else from writing there. Otherwise a lock is taken, and they are read.
   */
  readonly present?: readonly Candidate[];
  /** What is wrong with each row's own fields, where that has been found already. */
  readonly problems?: readonly (readonly ItemError[])[];
  /** Faults that only the database knows of, by index of the row. */
  readonly faults?: ReadonlyMap<number, ItemError | readonly ItemError[]>;
  /** Nothing is asked of the scope afterwards: the statement that writes takes the commit with it. */
  readonly isLast?: boolean;
}

/** One call is one statement, and fits the memory of a small machine. */
const MAX_ITEMS = 10_000;
const MAX_NODES = 3_000_000;

/**
 * Writes many rows of one table: those that are there are updated, the others made, in one statement. Calls for one place
 * happen one after the other, so that two can not make the same row twice. With `atomic` one bad item refuses all; without,
 * each stands alone.
 *
 * @throws BulkRefusal when nothing was written
 */
export async function bulkUpsert<Row extends BulkRow>(
  scope: Scope,
  target: BulkTable,
  call: BulkCall<Row>,
): Promise<BulkItem[]> {
  const { rows, field } = call;
  const errors = rows.map((row, index) => {
    const faults = [call.faults?.get(index) ?? []].flat();
    return [...(call.problems?.[index] ?? findProblems(target, row, [...field, String(index)])), ...faults];
  });
  const sound = rows.map((row, index) => (errors[index]!.length === 0 ? row : null));
  const candidates = call.present ?? (target.appendOnly ? [] : await lockAndRead(scope, target, call.place));
  const matched = matchRows(target, sound, candidates, field);
  const present = new Map(candidates.map((candidate) => [candidate.id, candidate]));
  for (const [index, { id, fault }] of matched.entries()) {
    const path = [...field, String(index)];
    if (fault) errors[index]!.push(fault);
    else if (sound[index])
      errors[index]!.push(...findMisfits(target, sound[index], (id && present.get(id)) || null, path));
  }
  const isGood = (index: number) => errors[index]!.length === 0;
  const good = rows.flatMap((_, index) => (isGood(index) ? [index] : []));
  const refused = (index: number): BulkItem => ({ index, outcome: 'REJECTED', id: null, errors: errors[index]! });
  if (good.length < rows.length && (call.atomic || good.length === 0))
    throw new BulkRefusal(rows.map((_, i) => refused(i)));

  const written = await writeRows(
    scope,
    target,
    call,
    good.map((index) => ({ row: rows[index]!, id: matched[index]!.id })),
  );
  const items = rows.map((_, index) => refused(index));
  for (const [place, index] of good.entries()) items[index] = { index, ...written[place]!, errors: [] };
  return items;
}

/** The outcome of a call as a whole. */
export function outcomeOfItems(items: readonly BulkItem[]): WriteOutcome {
  const order: readonly WriteOutcome[] = ['CREATED', 'UPDATED', 'UNCHANGED'];
  return order.find((outcome) => items.some((item) => item.outcome === outcome)) ?? 'UNCHANGED';
}

/**
 * What holds of the items as a whole, checked before anything recurses over them.
 * @throws Refusal PAYLOAD_TOO_LARGE, or INVALID_DOCUMENT naming the place that can't be kept as it was sent
 */
export function assertSoundItems(items: readonly object[], field: readonly string[]): void {
  if (items.length > MAX_ITEMS)
    throw new Refusal(
      'PAYLOAD_TOO_LARGE',
      `${items.length} items in one call; at most ${MAX_ITEMS}. Send them in parts.`,
      field,
    );
  assertFaithful(items, field, { maxNodes: MAX_NODES });
}

/** Until the transaction ends nobody else writes rows of the table in bulk there. */
export async function lockPlace(
  scope: Scope,
  target: Pick<BulkTable, 'table'>,
  place: Readonly<Record<string, string>>,
): Promise<void> {
  const name = [target.table, ...Object.values(place)].join(':');
  await scope.sql('select pg_advisory_xact_lock(hashtextextended($1, 0))', [name]);
}

/** What is wrong with a row's own fields. */
export function findProblems(target: BulkTable, row: BulkRow, path: readonly string[]): ItemError[] {
  const problems: ItemError[] = [];
  for (const name in target.columns) {
    const value = row[name];
    const problem = value == null ? null : target.columns[name]!.problem(value);
    if (problem) problems.push({ code: 'VALIDATION_FAILED', message: `${name}: ${problem}`, field: [...path, name] });
  }
  return problems;
}

/** What is wrong with an item once it is known which row it means. */
function findMisfits(target: BulkTable, row: BulkRow, present: Candidate | null, path: readonly string[]): ItemError[] {
  const lacking = Object.keys(target.columns)
    .filter((name) => target.columns[name]!.needed && !present && row[name] == null)
    .map((name) => ({ field: name, message: `${name}: A new ${target.noun} needs it.` }));
  const misfit = lacking.length === 0 ? target.guard?.problem(row, present) : null;
  return [...lacking, ...(misfit ? [misfit] : [])].map(({ field, message }) => ({
    code: 'VALIDATION_FAILED',
    message,
    field: [...path, field],
  }));
}

/** The rows an item could be. */
async function lockAndRead(
  scope: Scope,
  target: BulkTable,
  place: Readonly<Record<string, string>>,
): Promise<Candidate[]> {
  // Sent together, they run one after the other: what is read is read under the lock.
  const [, candidates] = await Promise.all([lockPlace(scope, target, place), readCandidates(scope, target, place)]);
  return candidates;
}

/** Those of the place, with what they are known by. */
function readCandidates(
  scope: Scope,
  target: BulkTable,
  place: Readonly<Record<string, string>>,
): Promise<Candidate[]> {
  const names = [...new Set([...target.matchBy.flat(), ...(target.guard?.reads ?? [])])];
  const known = names.map((name) => `t.${columnName(name)} as "${name}"`);
  const where = Object.keys(place).map((column, index) => `t.${column} = $${index + 1}`);
  return scope.sql<Candidate>(
    `select ${['t.id', ...known].join(', ')} from ${target.table} t where ${where.join(' and ')} order by t.created_at, t.id`,
    Object.values(place),
  );
}

interface Written {
  readonly outcome: WriteOutcome;
  readonly id: string;
}

async function writeRows(
  scope: Scope,
  target: BulkTable,
  { place, source, isLast }: BulkCall<BulkRow>,
  given: readonly { row: BulkRow; id: string | null }[],
): Promise<Written[]> {
  const columns = Object.entries(target.columns).map(([name, column]) => ({
    ...column,
    name: columnName(name),
    field: name,
  }));
  const sent = given.map(({ row, id }) => {
    const fields: Record<string, unknown> = id === null ? {} : { match: id };
    for (const { name, field } of columns) if (row[field] != null) fields[name] = row[field];
    return fields;
  });
  const text = upsertStatement(target, Object.keys(place), columns);
  const values = [JSON.stringify(sent), source, ...Object.values(place)];
  const [answered] = await scope[isLast ? 'sqlLast' : 'sql']<{ made: string[]; changed: string[] }>(text, values);
  // An INSERT … SELECT … ORDER BY makes and returns its rows in that order.
  const made = answered!.made.values();
  const changed = new Set(answered!.changed);
  return given.map(({ id }) =>
    id === null
      ? { outcome: 'CREATED', id: made.next().value! }
      : { outcome: changed.has(id) ? 'UPDATED' : 'UNCHANGED', id },
  );
}

function upsertStatement(target: BulkTable, place: string[], columns: (Column & { name: string })[]): string {
  const names = columns.map(({ name }) => name);
  const placed = place.map((_, index) => `$${index + 3}::uuid`);
  const made = columns.map(({ name, otherwise }) => (otherwise ? `coalesce(i.${name}, ${otherwise})` : `i.${name}`));
  const open = columns.filter((column) => !column.fixed).map(({ name }) => name);
  const kept = open.map((name) => `coalesce(i.${name}, t.${name})`);
  return `with input as materialized (
      select i.*, row_number() over () as place
      from jsonb_to_recordset($1::jsonb) as i (match uuid, ${columns.map(({ name, sql }) => `${name} ${sql}`).join(', ')})),
    made as (
      insert into ${target.table} (${['source', ...place, ...names].join(', ')})
      select ${['$2', ...placed, ...made].join(', ')} from input i where i.match is null order by i.place returning id),
    changed as (${
      target.appendOnly
        ? 'select id from made where false'
        : `
      update ${target.table} t set source = $2, ${open.map((name, index) => `${name} = ${kept[index]}`).join(', ')}
      from input i where t.id = i.match and (${open.map((name) => `t.${name}`).join(', ')}) is distinct from (${kept.join(', ')})
      returning t.id`
    })
    select (select coalesce(json_agg(id), '[]') from made) as made, (select coalesce(json_agg(id), '[]') from changed) as changed`;
}
