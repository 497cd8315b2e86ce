import { describe, expect, test } from 'vitest';
import { RULES, type RuleName } from '../fault/checker/rules.ts';
import { Story } from './story.ts';

/** A way in which a history that was right differs. */
export interface Telling {
  readonly what: string;
  readonly change: (story: Story) => void;
  /** The rules it breaks, and no others; none where it is allowed. */
  readonly breaks: readonly RuleName[];
}

/** Tests that each telling breaks its rules, and that each rule of these invariants is broken by one. */
export function testTellings(title: string, invariants: readonly string[], tellings: readonly Telling[]): void {
  describe(title, () => {
    test.for(tellings)('$what', ({ change, breaks }) => {
      const story = new Story();
      change(story);
      const { violations } = story.judge();
      expect(
        violations.map(({ rule }) => rule),
        JSON.stringify(violations),
      ).toEqual(breaks);
    });

    test(`every rule of ${invariants.join(', ')} is broken by one of them`, () => {
      const broken = new Set(tellings.flatMap(({ breaks }) => breaks));
      const rules = (Object.keys(RULES) as RuleName[]).filter((rule) => invariants.includes(RULES[rule].invariant));
      expect(rules.filter((rule) => !broken.has(rule))).toEqual([]);
    });
  });
}
