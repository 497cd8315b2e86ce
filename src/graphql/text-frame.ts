import type { ByteString } from '../db/byte-string.ts';

/** FIN, and the opcode of a text. */
const WHOLE_TEXT = '\x81';
const LENGTH_IN_TWO_BYTES = 126;
const LENGTH_IN_EIGHT_BYTES = 127;

/**
 * A message as the one frame in which a server sends it: not masked, not compressed (RFC 6455, 5.2).
 *
 * @param text in UTF-8
 */
export function textFrame(text: ByteString): ByteString {
  return (WHOLE_TEXT + lengthBytes(text.length) + text) as ByteString;
}

/** Big-endian, of at most 4 GB. */
function lengthBytes(length: number): string {
  if (length < 126) return String.fromCharCode(length);
  const [low, high] = [length & 0xff, (length >> 8) & 0xff];
  if (length < 0x1_0000) return String.fromCharCode(LENGTH_IN_TWO_BYTES, high, low);
  return String.fromCharCode(LENGTH_IN_EIGHT_BYTES, 0, 0, 0, 0, length >>> 24, (length >> 16) & 0xff, high, low);
}
