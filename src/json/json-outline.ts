import { escapeToken } from './json-pointer.ts';
import type { JsonValue } from './json-value.ts';
import { utf8Length } from './utf8-length.ts';

export type JsonType = 'OBJECT' | 'ARRAY' | 'STRING' | 'NUMBER' | 'BOOLEAN' | 'NULL';

/** sizeBytes: UTF-8 bytes of the value's compact JSON text, its key not included. children: direct members. */
export interface OutlineEntry {
  pointer: string;
  type: JsonType;
  sizeBytes: number;
  children: number;
}

/**
 * What lies below a value, `depth` levels of it (1 = direct members), each container before its members.
 * `basePointer` is where the value stands in its document.
 */
export function outline(value: JsonValue, basePointer: string, depth: number): OutlineEntry[] {
  const entries: OutlineEntry[] = [];
  if (depth > 0) measure(value, basePointer, depth, entries);
  return entries;
}

/** Bytes of the value; appends the entries of its members on the way, so that every value is measured once. */
function measure(value: JsonValue, pointer: string, depth: number, entries: OutlineEntry[]): number {
  if (typeof value === 'string') return utf8Length(JSON.stringify(value));
  if (typeof value !== 'object' || value === null) return String(value).length;
  const keys = Array.isArray(value) ? null : Object.keys(value);
  const members = Array.isArray(value) ? value : Object.values(value);
  let bytes = 2 + Math.max(0, members.length - 1);
  for (const [index, member] of members.entries()) {
    const key = keys?.[index];
    if (key !== undefined) bytes += utf8Length(JSON.stringify(key)) + 1;
    if (depth <= 0) {
      bytes += measure(member, '', 0, entries);
      continue;
    }
    const entry: OutlineEntry = {
      pointer: `${pointer}/${key === undefined ? index : escapeToken(key)}`,
      type: jsonType(member),
      sizeBytes: 0,
      children: countMembers(member),
    };
    entries.push(entry);
    entry.sizeBytes = measure(member, entry.pointer, depth - 1, entries);
    bytes += entry.sizeBytes;
  }
  return bytes;
}

function jsonType(value: JsonValue): JsonType {
  if (value === null) return 'NULL';
  if (Array.isArray(value)) return 'ARRAY';
  switch (typeof value) {
    case 'string':
      return 'STRING';
    case 'number':
      return 'NUMBER';
    case 'boolean':
      return 'BOOLEAN';
    default:
      return 'OBJECT';
  }
}

function countMembers(value: JsonValue): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}
