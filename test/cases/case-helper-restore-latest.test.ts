import { expect } from 'vitest';
import { openCase, save } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';

const RESTORE = /* GraphQL */ `
  mutation Restore($input: CaseHelperRestoreLatestInput!) {
    caseHelperRestoreLatest(input: $input) {
      ok outcome userErrors { code field }
      case { version }
      helper { version isCurrent trigger note label source changedPaths helperJson savedBy { id } }
      conflict { expectedVersion currentVersion changedPaths conflictingPaths current { version } }
    }
  }
`;

async function restore(client: TestClient, input: Record<string, unknown>) {
  return (await client.data(RESTORE, { input })).caseHelperRestoreLatest;
}

/** Versions 1 {a:1}, 2 {a:2}, 3 {a:3} and 4 {a:3} under a label. */
async function openWithHistory(client: TestClient): Promise<string> {
  const { id: caseId } = await openCase(client, { helper: { a: 1 } });
  await save(client, { caseId, expectedVersion: 1, helper: { a: 2 } });
  await save(client, { caseId, expectedVersion: 2, helper: { a: 3 } });
  await save(client, { caseId, expectedVersion: 3, helper: { a: 3 }, label: 'sent' });
  return caseId;
}

test('without a number the newest version that differs is restored as a new one, and history is kept', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const caseId = await openWithHistory(admin);
  const history = await world.db.query(
    'select id, version, helper_json, content_hash, saved_at from case_helper where version <= 4 order by version',
  );
  expect(await restore(admin, { caseId, reason: 'saved by mistake' })).toMatchObject({
    ok: true,
    outcome: 'UPDATED',
    case: { version: 5 },
    helper: {
      version: 5,
      isCurrent: true,
      trigger: 'RESTORE',
      note: 'saved by mistake',
      label: null,
      source: 'UI',
      changedPaths: ['/a'],
      helperJson: { a: 2 },
      savedBy: { id: admin.userId },
    },
  });
  expect(
    await world.db.query(
      'select id, version, helper_json, content_hash, saved_at from case_helper where version <= 4 order by version',
    ),
  ).toEqual(history);
  expect(await world.db.query('select version, restored_from from case_helper where is_current')).toEqual([
    { version: 5, restored_from: 2 },
  ]);
});

test('restoring twice goes back and forth: the newest that differs is then the one restored from', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const caseId = await openWithHistory(admin);
  expect((await restore(admin, { caseId })).helper.helperJson).toEqual({ a: 2 });
  expect((await restore(admin, { caseId })).helper).toMatchObject({ version: 6, helperJson: { a: 3 } });
});

test('any version can be restored by its number', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const caseId = await openWithHistory(admin);
  expect((await restore(admin, { caseId, version: 1, expectedVersion: 4 })).helper).toMatchObject({
    version: 5,
    helperJson: { a: 1 },
  });
});

test('restoring equal content makes no version', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const caseId = await openWithHistory(admin);
  for (const version of [3, 4])
    expect(await restore(admin, { caseId, version })).toMatchObject({ outcome: 'UNCHANGED', helper: { version: 4 } });
  expect(await world.db.query('select from case_helper')).toHaveLength(4);
});

test('a version that does not exist is refused by name', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const caseId = await openWithHistory(admin);
  const notFound = { ok: false, outcome: 'REJECTED', userErrors: [{ code: 'NOT_FOUND', field: ['input', 'version'] }] };
  for (const version of [0, -1, 5, 2_147_483_647])
    expect(await restore(admin, { caseId, version }), String(version)).toMatchObject(notFound);
  const bare = await openCase(admin, { plate: '1234567' });
  expect(await restore(admin, { caseId: bare.id })).toMatchObject(notFound);
  const single = await openCase(admin, { plate: '7654321', helper: { a: 1 } });
  expect(await restore(admin, { caseId: single.id })).toMatchObject(notFound);
});

test('a stale expected version is a conflict that tells what happened since', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const caseId = await openWithHistory(admin);
  expect(await restore(admin, { caseId, version: 1, expectedVersion: 2 })).toMatchObject({
    ok: false,
    outcome: 'CONFLICT',
    userErrors: [{ code: 'VERSION_CONFLICT' }],
    conflict: {
      expectedVersion: 2,
      currentVersion: 4,
      changedPaths: ['/a'],
      conflictingPaths: [],
      current: { version: 4 },
    },
  });
  expect(await world.db.query('select from case_helper')).toHaveLength(4);
});

test('a reason too long for the record is refused by name', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const caseId = await openWithHistory(admin);
  expect((await restore(admin, { caseId, reason: 'x'.repeat(2_001) })).userErrors).toEqual([
    { code: 'VALIDATION_FAILED', field: ['input', 'reason'] },
  ]);
  expect((await restore(admin, { caseId, reason: 'x'.repeat(2_000) })).ok).toBe(true);
});

test("a foreign organisation's case answers as one that does not exist", async ({ world }) => {
  const stranger = await (await world.org()).member('admin');
  const caseId = await openWithHistory(await (await world.org()).member('admin'));
  const answer = await restore(stranger, { caseId });
  expect(answer.userErrors).toEqual([{ code: 'NOT_FOUND', field: ['input', 'caseId'] }]);
  expect(await restore(stranger, { caseId: '00000000-0000-4000-8000-000000000000' })).toEqual(answer);
});
