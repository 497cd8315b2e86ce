import { printedInteger, printedText, printedYear } from './printed-value.ts';
import type { RawRecord } from './raw-record.ts';

/** Most characters that each text of a vehicle has. */
export const TEXT_LIMITS = { vin: 50, manufacturer: 200, model: 300, color: 100 } as const;

/** What of a vehicle could be read from the registry's answer; null for the rest. */
export interface VehicleRecord {
  readonly vin: string | null;
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly year: number | null;
  readonly engineSize: number | null;
  readonly color: string | null;
}

/** Reads the registry's record by its English keys and by the Hebrew ones other answers have. */
export function readVehicleRecord(record: RawRecord): VehicleRecord {
  return {
    vin: record.read(
      ['chassis', 'chassis_number', 'vin', 'מספר שלדה', 'מספר שילדה', 'מס שלדה', 'שלדה', 'שילדה'],
      printedText(TEXT_LIMITS.vin),
    ),
    manufacturer: record.read(['manufacturer', 'יצרן', 'תוצר'], printedText(TEXT_LIMITS.manufacturer)),
    model: record.read(
      ['model', 'full_model_name', 'שם דגם מלא', 'כינוי מסחרי', 'דגם', 'שם דגם'],
      printedText(TEXT_LIMITS.model),
    ),
    year: record.read(['year', 'שנת ייצור', 'שנת יצור', 'שנה'], printedYear),
    engineSize: record.read(['engine_volume', 'engine_size', 'נפח מנוע'], printedInteger),
    color: record.read(['color', 'צבע', 'צבע רכב'], printedText(TEXT_LIMITS.color)),
  };
}
