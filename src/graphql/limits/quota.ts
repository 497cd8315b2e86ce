/** So many at once for each holder, and no more. */
export class Quota {
  readonly #most: number;
  readonly #taken = new Map<string, number>();

  /** @param most 0 for no limit */
  constructor(most: number) {
    this.#most = most;
  }

  /** A function that gives the place back, good for one call; null when the holder has all his places. */
  take(holder: string): (() => void) | null {
    const taken = this.#taken.get(holder) ?? 0;
    if (this.#most > 0 && taken >= this.#most) return null;
    this.#taken.set(holder, taken + 1);
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const left = this.#taken.get(holder)! - 1;
      if (left > 0) this.#taken.set(holder, left);
      else this.#taken.delete(holder);
    };
  }
}
