import { expect } from 'vitest';
import { test } from '../support/fixtures.ts';
import { RAISE_OLDEST, TRIM } from './faulty-databases.ts';
import { runLoad } from './load.ts';

test('the sound system holds every rule under the load that the faulty ones fail', async ({ world }) => {
  const { violations, counts } = await runLoad(world);
  expect(violations).toEqual([]);
  expect(counts).toMatchObject({ refused: 2, unknown: 0, resyncs: 0, lost: 0, duplicated: 0, disordered: 0 });
  expect(counts.acked).toBeGreaterThan(15);
  expect(counts.deliveries).toBeGreaterThan(30);
});

test('a log that is cut off, with everybody told to refetch who is behind it, breaks no rule', async ({ world }) => {
  const { violations, counts } = await runLoad(world, {
    whileAway: async (db, orgId) => {
      await db.query(TRIM, [orgId]);
      await db.query(RAISE_OLDEST, [orgId]);
    },
  });
  expect(violations).toEqual([]);
  // Who was away for certain, and who was behind at that moment.
  expect(counts.resyncs).toBeGreaterThanOrEqual(1);
});
