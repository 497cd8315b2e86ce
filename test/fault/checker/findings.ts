import { valueAt } from './multimap.ts';
import { type Harm, type Invariant, RULES, type RuleName } from './rules.ts';

/** A rule that was broken, with ids to find some of the places by. */
export interface Violation {
  readonly invariant: Invariant;
  readonly rule: RuleName;
  readonly message: string;
  /** How often. */
  readonly count: number;
}

const EXAMPLES = 5;

/** Collects what is found wrong; its size does not grow with how often. */
export class Findings {
  readonly #found = new Map<RuleName, { count: number; examples: string[] }>();

  add(rule: RuleName, where: string, count = 1): void {
    const found = valueAt(this.#found, rule, () => ({ count: 0, examples: [] as string[] }));
    found.count += count;
    if (found.examples.length < EXAMPLES) found.examples.push(where);
  }

  /** How many breaches did this harm. */
  harmed(harm: Harm): number {
    let sum = 0;
    for (const [rule, { count }] of this.#found) if (harmOf(rule) === harm) sum += count;
    return sum;
  }

  /** In the order of the rules. */
  list(): Violation[] {
    return (Object.keys(RULES) as RuleName[]).flatMap((rule) => {
      const found = this.#found.get(rule);
      if (!found) return [];
      const { invariant, says } = RULES[rule];
      return [{ invariant, rule, message: `${says}: ${found.examples.join('; ')}`, count: found.count }];
    });
  }
}

function harmOf(rule: RuleName): Harm | null {
  const known = RULES[rule];
  return 'harm' in known ? known.harm : null;
}
