import { getMember, isJsonObject, type JsonObject, type JsonValue } from '../../json/json-value.ts';
import { normalisePlate } from '../cases/plate.ts';
import { foldPrinted, type PrintedReader } from './printed-value.ts';

/** Members that carry an answer, as Make and the webhooks wrap it; the innermost may be JSON as text. */
const WRAPPERS = ['value', 'data', 'body'];
const MAX_WRAPPERS = 8;

const PLATE_KEYS = ['plate', 'plate_number', 'license_plate', 'מספר רישוי', 'מס רישוי', 'לוחית רישוי', 'מספר רכב'];

/** An answer from outside, read by the keys it comes with, however they are quoted. */
export class RawRecord {
  readonly #records: Map<string, JsonValue>[];

  constructor(raw: JsonValue) {
    this.#records = unwrap(raw, MAX_WRAPPERS).map(
      (record) => new Map(Object.entries(record).map(([key, value]) => [foldPrinted(key), value])),
    );
  }

  /** The first of the keys that says something; null where none does. */
  read<Value extends JsonValue>(keys: readonly string[], reader: PrintedReader<Value>): Value | null {
    for (const record of this.#records)
      for (const key of keys) {
        const value = reader(record.get(foldPrinted(key)));
        if (value !== null) return value;
      }
    return null;
  }

  /** Digits of every plate it names. */
  get plates(): string[] {
    const named = this.#records.flatMap((record) => PLATE_KEYS.map((key) => record.get(foldPrinted(key))));
    return named.flatMap((value) =>
      typeof value === 'string' || typeof value === 'number' ? (normalisePlate(String(value)) ?? []) : [],
    );
  }

  isOfAnother(plate: string | null): boolean {
    return plate !== null && this.plates.some((stated) => stated !== plate);
  }
}

function unwrap(raw: JsonValue, depth: number): JsonObject[] {
  if (depth === 0) return [];
  if (typeof raw === 'string') return unwrap(parse(raw), depth - 1);
  if (Array.isArray(raw)) return raw.flatMap((member) => unwrap(member, depth - 1));
  if (!isJsonObject(raw)) return [];
  return [raw, ...WRAPPERS.flatMap((name) => unwrap(getMember(raw, name) ?? null, depth - 1))];
}

/** Null for a text that is no JSON. */
function parse(text: string): JsonValue {
  if (!/^\s*[[{]/.test(text)) return null;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return null;
  }
}
