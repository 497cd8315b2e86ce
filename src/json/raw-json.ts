import type { JsonValue } from './json-value.ts';

/**
 * JSON as the text the database printed. It reaches an HTTP answer as it is, without being parsed and printed again;
 * anything else that serialises it (a socket's message) gets the value.
 */
export class RawJson {
  readonly #print: () => string;

  /** @param text or what gives it, where it is rarely asked for */
  constructor(text: string | (() => string)) {
    this.#print = typeof text === 'string' ? () => text : text;
  }

  get text(): string {
    return this.#print();
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
