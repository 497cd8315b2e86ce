import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import { RequestError } from '../errors.ts';

/** How old the keys may be before they are fetched anew: so long a withdrawn key is taken still. */
const FRESH_MS = 10 * 60_000;
/** How long they serve while they can not be fetched: an outage of the sign-in signs nobody out. */
const STALE_MS = 24 * 3_600_000;
/** After a fetch a key that nobody knows is not looked for again within this, however many tokens name one. */
const COOLDOWN_MS = 30_000;
/** Nor is a host that fails asked more often than this. */
const RETRY_MS = 5_000;

/** Ways in which looking for a key fails because of what the token says. */
const TOKEN_FAULTS = new Set(['ERR_JWKS_NO_MATCHING_KEY', 'ERR_JWKS_MULTIPLE_MATCHING_KEYS', 'ERR_JOSE_NOT_SUPPORTED']);

/**
 * The keys that a sign-in publishes, found by what a token's header says of its own. A key that is new is fetched when the
 * first token of it comes. Rejects with UNAVAILABLE where the keys can not be had: the token may be a good one.
 */
export function createPublishedKeys(url: string): JWTVerifyGetKey {
  let askedAt = Number.NEGATIVE_INFINITY;
  let fetchedAt = Number.NEGATIVE_INFINITY;
  const keys = createRemoteJWKSet(new URL(url), {
    cacheMaxAge: STALE_MS,
    cooldownDuration: COOLDOWN_MS,
    [customFetch]: (...request) => {
      if (Date.now() < askedAt + RETRY_MS) throw new Error('The keys were asked for a moment ago, and did not come.');
      askedAt = Date.now();
      return fetch(...request);
    },
  });
  let failing = false;
  const refresh = async () => {
    try {
      await keys.reload();
      fetchedAt = Date.now();
      failing = false;
    } catch {
      failing = true;
    }
  };
  return async (header, token) => {
    if (Date.now() > fetchedAt + FRESH_MS) {
      const refreshed = refresh();
      // Nobody waits again for a host that has just failed: those that are kept go on, up to their own age.
      if (!failing) await refreshed;
    }
    return keys(header, token).catch((error: { code?: string }) => {
      if (TOKEN_FAULTS.has(error.code ?? '')) throw error;
      throw new RequestError(
        'UNAVAILABLE',
        'The keys that tokens are verified with can not be fetched; try again shortly.',
        null,
        { cause: error },
      );
    });
  };
}
