import { bytesToHex } from '@noble/hashes/utils.js';

/** Names a write as no other is named. Browsers have randomUUID on pages from https and localhost alone. */
export function randomKey(): string {
  if ('randomUUID' in crypto) return crypto.randomUUID();
  return bytesToHex((crypto as Pick<Crypto, 'getRandomValues'>).getRandomValues(new Uint8Array(16)));
}
