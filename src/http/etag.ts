/** Strong: the same version of the same address is the same text, byte for byte. */
export function writeEtag(version: number): string {
  return `"v${version}"`;
}

export type EtagCondition =
  | { readonly kind: 'any' }
  | { readonly kind: 'versions'; readonly versions: readonly number[] }
  /** No list of entity tags; or one of tags that were never ours. */
  | { readonly kind: 'unreadable' };

/**
 * A header If-Match or If-None-Match. W/"v3" counts as "v3": proxies that compress make tags weak on the way, and a version is
 * exact either way.
 */
export function readEtags(header: string): EtagCondition {
  if (header.trim() === '*') return { kind: 'any' };
  const tags = header.split(',').map((tag) => /^\s*(?:W\/)?"v(\d{1,9})"\s*$/.exec(tag)?.[1]);
  if (tags.some((tag) => tag === undefined)) return { kind: 'unreadable' };
  return { kind: 'versions', versions: tags.map(Number) };
}
