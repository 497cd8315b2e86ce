// What a document must be so that it survives JSON text, PostgreSQL's jsonb and a browser unchanged.
// Sees values, not text: duplicate keys and digits beyond a double are already gone after JSON.parse.
import { formatPointer } from './json-pointer.ts';

/** maxBytes is for the caller, who holds the text: UTF-8 bytes of the JSON. Key length is in UTF-16 units. */
export const DOCUMENT_LIMITS = {
  maxDepth: 64,
  maxNodes: 200_000,
  maxBytes: 5 * 1024 * 1024,
  maxKeyLength: 512,
} as const;

export type UnfaithfulReason =
  | 'TOO_DEEP'
  | 'TOO_MANY_NODES'
  | 'FORBIDDEN_KEY'
  | 'KEY_TOO_LONG'
  | 'NUL_CHARACTER'
  | 'LONE_SURROGATE'
  | 'UNSAFE_INTEGER'
  | 'NOT_FINITE'
  | 'NOT_JSON';

/** The pointer is for reading: shortened to 300 characters, unprintable characters of keys replaced by U+FFFD. */
export interface Unfaithful {
  pointer: string;
  reason: UnfaithfulReason;
  message: string;
}

export interface FaithfulLimits {
  maxDepth?: number;
  maxNodes?: number;
  maxKeyLength?: number;
}

/**
 * The first thing in document order that would not survive, or null.
 * Depth counts nested containers: a scalar document has depth 0, a root object 1. Nodes count every value and the root.
 * Everything else in this folder may recurse: it relies on documents having passed here.
 */
export function findUnfaithful(value: unknown, limits: FaithfulLimits = {}): Unfaithful | null {
  const { maxDepth, maxNodes, maxKeyLength } = { ...DOCUMENT_LIMITS, ...limits };
  const open: OpenContainer[] = [];
  let current = value;
  let nodes = 1;
  for (;;) {
    if (typeof current === 'object' && current !== null) {
      const opened = openContainer(current);
      if (opened === null) return describe(open, 'NOT_JSON');
      if (open.length === maxDepth) return describe(open, 'TOO_DEEP');
      // Counted before walking, so a sparse array of a billion holes costs nothing.
      nodes += opened.length;
      if (nodes > maxNodes) return describe(open, 'TOO_MANY_NODES');
      open.push(opened);
    } else {
      const reason = scalarFault(current);
      if (reason !== null) return describe(open, reason);
    }

    let container = open.at(-1);
    while (container !== undefined && container.visited === container.length) {
      open.pop();
      container = open.at(-1);
    }
    if (container === undefined) return null;
    const index = container.visited++;
    if (container.keys === null) {
      current = container.members[index];
    } else {
      const key = container.keys[index]!;
      const reason = keyFault(key, maxKeyLength);
      if (reason !== null) return describe(open, reason);
      current = container.members[key];
    }
  }
}

type OpenContainer = { length: number; visited: number } & (
  | { keys: null; members: readonly unknown[] }
  | { keys: string[]; members: Record<string, unknown> }
);

function openContainer(value: object): OpenContainer | null {
  if (Array.isArray(value)) return { keys: null, members: value, length: value.length, visited: 0 };
  // A prototype without a prototype is some realm's Object.prototype: documents may come from another frame.
  const prototype: object | null = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return null;
  const keys = Object.keys(value);
  return { keys, members: value as Record<string, unknown>, length: keys.length, visited: 0 };
}

function scalarFault(value: unknown): UnfaithfulReason | null {
  switch (typeof value) {
    case 'string':
      return textFault(value);
    case 'number':
      if (!Number.isFinite(value)) return 'NOT_FINITE';
      return Number.isInteger(value) && !Number.isSafeInteger(value) ? 'UNSAFE_INTEGER' : null;
    case 'boolean':
      return null;
    default:
      return value === null ? null : 'NOT_JSON';
  }
}

function keyFault(key: string, maxLength: number): UnfaithfulReason | null {
  if (key === '__proto__') return 'FORBIDDEN_KEY';
  if (key.length > maxLength) return 'KEY_TOO_LONG';
  return textFault(key);
}

function textFault(text: string): UnfaithfulReason | null {
  if (text.includes('\0')) return 'NUL_CHARACTER';
  return text.isWellFormed() ? null : 'LONE_SURROGATE';
}

const EXPLANATIONS: Record<UnfaithfulReason, string> = {
  TOO_DEEP: 'The document is nested too deeply',
  TOO_MANY_NODES: 'The document has too many values',
  FORBIDDEN_KEY: 'The key is not allowed',
  KEY_TOO_LONG: 'The key is too long',
  NUL_CHARACTER: 'The character U+0000 cannot be stored',
  LONE_SURROGATE: 'The text holds half of a surrogate pair',
  UNSAFE_INTEGER: 'The integer is beyond ±(2^53-1) and would be rounded: send it as a string',
  NOT_FINITE: 'The number is not finite',
  NOT_JSON: 'The value is not JSON',
};

function describe(open: readonly OpenContainer[], reason: UnfaithfulReason): Unfaithful {
  const tokens = open.map(({ keys, visited }) => (keys === null ? String(visited - 1) : keys[visited - 1]!));
  const pointer = readablePointer(tokens);
  return { pointer, reason, message: `${EXPLANATIONS[reason]} (at ${pointer === '' ? 'the top' : pointer}).` };
}

const MAX_POINTER_LENGTH = 300;

/** Both ends are kept: the start says which section, the end which field. */
function readablePointer(tokens: readonly string[]): string {
  let pointer = formatPointer(tokens.map((token) => shorten(token, MAX_POINTER_LENGTH)));
  pointer = shorten(pointer, MAX_POINTER_LENGTH);
  return pointer.replace(/[\p{Control}\p{Surrogate}]/gu, '\uFFFD');
}

function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const half = Math.floor((maxLength - 1) / 2);
  return `${text.slice(0, half)}…${text.slice(-half)}`;
}
