import type { JsonValue } from './json-value.ts';

const UTF8 = new TextDecoder();

/**
 * JSON as the text the database printed. It reaches an HTTP answer as it is, without being parsed and printed again;
 * anything else that serialises it (a socket's message) gets the value.
 */
export class RawJson {
  readonly #printed: string | Uint8Array;

  /** @param printed its text, or the UTF-8 of it */
  constructor(printed: string | Uint8Array) {
    this.#printed = printed;
  }

  get text(): string {
    return typeof this.#printed === 'string' ? this.#printed : UTF8.decode(this.#printed);
  }

  toJSON(): JsonValue | string {
    if (!collecting) return JSON.parse(this.text) as JsonValue;
    return MARK + (collecting.push(this.text) - 1);
  }
}

/** Nobody outside the process knows it, so no text of a case can pass for a place to fill. */
const MARK = `raw:${crypto.randomUUID()}:`;
const PLACE = new RegExp(`"${MARK}(\\d+)"`, 'g');

let collecting: string[] | null = null;

/** JSON.stringify with the text of each RawJson put in its place. */
export function stringifyWithRaw(value: unknown): string {
  const texts: string[] = [];
  collecting = texts;
  try {
    const text = JSON.stringify(value);
    return texts.length === 0 ? text : text.replace(PLACE, (_, index) => texts[Number(index)] as string);
  } finally {
    collecting = null;
  }
}
