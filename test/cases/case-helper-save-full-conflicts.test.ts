import { expect } from 'vitest';
import { diffPaths } from '../../src/json/json-diff.ts';
import type { JsonObject } from '../../src/json/json-value.ts';
import { openCase, sampleHelper, save } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';

/** The sample after an edit of one field of one damage centre. */
function editedCentre(index: number, description: string): JsonObject {
  const helper = sampleHelper();
  (helper.centers as JsonObject[])[index]!.Description = description;
  return helper;
}

test("two tabs' edits of different damage centres are merged", async ({ world }) => {
  const org = await world.org();
  const [tabA, tabB] = [await org.member('admin'), await org.member('admin')];
  const { id: caseId } = await openCase(tabA, { helper: sampleHelper() });
  const edit = { caseId, expectedVersion: 1, onConflict: 'MERGE_DISJOINT' };
  const first = await save(tabA, { ...edit, helper: editedCentre(0, 'by tab A') });
  expect(first).toMatchObject({ outcome: 'UPDATED', helper: { version: 2, trigger: 'SAVE' } });
  const second = await save(tabB, { ...edit, helper: editedCentre(1, 'by tab B') });
  expect(second).toMatchObject({
    ok: true,
    outcome: 'MERGED',
    conflict: null,
    helper: { version: 3, trigger: 'MERGE', changedPaths: ['/centers/1/Description'] },
  });
  const both = editedCentre(0, 'by tab A');
  (both.centers as JsonObject[])[1]!.Description = 'by tab B';
  const { helper } = (await tabA.data('query ($id: ID!) { case(id: $id) { helper { helperJson } } }', { id: caseId }))
    .case;
  expect(helper.helperJson).toEqual(both);
});

test('the same field of the same damage centre is refused, naming the path and who saved it', async ({ world }) => {
  const org = await world.org();
  const tabA = await org.member('admin', { email: 'tab-a@example.com' });
  const tabB = await org.member('admin');
  const { id: caseId } = await openCase(tabA, { helper: sampleHelper() });
  const edit = { caseId, expectedVersion: 1, onConflict: 'MERGE_DISJOINT' };
  const winner = editedCentre(0, 'by tab A');
  await save(tabA, { ...edit, helper: winner });
  const refused = await save(tabB, { ...edit, helper: editedCentre(0, 'by tab B') });
  expect(refused).toMatchObject({
    ok: false,
    outcome: 'CONFLICT',
    helper: null,
    case: { id: caseId, version: 2 },
    userErrors: [{ code: 'VERSION_CONFLICT', field: ['input', 'expectedVersion'] }],
    conflict: {
      expectedVersion: 1,
      currentVersion: 2,
      changedPaths: ['/centers/0/Description'],
      conflictingPaths: ['/centers/0/Description'],
      savedBy: { kind: 'USER', id: tabA.userId, name: 'tab-a' },
      current: { version: 2, helperJson: winner },
    },
  });
  const [row] = await world.db.query<{ saved_at: Date }>('select saved_at from case_helper where version = 2');
  expect(refused.conflict.savedAt).toBe(row!.saved_at.toISOString());
  expect(await world.db.query('select from case_helper')).toHaveLength(2);
});

test('a stale save that touches other places is refused by REJECT and told that a merge would do', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: sampleHelper() });
  await save(admin, { caseId, expectedVersion: 1, helper: editedCentre(0, 'new') });
  const refused = await save(admin, { caseId, expectedVersion: 1, helper: editedCentre(1, 'other') });
  expect(refused).toMatchObject({
    outcome: 'CONFLICT',
    conflict: { changedPaths: ['/centers/0/Description'], conflictingPaths: [] },
  });
});

test('a stale save of what has become current meanwhile is still told so', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: { a: 1 } });
  await save(admin, { caseId, expectedVersion: 1, helper: { a: 2 } });
  const merged = await save(admin, { caseId, expectedVersion: 1, onConflict: 'MERGE_DISJOINT', helper: { a: 2 } });
  expect(merged).toMatchObject({ ok: true, outcome: 'UNCHANGED', helper: { version: 2 } });
  expect((await save(admin, { caseId, expectedVersion: 1, helper: { a: 2 } })).outcome).toBe('CONFLICT');
});

