import { expect } from 'vitest';
import { bulkWriter, faultsOf } from '../support/bulk.ts';
import { openCase } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { countRows } from '../support/row-counts.ts';

const addEntries = bulkWriter(
  'helperSyncLogAdd',
  'entry { syncDirection syncStatus sectionsSynced helperVersion errorDetails source createdBy { id } }',
);

const LIST = `query ($filter: HelperSyncLogFilter) { helperSyncLog(filter: $filter) { totalCount nodes { helperVersion } } }`;

test('runs of the mirror are added, and found by what became of them', async ({ world }) => {
  const org = await world.org();
  const make = await org.apiKey();
  const { databaseId: caseId } = await openCase(make);
  const added = await addEntries(make, {
    caseId,
    source: 'MAKE',
    entries: [
      { syncDirection: 'TO_SUPABASE', syncStatus: 'SUCCESS', sectionsSynced: ['vehicle', 'centers'], helperVersion: 1 },
      { syncDirection: 'TO_SUPABASE', syncStatus: 'FAILED', errorDetails: { reason: 'נכשל' }, helperVersion: 2 },
      { syncDirection: 'FROM_SUPABASE', syncStatus: 'FAILED', helperVersion: 3 },
    ],
  });
  expect(added).toMatchObject({
    ok: true,
    outcome: 'CREATED',
    items: [
      { entry: { sectionsSynced: ['vehicle', 'centers'], source: 'MAKE', createdBy: { id: make.id } } },
      { entry: { sectionsSynced: [], errorDetails: { reason: 'נכשל' } } },
      {},
    ],
  });
  const found = await make.data(LIST, { filter: { status: 'FAILED', direction: 'TO_SUPABASE' } });
  expect(found.helperSyncLog).toEqual({ totalCount: 1, nodes: [{ helperVersion: 2 }] });
  const ofCase = await make.data(
    'query ($id: ID!) { case(id: $id) { helperSyncLog(status: FAILED) { totalCount nodes { helperVersion } } } }',
    { id: caseId },
  );
  expect(ofCase.case.helperSyncLog).toEqual({ totalCount: 2, nodes: [{ helperVersion: 3 }, { helperVersion: 2 }] });
});

test('an entry is added each time it is sent, and once for an idempotency key, in parallel too', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const input = { caseId, entries: [{ syncDirection: 'TO_SUPABASE', syncStatus: 'SUCCESS' }] };
  await addEntries(admin, input);
  await addEntries(admin, input);
  const keyed = { ...input, idempotencyKey: 'mirror-run-17' };
  const answers = await Promise.all(Array.from({ length: 3 }, () => addEntries(admin, keyed)));
  expect(answers.map((answer) => answer.idempotency.replayed).sort()).toEqual([false, true, true]);
  expect((await countRows(world.db))['public.helper_sync_log']).toBe(3);
});

test('bad entries are refused one by one; who may not write the case adds nothing to its log', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const good = { syncDirection: 'TO_SUPABASE', syncStatus: 'SUCCESS' };
  const refused = await addEntries(admin, {
    caseId,
    entries: [good, { ...good, helperVersion: 0 }, { ...good, sectionsSynced: [''] }],
  });
  expect(faultsOf(refused)).toEqual([
    ['VALIDATION_FAILED', ['1', 'helperVersion']],
    ['VALIDATION_FAILED', ['2', 'sectionsSynced']],
  ]);
  const assistant = await addEntries(await org.member('assistant'), { caseId, entries: [good] });
  expect(assistant.userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
  const stranger = await addEntries(await (await world.org()).member('admin'), { caseId, entries: [good] });
  expect(stranger.userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'caseId'] }]);
  expect((await countRows(world.db))['public.helper_sync_log']).toBe(0);
});
