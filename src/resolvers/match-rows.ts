import { canonicalText } from '../json/canonical-text.ts';
import type { JsonValue } from '../json/json-value.ts';
import type { BulkRow, BulkTable, ItemError } from './bulk-upsert.ts';

/** A row that is there, with the fields it is known by. */
export type Candidate = { readonly id: string } & Readonly<Record<string, unknown>>;

/** The row an item means; a null id makes a new one. */
export interface Match {
  readonly id: string | null;
  readonly fault: ItemError | null;
}

/**
 * Finds for each item the row it means: the one of its id, else the first that has the same of the best key the item
 * gives in full, unless a better key that both have says that they are two. Two items that mean one row are a mistake.
 * Null stands for an item that is refused already.
 */
export function matchRows(
  target: BulkTable,
  rows: readonly (BulkRow | null)[],
  candidates: readonly Candidate[],
  field: readonly string[],
): Match[] {
  const there = new KeyIndex<Candidate>(target);
  for (const candidate of candidates) there.add(candidate, candidate);
  const ids = new Map(candidates.map((candidate) => [candidate.id, candidate]));
  const sent = new KeyIndex<number>(target);
  const claimed = new Map<string, number>();
  return rows.map((row, index) => {
    if (row === null) return { id: null, fault: null };
    const path = [...field, String(index)];
    const found = row.id == null ? there.find(row) : ids.get(row.id);
    if (row.id != null && !found)
      return fault('NOT_FOUND', `There is no such ${target.noun} here. Leave id out to add one.`, [...path, 'id']);
    const next = found && row.id != null && target.unique ? { ...found, ...givenOf(row) } : null;
    const holder = next && there.findBest(next);
    if (holder && holder.id !== found?.id)
      return fault('DUPLICATE', `Another ${target.noun} has this ${target.matchBy[0]!.join(', ')} already.`, path);
    const earlier =
      (found && claimed.get(found.id)) ?? (next ? sent.findBest(next) : found ? undefined : sent.find(row));
    if (earlier !== undefined)
      return fault('DUPLICATE', `It is the same ${target.noun} as item ${earlier}. Send each once.`, path);
    if (found) claimed.set(found.id, index);
    if (next || !found) sent.add(next ?? row, index);
    return { id: found?.id ?? null, fault: null };
  });
}

/** What an item says of its row: null says nothing. */
function givenOf(row: BulkRow): Fields {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value != null));
}

function fault(code: 'NOT_FOUND' | 'DUPLICATE', message: string, field: readonly string[]): Match {
  return { id: null, fault: { code, message, field } };
}

type Fields = Readonly<Record<string, unknown>>;

/** Values by the keys of the rows they stand for, best key first. */
class KeyIndex<Value> {
  readonly #target: Pick<BulkTable, 'matchBy' | 'mayLack'>;
  readonly #entries: Map<string, Entry<Value>[]>[];

  constructor(target: Pick<BulkTable, 'matchBy' | 'mayLack'>) {
    this.#target = target;
    this.#entries = target.matchBy.map(() => new Map());
  }

  add(row: Fields, value: Value): void {
    const entry = { keys: keysOf(row, this.#target), value };
    for (const [place, key] of entry.keys.entries()) {
      if (key === null) continue;
      const alike = this.#entries[place]!.get(key);
      if (alike) alike.push(entry);
      else this.#entries[place]!.set(key, [entry]);
    }
  }

  find(row: Fields): Value | undefined {
    const keys = keysOf(row, this.#target);
    for (const [place, key] of keys.entries()) {
      const alike = key === null ? undefined : this.#entries[place]!.get(key);
      const found = alike?.find((entry) => !isOther(keys, entry.keys, place));
      if (found) return found.value;
    }
    return undefined;
  }

  /** The value of the same best key. */
  findBest(row: Fields): Value | undefined {
    const key = keysOf(row, this.#target)[0];
    return key == null ? undefined : this.#entries[0]!.get(key)?.[0]?.value;
  }
}

interface Entry<Value> {
  readonly keys: readonly (string | null)[];
  readonly value: Value;
}

/** Whether a key better than the one at `place` tells the two apart. */
function isOther(mine: readonly (string | null)[], theirs: readonly (string | null)[], place: number): boolean {
  return mine.slice(0, place).some((key, index) => key !== null && theirs[index] !== null && key !== theirs[index]);
}

/** For each key of the table, null where a field is missing that it can not lack. */
function keysOf(row: Fields, { matchBy, mayLack = [] }: Pick<BulkTable, 'matchBy' | 'mayLack'>): (string | null)[] {
  return matchBy.map((names) => {
    const values = names.map((name) => keyValue(row[name]));
    const says = values.some((value) => value != null);
    const isWhole = names.every((name, index) => values[index] != null || mayLack.includes(name));
    return says && isWhole ? canonicalText(values.map((value) => value ?? '')) : null;
  });
}

function keyValue(value: unknown): JsonValue | undefined {
  return value instanceof Date ? value.toISOString() : (value as JsonValue | undefined);
}
