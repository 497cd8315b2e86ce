import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nestsDeeperThan } from '../../src/json/json-nesting.ts';

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

it('tells of any JSON, with any spacing, whether it nests deeper', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat(6), fc.constantFrom(0, 2), (value, most, spaces) => {
      const text = JSON.stringify(value, null, spaces);
      expect(nestsDeeperThan(text, most)).toBe(depthOf(value) > most);
    }),
    { numRuns: 300 },
  );
});

it.each([
  ['["[[[", "\\"[[[", "\\\\"]', 1, false],
  ['{"[":[{"\\\\":["["]}]}', 4, false],
  ['{"[":[{"\\\\":["["]}]}', 3, true],
  ['[[', 1, true],
  ['', 0, false],
])('brackets in texts are no containers: %s, %i', (text, most, deeper) => {
  expect(nestsDeeperThan(text, most)).toBe(deeper);
});
