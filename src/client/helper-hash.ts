import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { canonicalText } from '../json/canonical-text.ts';
import type { JsonValue } from '../json/json-value.ts';

/** The `contentHash` the server gives a version with this content. */
export function helperHash(helper: JsonValue): string {
  return bytesToHex(sha256(new TextEncoder().encode(canonicalText(helper))));
}
