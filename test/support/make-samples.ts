import { readFileSync } from 'node:fs';
import type { JsonObject } from '../../src/json/json-value.ts';

/** What Make really sends, of the vehicle of SAMPLE_PLATE; names and figures are invented. */
export type MakeSample = 'open-case.vehicle-record' | 'levi-report.ocr' | 'invoice.ocr' | 'parts-search.web';

/** A fresh copy. */
export function makeSample(name: MakeSample): JsonObject {
  return JSON.parse(readFileSync(new URL(`make/${name}.json`, import.meta.url), 'utf8')) as JsonObject;
}
