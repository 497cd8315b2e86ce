import { expect } from 'vitest';
import { openCase, sampleHelper, save } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';

test('100 parallel saves from one version: one wins, 99 are told who won', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const opened = await openCase(admin, { helper: sampleHelper() });
  const saves = Array.from({ length: 100 }, (_, index) =>
    save(admin, {
      caseId: opened.id,
      expectedVersion: 1,
      helper: { ...sampleHelper(), manual_notes: `save ${index}` },
    }),
  );
  const outcomes = await Promise.all(saves);
  expect(outcomes.filter((payload) => payload.ok).map((payload) => payload.outcome)).toEqual(['UPDATED']);
  const conflicts = outcomes.filter((payload) => payload.outcome === 'CONFLICT');
  expect(conflicts).toHaveLength(99);
  for (const payload of conflicts) {
    expect(payload.userErrors[0].code).toBe('VERSION_CONFLICT');
    expect(payload.conflict).toMatchObject({
      expectedVersion: 1,
      currentVersion: 2,
      changedPaths: ['/manual_notes'],
      conflictingPaths: ['/manual_notes'],
    });
  }
  const versions = await world.db.query<{ version: number; is_current: boolean }>(
    'select version, is_current from case_helper order by version',
  );
  expect(versions).toEqual([
    { version: 1, is_current: false },
    { version: 2, is_current: true },
  ]);
});

test('50 identical calls with one key: one write and 49 replays', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const opened = await openCase(admin);
  const input = { caseId: opened.id, expectedVersion: 0, idempotencyKey: 'first-save-1', helper: sampleHelper() };
  const payloads = await Promise.all(Array.from({ length: 50 }, () => save(admin, input)));
  expect(payloads.every((payload) => payload.ok && payload.outcome === 'CREATED' && payload.helper.version === 1)).toBe(
    true,
  );
  expect(payloads.filter((payload) => !payload.idempotency.replayed)).toHaveLength(1);
  expect(payloads.filter((payload) => payload.idempotency.replayed)).toHaveLength(49);
  expect(await world.db.query('select version from case_helper')).toHaveLength(1);
});
