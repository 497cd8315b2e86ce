import { getMember, isJsonObject, type JsonValue } from './json-value.ts';

/** The text is not an RFC 6901 pointer. The message never repeats the text. */
export class InvalidPointerError extends Error {
  readonly code = 'INVALID_POINTER';

  constructor(message: string) {
    super(message);
    this.name = 'InvalidPointerError';
  }
}

/** The reference tokens of an RFC 6901 pointer, unescaped; `''` names the whole document and has none. */
export function parsePointer(pointer: string): string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) throw new InvalidPointerError('A JSON Pointer is empty or starts with "/".');
  if (/~(?![01])/.test(pointer)) throw new InvalidPointerError('In a JSON Pointer "~" is followed by 0 or 1.');
  return pointer.slice(1).split('/').map(unescapeToken);
}

export function formatPointer(tokens: readonly string[]): string {
  let pointer = '';
  for (const token of tokens) pointer += `/${escapeToken(token)}`;
  return pointer;
}

export function escapeToken(token: string): string {
  return token.includes('~') || token.includes('/') ? token.replaceAll('~', '~0').replaceAll('/', '~1') : token;
}

/** `undefined` when the place does not exist. "-" (after the last member) names nothing that can be read. */
export function resolvePointer(document: JsonValue, tokens: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = document;
  for (const token of tokens) {
    if (Array.isArray(value)) value = isArrayIndex(token) ? value[Number(token)] : undefined;
    else if (isJsonObject(value)) value = getMember(value, token);
    else return undefined;
  }
  return value;
}

// "~1" first: otherwise "~01" would become "/" instead of "~1".
function unescapeToken(token: string): string {
  return token.includes('~') ? token.replaceAll('~1', '/').replaceAll('~0', '~') : token;
}

/** Digits without leading zeros; whether the array has it is another question. */
export function isArrayIndex(token: string): boolean {
  return /^(?:0|[1-9][0-9]*)$/.test(token);
}
