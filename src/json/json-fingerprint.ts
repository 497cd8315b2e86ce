import type { JsonValue } from './json-value.ts';

export type Fingerprints = WeakMap<object, number>;

/**
 * 32 bits that are the same for equal values, whatever the key order. Not collision-proof: only for questions where a
 * wrong "probably equal" is harmless. Containers are remembered in `known`, so asking at every level stays linear.
 */
export function fingerprint(value: JsonValue, known: Fingerprints): number {
  if (typeof value !== 'object' || value === null) return textFingerprint(`${typeof value} ${value}`);
  const remembered = known.get(value);
  if (remembered !== undefined) return remembered;
  let bits = Array.isArray(value) ? 1 : 2;
  if (Array.isArray(value)) {
    for (const member of value) bits = mix(bits, fingerprint(member, known));
  } else {
    // Added up, not chained: key order must not matter.
    for (const key of Object.keys(value))
      bits = (bits + mix(textFingerprint(key), fingerprint(value[key]!, known))) | 0;
  }
  known.set(value, bits);
  return bits;
}

function textFingerprint(text: string): number {
  let bits = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) bits = Math.imul(bits ^ text.charCodeAt(index), 0x01000193);
  return bits;
}

function mix(a: number, b: number): number {
  const bits = Math.imul(a ^ (a >>> 15), 0x2c1b3c6d) + Math.imul(b ^ (b >>> 13), 0x297a2d39);
  return (bits ^ (bits >>> 16)) | 0;
}
