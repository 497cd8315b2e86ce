import { isJsonObject, type JsonValue } from '../../json/json-value.ts';
import { listPlates } from './plate.ts';

/** A place in data from outside that states whose they are. */
export interface StatedPlate {
  readonly path: readonly string[];
  readonly plates: readonly string[];
}

/** Names of a plate in the answers of web services and scans, as letters and digits alone. */
const PLATE_KEYS = new Set([
  'plate',
  'platenumber',
  'plateno',
  'originalplate',
  'licenseplate',
  'licenseplatenumber',
  'licenceplate',
  'vehicleplate',
  'vehiclenumber',
  'carplate',
  'carnumber',
  'מספררישוי',
  'מסרישוי',
  'מספררכב',
  'מסרכב',
  'מספרהרכב',
  'מספררישויהרכב',
  'לוחיתרישוי',
  'מספרלוחיתרישוי',
]);

/** Members of the data, and of what they hold; deeper down stand the plates of other things. */
const DEPTH = 2;

/**
 * The plates that data state of themselves, at their top and one level below. An array is no level of its own. What is
 * no plate, as "unknown" or nothing, states none.
 *
 * @param key under which the data themselves stand
 */
export function listStatedPlates(key: string, data: JsonValue): StatedPlate[] {
  const found: StatedPlate[] = [];
  collect(found, { key, path: [], depth: DEPTH }, data);
  return found;
}

interface Place {
  readonly key: string;
  readonly path: readonly string[];
  /** Levels of objects to look into. */
  readonly depth: number;
}

function collect(found: StatedPlate[], { key, path, depth }: Place, value: JsonValue): void {
  if (Array.isArray(value)) {
    for (const [index, member] of value.entries())
      collect(found, { key, path: [...path, String(index)], depth }, member);
  } else if (isJsonObject(value)) {
    if (depth === 0) return;
    for (const [name, member] of Object.entries(value))
      collect(found, { key: name, path: [...path, name], depth: depth - 1 }, member);
  } else if ((typeof value === 'string' || typeof value === 'number') && isPlateKey(key)) {
    const plates = listPlates(String(value));
    if (plates.length > 0) found.push({ path, plates });
  }
}

function isPlateKey(key: string): boolean {
  return PLATE_KEYS.has(key.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''));
}
