import fc from 'fast-check';
import { expect, test as plain } from 'vitest';
import { displayPlate, listPlates, normalisePlate } from '../../src/resolvers/cases/plate.ts';
import { openCase } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { PROPERTY_RUNS } from '../support/property-runs.ts';

const digits = fc.stringMatching(/^[0-9]{5,8}$/);
/** What people and programs have put between the digits. */
const separator = fc.constantFrom('', '', '-', ' ', '/', '\u2013', '\u05be', '\u00a0', '\u200f', '\u202a', '\t', ' - ');
const spelling = digits.chain((plate) =>
  fc
    .array(separator, { minLength: plate.length + 1, maxLength: plate.length + 1 })
    .map((between) => ({ plate, spelt: between.map((text, n) => text + (plate[n] ?? '')).join('') })),
);

plain('any spelling of a plate is the plate, and its own form and the form for readers stay it', () => {
  fc.assert(
    fc.property(spelling, ({ plate, spelt }) => {
      expect(normalisePlate(spelt)).toBe(plate);
      expect(normalisePlate(plate)).toBe(plate);
      expect(normalisePlate(displayPlate(plate))).toBe(plate);
      expect(listPlates(spelt)).toEqual([plate]);
    }),
    { numRuns: PROPERTY_RUNS * 10 },
  );
});

plain('of any text the form is digits or nothing, and the form of a form is itself', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[0-9a-z -]{4,10}$/)), (text) => {
      const form = normalisePlate(text);
      if (form === null) return;
      expect(form).toMatch(/^[0-9]{5,8}$/);
      expect(normalisePlate(form)).toBe(form);
    }),
    { numRuns: PROPERTY_RUNS * 10 },
  );
});

test('any spelling finds the case, and opens no second one', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const opened = new Map<string, string>();
  await fc.assert(
    fc.asyncProperty(spelling, async ({ plate, spelt }) => {
      if (!opened.has(plate)) opened.set(plate, (await openCase(admin, { plate: spelt })).id);
      const found = await admin.data('query ($spelt: String) { case(plate: $spelt) { id plate } }', { spelt });
      expect(found.case).toMatchObject({ id: opened.get(plate) });
    }),
    { numRuns: PROPERTY_RUNS },
  );
  const [{ count }] = (await world.db.query<{ count: number }>('select count(*)::int as count from cases')) as [
    { count: number },
  ];
  expect(count).toBe(opened.size);
});
