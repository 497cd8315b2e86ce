import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { JsonObject, JsonValue } from '../../src/json/json-value.ts';

const SAMPLE = fileURLToPath(new URL('../../prisma/demo/helper.sample.json', import.meta.url));

/** What a younger case does not have yet, the last to come first. */
const LATE_SECTIONS = [
  'centers_archive',
  'parts_search',
  'final_report',
  'raw_webhook_data',
  'expertise_snapshot',
  'financials',
  'estimate',
  'damage_assessment',
  'expertise',
];

/** Where a save of the load writes: a text that is different each time. */
export const NOTE_MARK = '@@note@@';

const sample = JSON.parse(readFileSync(SAMPLE, 'utf8')) as JsonObject;

/**
 * The demo's helper at a given size: sections that come late in a case are left out for a small one; a large one has more
 * damage centres, search results and entries of its audit trail, as those that have grown for weeks do.
 */
export function helperOfSize(bytes: number): JsonObject {
  const helper = structuredClone(sample);
  helper.audit_trail = [];
  for (const section of LATE_SECTIONS) {
    if (sizeOf(helper) <= bytes) break;
    delete helper[section];
  }
  const centers = helper.centers as JsonObject[];
  const trail = helper.audit_trail as JsonValue[];
  let size = sizeOf(helper);
  const add = (list: JsonValue[], member: JsonObject) => {
    list.push(member);
    size += sizeOf(member) + 1;
  };
  const center = structuredClone(centers[0]!);
  // A third of what is missing is centres, the rest entries: many small values beside some deep ones.
  const centersUpTo = size + (bytes - size) / 3;
  while (size + sizeOf(center) < centersUpTo) add(centers, { ...structuredClone(center), Id: `${centers.length + 1}` });
  while (size + 300 < bytes) add(trail, auditEntry(trail.length));
  return helper;
}

/** The helper of one case: its own plate and owner, so that no two are the same text. */
export function helperOfCase(
  helper: JsonObject,
  found: { plate: string; ownerName: string },
  index: number,
): JsonObject {
  const { plate, ownerName } = found;
  return {
    ...helper,
    meta: { ...(helper.meta as JsonObject), plate, original_plate: plate },
    case_info: { ...(helper.case_info as JsonObject), plate },
    vehicle: { ...(helper.vehicle as JsonObject), plate, plate_number: plate, chassis: `SYNTHVIN${index}` },
    stakeholders: {
      ...(helper.stakeholders as JsonObject),
      owner: { ...((helper.stakeholders as JsonObject).owner as JsonObject), name: ownerName },
    },
    manual_notes: NOTE_MARK,
    file_number: `${index}`,
  };
}

function auditEntry(index: number): JsonObject {
  const at = new Date(Date.UTC(2025, 10, 3) + index * 61_000).toISOString();
  return {
    id: `audit-${index}`,
    at,
    actor: index % 3 === 0 ? 'שמאי' : 'make',
    action: ['OCR_INVOICES', 'LEVI_REPORT', 'FIELD_EDIT', 'IMAGE_UPLOAD'][index % 4]!,
    section: ['invoices', 'levi_data', 'expertise', 'images'][index % 4]!,
    before: `${1_000 + index}`,
    after: `${1_007 + index}`,
    note: 'עודכן לאחר בדיקה חוזרת במוסך',
  };
}

function sizeOf(value: JsonValue): number {
  return Buffer.byteLength(JSON.stringify(value));
}
