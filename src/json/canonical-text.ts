// One text per document, whoever wrote it: the text PostgreSQL prints for jsonb, so that a hash computed here equals
// a hash computed in SQL over `document::text`.
import type { JsonObject, JsonValue } from './json-value.ts';
import { utf8Length } from './utf8-length.ts';

/** Exactly what PostgreSQL prints for `$1::jsonb::text`, `$1` being JSON.stringify(value). Needs a faithful document. */
export function canonicalText(value: JsonValue): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return numericText(value);
  if (typeof value !== 'object' || value === null) return String(value);
  let text = '';
  if (Array.isArray(value)) {
    for (const member of value) text += text === '' ? canonicalText(member) : `, ${canonicalText(member)}`;
    return `[${text}]`;
  }
  for (const { name, printed } of orderedKeys(value)) {
    if (text !== '') text += ', ';
    text += printed + canonicalText(value[name]!);
  }
  return `{${text}}`;
}

/** Of what may have to be escaped, more than has to be. */
const ESCAPED = /["\\\p{Cc}\p{Cs}]/u;

function quoted(text: string): string {
  return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`;
}

/** A key as it is printed and ordered. */
interface Key {
  readonly name: string;
  readonly printed: string;
  /** In UTF-8. */
  readonly bytes: number;
}

/** Documents have the same keys again and again. */
const knownKeys = new Map<string, Key>();
const MAX_KNOWN_KEYS = 2_000;
const MAX_KNOWN_LENGTH = 64;

function keyOf(name: string): Key {
  const known = knownKeys.get(name);
  if (known) return known;
  const key = { name, printed: `${quoted(name)}: `, bytes: utf8Length(name) };
  if (name.length > MAX_KNOWN_LENGTH) return key;
  if (knownKeys.size === MAX_KNOWN_KEYS) knownKeys.clear();
  knownKeys.set(name, key);
  return key;
}

/** An object's keys as jsonb orders them. Those of a document that the database printed are so already. */
function orderedKeys(value: JsonObject): Key[] {
  const keys = Object.keys(value).map(keyOf);
  const isOrdered = keys.every((key, index) => index === 0 || compareKeys(keys[index - 1]!, key) < 0);
  return isOrdered ? keys : keys.sort(compareKeys);
}

/** By UTF-8 length, then bytewise. */
function compareKeys(a: Key, b: Key): number {
  return a.bytes - b.bytes || compareBytes(a.name, b.name);
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
