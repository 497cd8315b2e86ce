import { expect } from 'vitest';
import { openCase, save } from '../support/cases.ts';
import { type Member, test } from '../support/fixtures.ts';
import { patch } from '../support/patches.ts';

/** Version 1 {a:1,b:1,list:[1]}, and version 2 {a:2,b:1,list:[1]} saved since. */
async function openStale(member: Member): Promise<string> {
  const { id: caseId } = await openCase(member, { helper: { a: 1, b: 1, list: [1] } });
  await save(member, { caseId, expectedVersion: 1, helper: { a: 2, b: 1, list: [1] } });
  return caseId;
}

test('REJECT refuses a patch made from an older version, naming what changed since and what both touch', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const caseId = await openStale(admin);
  for (const onConflict of [undefined, 'REJECT']) {
    const stale = { caseId, expectedVersion: 1, onConflict };
    expect(await patch(admin, { ...stale, mergePatch: { b: 2 } })).toMatchObject({
      ok: false,
      outcome: 'CONFLICT',
      helper: null,
      case: { id: caseId, version: 2 },
      userErrors: [{ code: 'VERSION_CONFLICT', field: ['input', 'expectedVersion'] }],
      conflict: {
        expectedVersion: 1,
        currentVersion: 2,
        changedPaths: ['/a'],
        conflictingPaths: [],
        savedBy: { id: admin.userId },
        current: { version: 2, helperJson: { a: 2, b: 1, list: [1] } },
      },
    });
    const both = await patch(admin, { ...stale, patch: [{ op: 'replace', path: '/a', value: 3 }] });
    expect(both.conflict).toMatchObject({ changedPaths: ['/a'], conflictingPaths: ['/a'] });
  }
  expect(await patch(admin, { caseId, expectedVersion: 2, mergePatch: { b: 2 } })).toMatchObject({
    outcome: 'UPDATED',
    helper: { version: 3, helperJson: { a: 2, b: 2, list: [1] } },
  });
});

test('MERGE_DISJOINT changes the expected version and merges; the same place changed by both is refused', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const caseId = await openStale(admin);
  const stale = { caseId, expectedVersion: 1, onConflict: 'MERGE_DISJOINT' };
  // Of version 1 the test holds, of the current one it would not.
  const operations = [
    { op: 'test', path: '/a', value: 1 },
    { op: 'replace', path: '/b', value: 2 },
  ];
  expect(await patch(admin, { ...stale, patch: operations })).toMatchObject({
    ok: true,
    outcome: 'MERGED',
    conflict: null,
    helper: { version: 3, trigger: 'MERGE', changedPaths: ['/b'], helperJson: { a: 2, b: 2, list: [1] } },
  });
  expect(await patch(admin, { ...stale, mergePatch: { a: 3, c: 1 } })).toMatchObject({
    outcome: 'CONFLICT',
    conflict: { expectedVersion: 1, currentVersion: 3, changedPaths: ['/a', '/b'], conflictingPaths: ['/a'] },
  });
  expect(await patch(admin, { ...stale, mergePatch: { a: 2, b: 2 } })).toMatchObject({ outcome: 'UNCHANGED' });
  expect(await patch(admin, { ...stale, mergePatch: { d: 1 }, label: 'agreed' })).toMatchObject({
    outcome: 'MERGED',
    helper: { trigger: 'CHECKPOINT', label: 'agreed' },
  });
});

test('FORCE changes whatever is current, and the expectation stays on record', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const caseId = await openStale(admin);
  const forced = await patch(admin, {
    caseId,
    expectedVersion: 1,
    onConflict: 'FORCE',
    patch: [{ op: 'copy', from: '/a', path: '/list/0' }],
  });
  expect(forced).toMatchObject({
    outcome: 'UPDATED',
    helper: { version: 3, helperJson: { a: 2, b: 1, list: [2, 1] } },
  });
  expect(await world.db.query('select base_version, on_conflict, trigger from case_helper where version = 3')).toEqual([
    { base_version: 1, on_conflict: 'FORCE', trigger: 'PATCH' },
  ]);
});

test('a failed test answers CONFLICT with the newer helper and the place of the test, and nothing is changed', async ({
  world,
}) => {
  const org = await world.org();
  const [winner, loser] = [await org.member('admin'), await org.member('admin')];
  const caseId = await openStale(winner);
  const operations = [
    { op: 'replace', path: '/b', value: 9 },
    { op: 'test', path: '/a', value: 1 },
    { op: 'replace', path: '/a', value: 3 },
  ];
  expect(await patch(loser, { caseId, patch: operations })).toMatchObject({
    ok: false,
    outcome: 'CONFLICT',
    helper: null,
    case: { id: caseId, version: 2 },
    userErrors: [{ code: 'VERSION_CONFLICT', field: ['input', 'patch', '1'] }],
    conflict: {
      expectedVersion: 2,
      currentVersion: 2,
      changedPaths: [],
      conflictingPaths: ['/a'],
      savedBy: { id: winner.userId },
      current: { version: 2, helperJson: { a: 2, b: 1, list: [1] } },
    },
  });
  const gone = await patch(loser, {
    caseId,
    expectedVersion: 1,
    onConflict: 'FORCE',
    patch: [{ op: 'test', path: '/list/1', value: 1 }],
  });
  expect(gone).toMatchObject({
    outcome: 'CONFLICT',
    conflict: { expectedVersion: 1, currentVersion: 2, changedPaths: ['/a'], conflictingPaths: ['/list/1'] },
  });
  expect(await world.db.query('select from case_helper')).toHaveLength(2);
});

test('of 20 parallel patches that test the same value and change it, one wins', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: { owner: null } });
  const payloads = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      patch(admin, {
        caseId,
        patch: [
          { op: 'test', path: '/owner', value: null },
          { op: 'replace', path: '/owner', value: index },
        ],
      }),
    ),
  );
  const winners = payloads.flatMap(({ ok }, index) => (ok ? [index] : []));
  expect(winners).toHaveLength(1);
  for (const payload of payloads.filter(({ ok }) => !ok))
    expect(payload).toMatchObject({
      outcome: 'CONFLICT',
      conflict: { conflictingPaths: ['/owner'], current: { version: 2, helperJson: { owner: winners[0] } } },
    });
});

test.for(['REJECT', 'MERGE_DISJOINT'])(
  '%s refuses a version that does not exist yet',
  async (onConflict, { world }) => {
    const admin = await (await world.org()).member('admin');
    const { id: caseId } = await openCase(admin, { helper: { a: 1 } });
    for (const expectedVersion of [2, 2_147_483_647, -1])
      expect(await patch(admin, { caseId, expectedVersion, onConflict, mergePatch: { a: 2 } })).toMatchObject({
        outcome: 'CONFLICT',
        conflict: { expectedVersion, currentVersion: 1, changedPaths: [] },
      });
  },
);

test('a conflict on a case without a helper has no newer helper to show', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin);
  const tested = await patch(admin, { caseId, patch: [{ op: 'test', path: '/a', value: 1 }] });
  expect(tested).toMatchObject({ outcome: 'CONFLICT', conflict: null, userErrors: [{ code: 'VERSION_CONFLICT' }] });
  expect(await patch(admin, { caseId, expectedVersion: 1, mergePatch: { a: 1 } })).toMatchObject({
    outcome: 'CONFLICT',
    conflict: null,
  });
});
