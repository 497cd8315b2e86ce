import type { JsonObject, JsonValue } from '../../json/json-value.ts';
import { normalisePlate } from '../cases/plate.ts';
import {
  type PrintedReader,
  printedDay,
  printedFlag,
  printedInteger,
  printedMoney,
  printedPercent,
  printedText,
  printedYear,
} from './printed-value.ts';
import type { RawRecord } from './raw-record.ts';

const words = printedText(1_000);
const plate: PrintedReader<string> = (given) => normalisePlate(words(given) ?? '');

/** Name in the result → how it is read, and the keys it comes by: the guide's own, and those of the helper. */
const FACTS: Readonly<Record<string, readonly [PrintedReader<JsonValue>, ...string[]]>> = {
  reportDate: [printedDay, 'תאריך', 'report_date'],
  plate: [plate, 'מספר רישוי', 'plate'],
  vehicleType: [words, 'סוג רכב', 'vehicle_type'],
  manufacturer: [words, 'יצרן', 'manufacturer'],
  modelCode: [words, 'קוד דגם', 'model_code'],
  fullModelName: [words, 'שם דגם מלא', 'full_model', 'full_model_name'],
  category: [words, 'קטגוריה', 'category'],
  isAutomatic: [printedFlag, 'אוטומט', 'is_automatic'],
  year: [printedYear, 'שנת יצור', 'שנת ייצור', 'year'],
  km: [printedInteger, 'ערך מס ק"מ', 'km'],
  ownerCount: [printedInteger, 'ערך מספר בעלים', 'owner_count'],
  basePrice: [printedMoney, 'מחיר בסיס', 'base_price'],
  finalPrice: [printedMoney, 'מחיר סופי לרכב', 'מחיר סופי', 'final_price'],
};

/** Name of the adjustment, as the helper calls it → what the guide calls it in its keys. */
const ADJUSTMENTS: Readonly<Record<string, string>> = {
  registration: 'עליה לכביש',
  ownership_type: 'בעלות',
  mileage: 'מס ק"מ',
  ownership_history: 'מספר בעלים',
  features: 'מאפיינים',
};

/**
 * The price guide's flat Hebrew keys as a structure: amounts as decimal texts, days as ISO 8601. What can't be read is
 * left out; null when nothing can.
 */
export function readLeviReport(record: RawRecord): JsonObject | null {
  const facts = readAll(FACTS, record);
  const adjustments = Object.entries(ADJUSTMENTS).flatMap(([name, label]) => {
    const adjustment = readAll(
      {
        value: [words, `ערך ${label}`],
        percent: [printedPercent, `${label} %`, `מחיר ${label} %`],
        amount: [printedMoney, `ערך ש"ח ${label}`],
        cumulative: [printedMoney, `שווי מצטבר ${label}`],
      },
      record,
    );
    return Object.keys(adjustment).length > 0 ? [[name, adjustment]] : [];
  });
  if (adjustments.length > 0) facts.adjustments = Object.fromEntries(adjustments);
  return Object.keys(facts).length > 0 ? facts : null;
}

function readAll(table: typeof FACTS, record: RawRecord): JsonObject {
  const read = Object.entries(table).map(([name, [reader, ...keys]]) => [name, record.read(keys, reader)] as const);
  return Object.fromEntries(read.filter(([, value]) => value !== null));
}
