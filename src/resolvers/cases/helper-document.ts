import { Refusal } from '../../errors.ts';
import { canonicalText } from '../../json/canonical-text.ts';
import { hashOfText } from '../../json/content-hash.ts';
import { DOCUMENT_LIMITS } from '../../json/faithful.ts';
import { isJsonObject, type JsonObject } from '../../json/json-value.ts';
import { assertFaithful } from '../assert-faithful.ts';

/** A helper that can be kept exactly as it was sent. */
export interface HelperDocument {
  readonly value: JsonObject;
  /** As the database prints it. */
  readonly text: string;
  /** Equal to what the database computes for the same content. */
  readonly hash: string;
}

/**
 * @throws Refusal INVALID_DOCUMENT naming the place that can't be kept faithfully, or PAYLOAD_TOO_LARGE
 */
export function checkHelperDocument(helper: unknown, field: readonly string[]): HelperDocument {
  assertFaithful(helper, field);
  if (!isJsonObject(helper)) throw new Refusal('INVALID_DOCUMENT', 'A helper is a JSON object.', field);
  const text = canonicalText(helper);
  const bytes = bytesOf(helper, text);
  if (bytes > DOCUMENT_LIMITS.maxBytes)
    throw new Refusal(
      'PAYLOAD_TOO_LARGE',
      `The helper has ${bytes} bytes as JSON; at most ${DOCUMENT_LIMITS.maxBytes} are kept. Move raw answers or images out of it.`,
      field,
    );
  return { value: helper, text, hash: hashOfText(text) };
}

/** Of the JSON as it is sent, without the spaces that are printed: what a client can reckon with. At most those of `text`. */
function bytesOf(helper: JsonObject, text: string): number {
  const bytes = Buffer.byteLength(text);
  return bytes > DOCUMENT_LIMITS.maxBytes ? Buffer.byteLength(JSON.stringify(helper)) : bytes;
}
