import { createHash, randomBytes } from 'node:crypto';

/** A credential of 256 random bits. Its prefix says what it is, to readers and to secret scanners. */
export function generateSecret(prefix: string): { text: string; hash: Buffer } {
  const text = prefix + randomBytes(32).toString('base64url');
  return { text, hash: hashSecret(text) };
}

/** What is stored and looked up in place of a credential. Of so many random bits a plain hash gives nothing away. */
export function hashSecret(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