test.for(['REJECT', 'MERGE_DISJOINT'])(
  '%s refuses a version that does not exist yet',
  async (onConflict, { world }) => {
    const admin = await (await world.org()).member('admin');
    const { id: caseId } = await openCase(admin, { helper: { a: 1 } });
    for (const expectedVersion of [2, 99, 2_147_483_647]) {
      const refused = await save(admin, { caseId, expectedVersion, onConflict, helper: { a: 2 } });
      expect(refused).toMatchObject({
        ok: false,
        outcome: 'CONFLICT',
        userErrors: [{ code: 'VERSION_CONFLICT' }],
        conflict: { expectedVersion, currentVersion: 1, changedPaths: [], conflictingPaths: [] },
      });
    }
    expect((await save(admin, { caseId, expectedVersion: -1, onConflict, helper: { a: 2 } })).outcome).toBe('CONFLICT');
    expect(await world.db.query('select from case_helper')).toHaveLength(1);
  },
);

test('a case without a helper refuses any expected version but 0', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin);
  const refused = await save(admin, { caseId, expectedVersion: 1, helper: {} });
  // There is no current version to show.
  expect(refused).toMatchObject({ outcome: 'CONFLICT', userErrors: [{ code: 'VERSION_CONFLICT' }], conflict: null });
  expect((await save(admin, { caseId, expectedVersion: 0, helper: {} })).outcome).toBe('CREATED');
});

test('two first saves with MERGE_DISJOINT are merged over the empty helper', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin);
  const first = { caseId, expectedVersion: 0, onConflict: 'MERGE_DISJOINT' };
  await save(admin, { ...first, helper: { a: 1 } });
  expect(await save(admin, { ...first, helper: { b: 2 } })).toMatchObject({
    outcome: 'MERGED',
    helper: { version: 2, changedPaths: ['/b'] },
  });
});

test.for([undefined, null])(
  'a save without an expected version (%s) is refused',
  async (expectedVersion, { world }) => {
    const admin = await (await world.org()).member('admin');
    const { id: caseId } = await openCase(admin, { helper: { a: 1 } });
    for (const onConflict of [undefined, 'REJECT', 'MERGE_DISJOINT']) {
      const refused = await save(admin, { caseId, expectedVersion, onConflict, helper: { a: 2 } });
      expect(refused).toMatchObject({
        ok: false,
        outcome: 'REJECTED',
        userErrors: [{ code: 'EXPECTED_VERSION_REQUIRED', field: ['input', 'expectedVersion'] }],
      });
    }
    expect(await world.db.query('select from case_helper')).toHaveLength(1);
  },
);

test('FORCE saves over whatever is current, and the overwrite stays on record', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: { a: 1 } });
  await save(admin, { caseId, expectedVersion: 1, helper: { a: 2 } });
  const blind = await save(admin, { caseId, onConflict: 'FORCE', helper: { b: 3 } });
  expect(blind).toMatchObject({ ok: true, outcome: 'UPDATED', conflict: null, helper: { version: 3 } });
  expect(blind.helper.changedPaths).toEqual(['/b', '/a']);
  const stale = await save(admin, { caseId, onConflict: 'FORCE', expectedVersion: 1, helper: { c: 4 } });
  expect(stale).toMatchObject({ ok: true, outcome: 'UPDATED', helper: { version: 4 } });
  expect(await world.db.query('select version, on_conflict, base_version from case_helper order by version')).toEqual([
    { version: 1, on_conflict: null, base_version: 0 },
    { version: 2, on_conflict: 'REJECT', base_version: 1 },
    { version: 3, on_conflict: 'FORCE', base_version: null },
    { version: 4, on_conflict: 'FORCE', base_version: 1 },
  ]);
});

test('of saves that overwrite each other at once none is lost, and each tells its changes from the one before it', async ({
  world,
}) => {
  const org = await world.org();
  const users = await Promise.all(['admin', 'admin', 'admin'].map(() => org.member('admin')));
  const { id: caseId } = await openCase(users[0]!, { helper: {} });
  const calls = Array.from({ length: 24 }, (_, index) => {
    const input = {
      caseId,
      onConflict: 'FORCE',
      idempotencyKey: `forced-${index % 12}`,
      helper: { [`n${index % 12}`]: 1 },
    };
    return save(users[index % 3]!, input);
  });
  const answers = await Promise.all(calls);
  expect(answers.map(({ ok }) => ok)).toEqual(Array(24).fill(true));
  expect(answers.filter(({ idempotency }) => idempotency.replayed)).toHaveLength(12);
  const versions = await world.db.query<{ version: number; helper: JsonObject; paths: string[] }>(
    'select version, helper_json as helper, changed_paths as paths from case_helper order by version',
  );
  expect(versions.map(({ version }) => version)).toEqual(Array.from({ length: 13 }, (_, index) => index + 1));
  for (const [index, { helper, paths }] of versions.entries())
    if (index > 0) expect(paths).toEqual(diffPaths(versions[index - 1]!.helper, helper).paths);
});
