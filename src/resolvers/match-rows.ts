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
  const there = new KeyIndex<Candidate>(target.matchBy);
  for (const candidate of candidates) there.add(candidate, candidate);
  const ids = new Map(candidates.map((candidate) => [candidate.id, candidate]));
  const sent = new KeyIndex<number>(target.matchBy);
  const claimed = new Map<string, number>();
  return rows.map((row, index) => {
    if (row === null) return { id: null, fault: null };
    const path = [...field, String(index)];
    const found = row.id == null ? there.find(row) : ids.get(row.id);
    if (row.id != null && !found)
      return fault('NOT_FOUND', `There is no such ${target.noun} here. Leave id out to add one.`, [...path, 'id']);
    const earlier = found ? claimed.get(found.id) : sent.find(row);
    if (earlier !== undefined)
      return fault('DUPLICATE', `It is the same ${target.noun} as item ${earlier}. Send each once.`, path);
    if (found) claimed.set(found.id, index);
    else sent.add(row, index);
    return { id: found?.id ?? null, fault: null };
  });
}

function fault(code: 'NOT_FOUND' | 'DUPLICATE', message: string, field: readonly string[]): Match {
  return { id: null, fault: { code, message, field } };
}

type Fields = Readonly<Record<string, unknown>>;

/** Values by the keys of the rows they stand for, best key first. */
class KeyIndex<Value> {
  readonly #keys: readonly (readonly string[])[];
  readonly #entries: Map<string, { row: Fields; value: Value }[]>[];

  constructor(keys: readonly (readonly string[])[]) {
    this.#keys = keys;
    this.#entries = keys.map(() => new Map());
  }

  add(row: Fields, value: Value): void {
    for (const [place, names] of this.#keys.entries()) {
      const key = keyOf(row, names);
      if (key === null) continue;
      const entries = this.#entries[place]!;
      entries.set(key, [...(entries.get(key) ?? []), { row, value }]);
    }
  }

  find(row: Fields): Value | undefined {
    for (const [place, names] of this.#keys.entries()) {
      const key = keyOf(row, names);
      const alike = key === null ? undefined : this.#entries[place]!.get(key);
      const found = alike?.find((entry) => !this.#isOther(row, entry.row, place));
      if (found) return found.value;
    }
    return undefined;
  }

  /** Whether a key better than the one at `place` tells the two apart. */
  #isOther(a: Fields, b: Fields, place: number): boolean {
    return this.#keys.slice(0, place).some((names) => {
      const [mine, theirs] = [keyOf(a, names), keyOf(b, names)];
      return mine !== null && theirs !== null && mine !== theirs;
    });
  }
}

/** Null where one of the fields is missing. */
function keyOf(row: Fields, names: readonly string[]): string | null {
  const values = names.map((name) => row[name] as JsonValue | undefined);
  return values.every((value) => value != null) ? canonicalText(values as JsonValue[]) : null;
}
