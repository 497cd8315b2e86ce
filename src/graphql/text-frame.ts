import type { ByteString } from '../db/byte-string.ts';

/** FIN, and the opcode of a text. */
const WHOLE_TEXT = '\x81';
const LENGTH_IN_TWO_BYTES = '\x7e';
const LENGTH_IN_EIGHT_BYTES = '\x7f';

/**
 * A message as the one frame in which a server sends it: not masked, not compressed (RFC 6455, 5.2).
 *
 * @param text in UTF-8
 */
export function textFrame(text: ByteString): ByteString {
  return (WHOLE_TEXT + lengthBytes(text.length) + text) as ByteString;
}

function lengthBytes(length: number): string {
  if (length < 126) return String.fromCharCode(length);
  if (length < 0x1_0000) return LENGTH_IN_TWO_BYTES + bigEndian(length, 2);
  return LENGTH_IN_EIGHT_BYTES + bigEndian(length, 8);
}

function bigEndian(value: number, bytes: number): string {
  // Division, since shifts know 32 bits.
  return String.fromCharCode(
    ...Array.from({ length: bytes }, (_, index) => Math.floor(value / 256 ** (bytes - 1 - index)) % 256),
  );
}
