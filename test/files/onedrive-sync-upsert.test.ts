import { expect } from 'vitest';
import { bulkWriter, faultsOf } from '../support/bulk.ts';
import { openCase } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { countRows } from '../support/row-counts.ts';

const upsertSyncs = bulkWriter(
  'onedriveSyncUpsert',
  'sync { databaseId fileType supabasePath onedrivePath onedriveItemId syncStatus errorDetails lastSyncedAt }',
);

const QUEUE = `query ($filter: OnedriveSyncFilter) { onedriveSyncs(filter: $filter) { totalCount nodes { databaseId supabasePath } } }`;

test('a scenario works off what is pending: it reads the queue oldest first and says of each by id what became of it', async ({
  world,
}) => {
  const org = await world.org();
  const make = await org.apiKey();
  const { databaseId: caseId } = await openCase(make);
  const other = await openCase(make, { plate: '1234567' });
  const queue = (caseOf: string, path: string) =>
    upsertSyncs(make, { caseId: caseOf, syncs: [{ fileType: 'IMAGE', supabasePath: path }] });
  const queued = [await queue(caseId, 'a'), await queue(other.databaseId, 'b'), await queue(caseId, 'c')];
  for (const { items } of queued) expect(items[0].sync).toMatchObject({ syncStatus: 'PENDING', lastSyncedAt: null });
  const pending = await make.data(QUEUE, { filter: { status: 'PENDING', fileType: 'IMAGE' } });
  expect(pending.onedriveSyncs.nodes.map((node: { supabasePath: string }) => node.supabasePath)).toEqual([
    'a',
    'b',
    'c',
  ]);
  const [a, , c] = pending.onedriveSyncs.nodes;
  const failed = await upsertSyncs(make, {
    caseId,
    syncs: [{ id: a.databaseId, syncStatus: 'FAILED', errorDetails: { status: 500, body: 'שגיאה' } }],
  });
  expect(failed.items[0].sync).toMatchObject({ errorDetails: { status: 500, body: 'שגיאה' }, lastSyncedAt: null });
  const synced = await upsertSyncs(make, {
    caseId,
    syncs: [
      { id: a.databaseId, syncStatus: 'SYNCED', onedriveItemId: '01ABC' },
      { id: c.databaseId, syncStatus: 'SYNCED', lastSyncedAt: '2025-11-03T07:10:00+02:00' },
    ],
  });
  expect(synced.items.map((item: { sync: object }) => item.sync)).toMatchObject([
    { supabasePath: 'a', syncStatus: 'SYNCED', onedriveItemId: '01ABC', errorDetails: null },
    { supabasePath: 'c', syncStatus: 'SYNCED', lastSyncedAt: '2025-11-03T05:10:00.000Z' },
  ]);
  expect(Date.parse(synced.items[0].sync.lastSyncedAt)).toBeGreaterThan(Date.parse('2026-01-01'));
  expect((await make.data(QUEUE, { filter: { status: 'PENDING' } })).onedriveSyncs).toMatchObject({
    totalCount: 1,
    nodes: [{ supabasePath: 'b' }],
  });
  // Said again, it was so already: the time stays.
  const again = await upsertSyncs(make, { caseId, syncs: [{ id: a.databaseId, syncStatus: 'SYNCED' }] });
  expect(again).toMatchObject({
    outcome: 'UNCHANGED',
    items: [{ sync: { lastSyncedAt: synced.items[0].sync.lastSyncedAt } }],
  });
});

test('a file is queued once for each kind it is of, however many say so at once', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const syncs = [
    { fileType: 'REPORT', supabasePath: 'reports/1.pdf' },
    { fileType: 'DOCUMENT', supabasePath: 'reports/1.pdf' },
  ];
  const answers = await Promise.all(Array.from({ length: 3 }, () => upsertSyncs(admin, { caseId, syncs })));
  expect(answers.map((answer) => answer.outcome).sort()).toEqual(['CREATED', 'UNCHANGED', 'UNCHANGED']);
  expect((await countRows(world.db))['public.onedrive_sync']).toBe(2);
});

test('a sync keeps its file; a new one needs a kind and a path', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const made = await upsertSyncs(admin, { caseId, syncs: [{ fileType: 'REPORT', supabasePath: 'a' }] });
  const { databaseId: id } = made.items[0].sync;
  const before = await countRows(world.db);
  const refused = await upsertSyncs(admin, {
    caseId,
    syncs: [
      { id, supabasePath: 'b' },
      { supabasePath: 'c' },
      { fileType: 'IMAGE' },
      { fileType: 'IMAGE', supabasePath: '' },
    ],
  });
  expect(faultsOf(refused)).toEqual([
    ['VALIDATION_FAILED', ['0', 'supabasePath']],
    ['VALIDATION_FAILED', ['1', 'fileType']],
    ['VALIDATION_FAILED', ['2', 'supabasePath']],
    ['VALIDATION_FAILED', ['3', 'supabasePath']],
  ]);
  expect(await countRows(world.db)).toEqual(before);
});

test('an assessor finds the copies of his own cases in the queue, an admin those of all', async ({ world }) => {
  const org = await world.org();
  const [admin, assessor] = [await org.member('admin'), await org.member('assessor')];
  const mine = await openCase(assessor, { plate: '1234567' });
  const theirs = await openCase(admin, { plate: '1234568' });
  await upsertSyncs(assessor, { caseId: mine.databaseId, syncs: [{ fileType: 'IMAGE', supabasePath: 'mine' }] });
  await upsertSyncs(admin, { caseId: theirs.databaseId, syncs: [{ fileType: 'IMAGE', supabasePath: 'theirs' }] });
  expect((await assessor.data(QUEUE)).onedriveSyncs).toMatchObject({
    totalCount: 1,
    nodes: [{ supabasePath: 'mine' }],
  });
  expect((await admin.data(QUEUE)).onedriveSyncs.totalCount).toBe(2);
  const stranger = await (await world.org()).member('admin');
  expect((await stranger.data(QUEUE)).onedriveSyncs).toEqual({ totalCount: 0, nodes: [] });
});
