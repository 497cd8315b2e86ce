/** However quiet an organisation is: what nothing tells of, such as the end of a key's time, is noticed within this. */
const ASK_AGAIN_MS = 60_000;
/** Answers kept. Beyond it all are forgotten, which costs asking again and nothing else. */
const MAX_ANSWERS = 20_000;

interface Answer {
  readonly at: number;
  /** Those of the subjects asked for together that the caller sees; null when that can't be told. */
  readonly seen: Promise<ReadonlySet<string> | null>;
}

/**
 * What callers see, asked once for all subscriptions of one caller, and anew once it may have changed. The answers are
 * those of the database to the caller himself.
 */
export class CallerAccess {
  readonly #answers = new Map<string, Answer>();
  /** Changes with every `forget`. */
  #generation = 0;

  forget(): void {
    this.#generation++;
    this.#answers.clear();
  }

  /**
   * Which of the subjects (names that the callers of this agree upon) the caller sees; null when `ask` can't tell.
   * An answer that access has changed under is asked for again.
   */
  async sees(
    caller: string,
    subjects: readonly string[],
    ask: (unknown: readonly string[]) => Promise<ReadonlySet<string> | null>,
  ): Promise<ReadonlySet<string> | null> {
    for (;;) {
      const generation = this.#generation;
      const seen = await this.#lookUp(caller, subjects, ask);
      if (generation === this.#generation) return seen;
    }
  }

  async #lookUp(
    caller: string,
    subjects: readonly string[],
    ask: (unknown: readonly string[]) => Promise<ReadonlySet<string> | null>,
  ): Promise<ReadonlySet<string> | null> {
    const now = performance.now();
    const known = new Map<string, Answer | undefined>(
      subjects.map((subject) => [subject, this.#answers.get(`${caller}|${subject}`)]),
    );
    const unknown = subjects.filter(
      (subject) => !((known.get(subject)?.at ?? Number.NEGATIVE_INFINITY) > now - ASK_AGAIN_MS),
    );
    if (unknown.length > 0) {
      const answer: Answer = { at: now, seen: ask(unknown) };
      if (this.#answers.size + unknown.length > MAX_ANSWERS) this.#answers.clear();
      for (const subject of unknown) {
        known.set(subject, answer);
        this.#answers.set(`${caller}|${subject}`, answer);
      }
      // A failure is nobody's answer but of those who wait for it now.
      const drop = () => {
        for (const subject of unknown)
          if (this.#answers.get(`${caller}|${subject}`) === answer) this.#answers.delete(`${caller}|${subject}`);
      };
      answer.seen.then((seen) => seen ?? drop(), drop);
    }
    const seen = new Set<string>();
    for (const [subject, answer] of known) {
      const those = await answer!.seen;
      if (!those) return null;
      if (those.has(subject)) seen.add(subject);
    }
    return seen;
  }
}
