import type { ExecutionResult } from 'graphql';
import { printResult } from './print-result.ts';

/** UTF-16 units of printed results that are kept for subscribers who come for them a little later. */
const KEPT_LENGTH = 16 * 1024 * 1024;
const KEPT_RESULTS = 500;

interface Held {
  readonly results: Map<string, Promise<ExecutionResult>>;
  readonly key: string;
  readonly length: number;
}

/**
 * What events came to for the first subscriber who asked, for all who ask for the same: executed and printed once for
 * each event, selection and audience. Kept for the newest events only; who comes later has it made again.
 */
export class SharedResults {
  readonly #byEvent = new WeakMap<object, Map<string, Promise<ExecutionResult>>>();
  readonly #held: Held[] = [];
  #length = 0;

  /**
   * @param key what decides over the result beside the event
   * @param make rejects or answers errors for the caller alone
   * @param letGo called before waiting for somebody else, who may need what the caller holds
   */
  async get(
    event: object,
    key: string,
    make: () => Promise<ExecutionResult>,
    letGo: () => Promise<void> = async () => undefined,
  ): Promise<ExecutionResult> {
    const results = this.#byEvent.get(event) ?? new Map<string, Promise<ExecutionResult>>();
    this.#byEvent.set(event, results);
    const known = results.get(key);
    if (known) {
      await letGo();
      const result = await known.catch(() => null);
      // Errors are of who met them: he may have lost his access meanwhile, or his connection.
      return result && !result.errors ? result : make();
    }
    const making = make();
    results.set(key, making);
    try {
      const result = await making;
      if (result.errors) results.delete(key);
      else this.#hold({ results, key, length: printResult(result).length });
      return result;
    } catch (error) {
      results.delete(key);
      throw error;
    }
  }

  #hold(held: Held): void {
    this.#held.push(held);
    this.#length += held.length;
    while (this.#length > KEPT_LENGTH || this.#held.length > KEPT_RESULTS) {
      const oldest = this.#held.shift()!;
      this.#length -= oldest.length;
      oldest.results.delete(oldest.key);
    }
  }
}
