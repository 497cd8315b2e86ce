import { describe, expect } from 'vitest';
import type { RuleName } from '../fault/checker/rules.ts';
import { test } from '../support/fixtures.ts';
import { type Plant, runLoad } from './load.ts';

export interface Planted {
  readonly bug: string;
  readonly plant: Plant;
  /** The rules that it breaks under the load. */
  readonly breaks: readonly `${string} ${RuleName}`[];
}

/** Tests that the checker finds each bug, and calls it by its name: these rules and no others are broken. */
export function testPlanted(title: string, planted: readonly Planted[]): void {
  describe(title, () => {
    for (const { bug, plant, breaks } of planted)
      test(bug, async ({ world }) => {
        const { violations } = await runLoad(world, plant);
        const words = violations.map(
          ({ invariant, rule, count, message }) => `${invariant} ${rule} (${count}): ${message}`,
        );
        expect(violations.map(({ invariant, rule }) => `${invariant} ${rule}`).sort(), words.join('\n')).toEqual(
          [...breaks].sort(),
        );
      });
  });
}
