import fc from 'fast-check';
import { expect } from 'vitest';
import { formatPointer } from '../../src/json/json-pointer.ts';
import type { JsonObject } from '../../src/json/json-value.ts';
import { openCase, SAVE, save } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { PROPERTY_RUNS } from '../support/property-runs.ts';
import { countRows } from '../support/row-counts.ts';
import { faithfulHelper, listPlaces, unfaithfulText, valueAt } from './faithful-json.ts';

const READ = 'query ($id: ID!, $p: String) { case(id: $id) { helper { helperJson at: helperJson(pointer: $p) } } }';

test('any helper that can be kept comes back as it was sent, and so does each of its places', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin);
  await fc.assert(
    fc.asyncProperty(faithfulHelper, fc.nat(), async (helper, any) => {
      const saved = await save(admin, { caseId, helper, onConflict: 'FORCE' });
      expect(saved.userErrors).toEqual([]);
      const places = listPlaces(helper);
      const place = places[any % places.length]!;
      const read = await admin.data(READ, { id: caseId, p: formatPointer(place) });
      // As text, keys sorted by neither side: an object of the test's own may have another prototype, never another member.
      expect(read.case.helper.helperJson).toEqual(JSON.parse(JSON.stringify(helper)));
      expect(read.case.helper.at).toEqual(JSON.parse(JSON.stringify(valueAt(helper, place))));
    }),
    { numRuns: PROPERTY_RUNS },
  );
});

test('whatever can not be kept is refused with its place, wherever it stands, and nothing is written', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: { a: 1 } });
  const before = await countRows(world.db);
  await fc.assert(
    fc.asyncProperty(faithfulHelper, fc.nat(), unfaithfulText, async (helper, any, text) => {
      const containers = listPlaces(helper).filter((path) => {
        const at = valueAt(helper, path);
        return typeof at === 'object' && at !== null && !Array.isArray(at);
      });
      const place = containers[any % containers.length]!;
      const mark = 'the-place-at-fault';
      (valueAt(helper, place) as JsonObject)[mark] = 'here';
      const input = JSON.stringify({ caseId, onConflict: 'FORCE', helper }).replace('"here"', text);
      const answer = await admin.sendBody(`{"query":${JSON.stringify(SAVE)},"variables":{"input":${input}}}`);
      const [refusal] = answer.data.caseHelperSaveFull.userErrors;
      expect(refusal.code).toBe('INVALID_DOCUMENT');
      // A place that is too deep is told by the message alone.
      if (!text.startsWith('[[')) expect(refusal.field.slice(0, 2)).toEqual(['input', 'helper']);
      if (!text.startsWith('[') && formatPointer(place).length < 250) expect(refusal.field.slice(2).at(-1)).toBe(mark);
    }),
    { numRuns: PROPERTY_RUNS },
  );
  expect(await countRows(world.db)).toEqual(before);
});
