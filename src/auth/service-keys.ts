import { timingSafeEqual } from 'node:crypto';
import { generateSecret, hashSecret } from './random-secret.ts';

/** A key that acts for every organisation. The server is told its SHA-256 and never the key itself. */
export interface ServiceKey {
  /** Under which its writes are told, as SERVICE:name. Two keys may bear one name while the one replaces the other. */
  readonly name: string;
  readonly sha256: Buffer;
}

const PREFIX = 'cgs_';

/** A new random key, and what the server is to be told of it. */
export function generateServiceKey(name: string): { key: string; entry: string } {
  const { text, hash } = generateSecret(PREFIX);
  return { key: text, entry: `${name}:${hash.toString('hex')}` };
}

/** The keys of a list such as `make:<sha256>,backup:<sha256>`; null when it is no such list. */
export function readServiceKeys(list: string): ServiceKey[] | null {
  const keys: ServiceKey[] = [];
  for (const entry of list.split(',')) {
    const [, name, sha256] = /^\s*([\w.-]{1,60}):([0-9a-f]{64})\s*$/i.exec(entry) ?? [];
    if (!name || !sha256) return null;
    keys.push({ name, sha256: Buffer.from(sha256, 'hex') });
  }
  return keys;
}

/** The key that a credential is. All are compared, whichever fits: how long it takes tells nothing of them. */
export function findServiceKey(keys: readonly ServiceKey[], credential: string): ServiceKey | null {
  // A token has dots and a key has none; tokens are by far the most, and need no digest.
  if (keys.length === 0 || credential.includes('.')) return null;
  const sha256 = hashSecret(credential);
  let found: ServiceKey | null = null;
  for (const key of keys) if (timingSafeEqual(key.sha256, sha256)) found ??= key;
  return found;
}
