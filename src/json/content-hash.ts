// Apart from the canonical text because of node:crypto: the rest of this folder also runs in browsers.
import { createHash } from 'node:crypto';
import { canonicalText } from './canonical-text.ts';
import type { JsonValue } from './json-value.ts';

/** Lower-case hex; equals `encode(sha256(convert_to(document::text, 'UTF8')), 'hex')` of the stored jsonb. */
export function contentHash(value: JsonValue): string {
  return createHash('sha256').update(canonicalText(value), 'utf8').digest('hex');
}
