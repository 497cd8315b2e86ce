import type { Identity } from './identity.ts';
import type { VerifyJwt } from './jwt.ts';

/** However long a token lasts, its signature is looked at again after this: its key may have been withdrawn. */
const KEPT_MS = 60_000;
const MAX_TOKENS = 1_000;

interface Verified {
  readonly identity: Identity | null;
  readonly untilMs: number;
}

/**
 * Verifies a token once a minute and not with every request that carries it. What a signature says does not change; what
 * its holder may do is looked up by the database with every statement. Refusals are not kept.
 */
export function rememberVerified(verify: VerifyJwt): VerifyJwt {
  // In the order they were verified, so the first are the oldest.
  const verified = new Map<string, Verified>();
  return async (token) => {
    const known = verified.get(token);
    const nowMs = Date.now();
    if (known && nowMs < known.untilMs) return known.identity;
    verified.delete(token);
    const identity = await verify(token);
    const untilMs = Math.min(nowMs + KEPT_MS, identity?.expiresAt ?? Number.POSITIVE_INFINITY);
    verified.set(token, { identity, untilMs });
    if (verified.size > MAX_TOKENS) verified.delete(verified.keys().next().value as string);
    return identity;
  };
}
