import { createHash } from 'node:crypto';
import { RequestError } from '../../errors.ts';
import { Rates } from './rates.ts';

const MINUTE_MS = 60_000;
/** Credentials remembered for each address that has failed lately. */
const MAX_KNOWN = 1_000;

/**
 * So many credentials that turn out wrong from one address in a minute. Beyond it none is even looked at, but for those that
 * were good a moment ago: who shares an address with somebody that guesses, or whose program goes on with a token of
 * yesterday, goes on working.
 */
export class FailedSignIns {
  readonly #rates: Rates;
  /** Of addresses that have failed lately, hashes of the credentials that were good. */
  readonly #good = new Map<string, Set<string>>();

  constructor(perMinute: number, now?: () => number) {
    this.#rates = new Rates(perMinute, MINUTE_MS, now);
  }

  /**
   * What `verify` answers, unless the address has had its failures.
   * @throws RequestError RATE_LIMITED, or what `verify` throws
   */
  async guard<T>(address: string, credential: string | null, verify: () => Promise<T>): Promise<T> {
    if (credential === null) return verify();
    const waitS = this.#rates.waitFor(address, 1);
    if (waitS > 0 && !this.#good.get(address)?.has(hash(credential)))
      throw new RequestError(
        'RATE_LIMITED',
        `Too many credentials from your address were wrong. Correct the token or key, then try again in ${waitS} seconds.`,
        null,
        { retryAfterS: waitS },
      );
    try {
      const verified = await verify();
      this.#remember(address, credential);
      return verified;
    } catch (error) {
      if (error instanceof RequestError && error.code === 'UNAUTHENTICATED') this.#rates.take(address, 1);
      throw error;
    }
  }

  #remember(address: string, credential: string): void {
    if (!this.#rates.has(address)) {
      if (this.#good.size > 0) this.#good.delete(address);
      return;
    }
    const known = this.#good.get(address) ?? new Set();
    this.#good.set(address, known);
    if (known.size < MAX_KNOWN) known.add(hash(credential));
  }
}

function hash(credential: string): string {
  return createHash('sha256').update(credential).digest('base64');
}
