import type { JsonObject } from '../../json/json-value.ts';

/** UTF-16 units of JSON text, of all that are kept together. As values they take several times as many bytes. */
const KEPT_LENGTH = 4 * 1024 * 1024;

/** Content of a helper. Nobody may change it. */
export interface KnownContent {
  /** As the database computes it. */
  readonly hash: string;
  readonly value: JsonObject;
  /** UTF-16 units of its JSON text. */
  readonly length: number;
}

/**
 * What was saved last of cases by this process: most saves are made from the version that was saved before, so it need not be
 * read again. It says nothing of what is current. Who uses it asks the database, under the caller's identity, for the hash
 * of the current content, and takes this for the content only where it has that hash.
 */
export class KnownContents {
  /** In the order they were noted, so the first are the oldest. */
  readonly #byCase = new Map<string, KnownContent>();
  #length = 0;

  find(caseId: string): KnownContent | null {
    return this.#byCase.get(caseId) ?? null;
  }

  note(caseId: string, known: KnownContent): void {
    this.#forget(caseId);
    this.#byCase.set(caseId, known);
    this.#length += known.length;
    for (const oldest of this.#byCase.keys()) {
      if (this.#length <= KEPT_LENGTH) break;
      this.#forget(oldest);
    }
  }

  #forget(caseId: string): void {
    this.#length -= this.#byCase.get(caseId)?.length ?? 0;
    this.#byCase.delete(caseId);
  }
}
