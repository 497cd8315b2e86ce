import { isWithin } from '../../db/byte-string.ts';
import { Refusal } from '../../errors.ts';
import { contentHash } from '../../json/content-hash.ts';
import { DOCUMENT_LIMITS } from '../../json/faithful.ts';
import { isJsonObject, type JsonObject } from '../../json/json-value.ts';
import { assertFaithful } from '../assert-faithful.ts';

/** A helper that can be kept exactly as it was sent. */
export class HelperDocument {
  #hash: string | null;

  /**
   * @param text the value as JSON
   * @param hash where it is known already
   */
  constructor(
    readonly value: JsonObject,
    readonly text: string,
    hash: string | null = null,
  ) {
    this.#hash = hash;
  }

  /** Equal to what the database computes for the same content. Worked out when it is asked for. */
  get hash(): string {
    this.#hash ??= contentHash(this.value);
    return this.#hash;
  }
}

/**
 * @throws Refusal INVALID_DOCUMENT naming the place that can't be kept faithfully, or PAYLOAD_TOO_LARGE
 */
export function checkHelperDocument(helper: unknown, field: readonly string[]): HelperDocument {
  assertFaithful(helper, field);
  if (!isJsonObject(helper)) throw new Refusal('INVALID_DOCUMENT', 'A helper is a JSON object.', field);
  const text = JSON.stringify(helper);
  if (!isWithin(text, DOCUMENT_LIMITS.maxBytes))
    throw new Refusal(
      'PAYLOAD_TOO_LARGE',
      `The helper has ${Buffer.byteLength(text)} bytes as JSON; at most ${DOCUMENT_LIMITS.maxBytes} are kept. Move raw answers or images out of it.`,
      field,
    );
  return new HelperDocument(helper, text);
}
