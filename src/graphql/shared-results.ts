import type { ExecutionResult } from 'graphql';
import { printBytes } from './print-result.ts';

/** Bytes of printed results that are kept for subscribers who come for them a little later. */
const KEPT_LENGTH = 16 * 1024 * 1024;
const KEPT_RESULTS = 500;

/** What an event came to for somebody, or will come to. */
export interface SharedResult {
  /** Null while it is being made. */
  readonly result: ExecutionResult | null;
  /** Resolves to the result; to null where it came to errors, which are of who met them, or failed. */
  readonly made: Promise<ExecutionResult | null>;
}

type Results = Map<string, SharedResult>;

/**
 * What events came to for the first subscriber who asked, for all who ask for the same: executed and printed once for
 * each event, selection and audience. Kept for the newest events only; who comes later has it made again.
 */
export class SharedResults {
  readonly #byEvent = new WeakMap<object, Results>();
  readonly #held: { readonly results: Results; readonly key: string; readonly length: number }[] = [];
  #length = 0;

  /** @param key what decides over the result beside the event */
  find(event: object, key: string): SharedResult | undefined {
    return this.#byEvent.get(event)?.get(key);
  }

  /**
   * Makes what `find` finds from then on. Errors and failures are the caller's alone, and forgotten: who comes next makes it
   * himself.
   *
   * @throws what `make` does
   */
  make(event: object, key: string, make: () => Promise<ExecutionResult>): Promise<ExecutionResult> {
    const results = this.#byEvent.get(event) ?? new Map<string, SharedResult>();
    this.#byEvent.set(event, results);
    const making = make();
    const shared: { -readonly [K in keyof SharedResult]: SharedResult[K] } = {
      result: null,
      made: making.then(
        (result) => {
          if (result.errors) return forget();
          shared.result = result;
          this.#hold(results, key, printBytes(result).length);
          return result;
        },
        () => forget(),
      ),
    };
    const forget = () => {
      if (results.get(key) === shared) results.delete(key);
      return null;
    };
    results.set(key, shared);
    return making;
  }

  #hold(results: Results, key: string, length: number): void {
    this.#held.push({ results, key, length });
    this.#length += length;
    while (this.#length > KEPT_LENGTH || this.#held.length > KEPT_RESULTS) {
      const oldest = this.#held.shift()!;
      this.#length -= oldest.length;
      oldest.results.delete(oldest.key);
    }
  }
}
