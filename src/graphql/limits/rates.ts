/** What is left to a holder once something was taken, or was refused. */
export interface RateState {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until all of it is there again. */
  readonly resetS: number;
  /** Seconds until what was asked for is there; 0 when it was taken. */
  readonly retryAfterS: number;
}

/**
 * So much for each holder within any period, and no more: a bucket that fills up evenly. Kept in memory, for this instance
 * alone. A bucket that nobody took from for a period is full, and so needs no keeping: two generations are kept.
 */
export class Rates {
  readonly #limit: number;
  readonly #periodMs: number;
  readonly #now: () => number;
  #young = new Map<string, Bucket>();
  #old = new Map<string, Bucket>();
  #turnedAt: number;

  /** @param limit 0 for no limit */
  constructor(limit: number, periodMs: number, now: () => number = () => performance.now()) {
    this.#limit = limit;
    this.#periodMs = periodMs;
    this.#now = now;
    this.#turnedAt = now();
  }

  /** Takes so much, or nothing when there is less. Null where there is no limit. */
  take(holder: string, amount: number): RateState | null {
    if (this.#limit === 0) return null;
    const bucket = this.#bucket(holder);
    const lacking = amount - bucket.level;
    if (lacking <= 0) bucket.level -= amount;
    const perSecond = (this.#limit / this.#periodMs) * 1_000;
    return {
      limit: this.#limit,
      remaining: Math.floor(bucket.level),
      resetS: Math.ceil((this.#limit - bucket.level) / perSecond),
      retryAfterS: lacking <= 0 ? 0 : Math.max(1, Math.ceil(lacking / perSecond)),
    };
  }

  /** Seconds until so much is there, 0 if it is; takes nothing, and makes no bucket. */
  waitFor(holder: string, amount: number): number {
    if (this.#limit === 0 || !this.has(holder)) return 0;
    const lacking = amount - this.#bucket(holder).level;
    return lacking <= 0 ? 0 : Math.max(1, Math.ceil((lacking * this.#periodMs) / this.#limit / 1_000));
  }

  /** Whether anything was taken lately. */
  has(holder: string): boolean {
    return this.#young.has(holder) || this.#old.has(holder);
  }

  #bucket(holder: string): Bucket {
    const now = this.#now();
    if (now - this.#turnedAt >= this.#periodMs) {
      this.#old = now - this.#turnedAt >= 2 * this.#periodMs ? new Map() : this.#young;
      this.#young = new Map();
      this.#turnedAt = now;
    }
    const known = this.#young.get(holder);
    const bucket = known ?? this.#old.get(holder) ?? { level: this.#limit, at: now };
    if (!known) this.#young.set(holder, bucket);
    bucket.level = Math.min(this.#limit, bucket.level + ((now - bucket.at) * this.#limit) / this.#periodMs);
    bucket.at = now;
    return bucket;
  }
}

interface Bucket {
  level: number;
  at: number;
}
