import { readFileSync } from 'node:fs';
import type { JsonObject } from '../../src/json/json-value.ts';

const text = readFileSync(new URL('../../prisma/demo/helper.sample.json', import.meta.url), 'utf8');

/** A fresh copy of the invented case JSON: three damage centres, two invoices, 85 KB. */
export function sampleHelper(): JsonObject {
  return JSON.parse(text);
}
