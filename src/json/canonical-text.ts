// One text per document, whoever wrote it: the text PostgreSQL prints for jsonb, so that a hash computed here equals
// a hash computed in SQL over `document::text`.
import type { JsonValue } from './json-value.ts';
import { utf8Length } from './utf8-length.ts';

/** Exactly what PostgreSQL prints for `$1::jsonb::text`, `$1` being JSON.stringify(value). Needs a faithful document. */
export function canonicalText(value: JsonValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return numericText(value);
  if (typeof value !== 'object' || value === null) return String(value);
  let text = '';
  if (Array.isArray(value)) {
    for (const member of value) text += text === '' ? canonicalText(member) : `, ${canonicalText(member)}`;
    return `[${text}]`;
  }
  for (const key of orderedKeys(Object.keys(value))) {
    if (text !== '') text += ', ';
    text += `${JSON.stringify(key)}: ${canonicalText(value[key]!)}`;
  }
  return `{${text}}`;
}

/** Sorts an object's keys as jsonb orders them. Those of a document that the database printed are so already. */
function orderedKeys(keys: string[]): string[] {
  const isOrdered = keys.every((key, index) => index === 0 || compareKeys(keys[index - 1]!, key) < 0);
  return isOrdered ? keys : keys.sort(compareKeys);
}

/** By UTF-8 length, then bytewise. */
function compareKeys(a: string, b: string): number {
  return utf8Length(a) - utf8Length(b) || compareBytes(a, b);
}

/** UTF-8 bytes order as code points do; UTF-16 units do not, where an emoji meets U+E000 to U+FFFF. */
function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const difference = codePointRank(a.charCodeAt(index)) - codePointRank(b.charCodeAt(index));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function codePointRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** jsonb numbers are `numeric`, which prints no exponents: 1e-7 is 0.0000001. */
function numericText(value: number): string {
  const text = String(value);
  const parts = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (parts === null) return text;
  const [, sign, integer, fraction = '', exponentText] = parts;
  const digits = `${integer}${fraction}`;
  const exponent = Number(exponentText);
  return exponent < 0
    ? `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
    : `${sign}${digits}${'0'.repeat(exponent - fraction.length)}`;
}
