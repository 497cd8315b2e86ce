import { expect } from 'vitest';
import { sweepSystemLogs } from '../../src/db/sweep.ts';
import { bulkWriter, faultsOf } from '../support/bulk.ts';
import { test } from '../support/fixtures.ts';
import { countRows } from '../support/row-counts.ts';
import { statementsOf } from '../support/statements.ts';

const addLogs = bulkWriter('systemLogsAdd', 'log { logLevel component message context createdBy { id } }');

const LIST = `query ($filter: SystemLogFilter) { systemLogs(filter: $filter) { totalCount nodes { message createdAt } } }`;

test('lines are added and read newest first, by level, component and time', async ({ world }) => {
  const org = await world.org();
  const [admin, make] = [await org.member('admin'), await org.apiKey(['log.write'])];
  const added = await addLogs(make, {
    logs: [
      { logLevel: 'ERROR', component: 'MAKE_SYNC', message: 'נכשל', context: { run: 17 } },
      { logLevel: 'INFO', component: 'UI', message: 'second' },
      { logLevel: 'ERROR', component: 'UI', message: 'third' },
    ],
  });
  expect(added).toMatchObject({
    ok: true,
    outcome: 'CREATED',
    items: [{ log: { message: 'נכשל', context: { run: 17 }, createdBy: { id: make.id } } }, {}, {}],
  });
  const read = async (filter: Record<string, unknown>) =>
    (await admin.data(LIST, { filter })).systemLogs.nodes.map((node: { message: string }) => node.message);
  expect(await read({})).toEqual(['third', 'second', 'נכשל']);
  expect(await read({ level: 'ERROR' })).toEqual(['third', 'נכשל']);
  expect(await read({ component: 'UI', level: 'INFO' })).toEqual(['second']);
  const { createdAt } = (await admin.data(LIST, { filter: { level: 'ERROR' } })).systemLogs.nodes[0];
  expect(await read({ since: new Date(Date.parse(createdAt) + 1).toISOString() })).toEqual([]);
  expect(await read({ since: new Date(Date.parse(createdAt) - 60_000).toISOString() })).toHaveLength(3);
});

test('who may only write reads what he wrote, who may neither is told the permission, and no line is changed', async ({
  world,
}) => {
  const org = await world.org();
  const [admin, assessor, assistant] = [
    await org.member('admin'),
    await org.member('assessor'),
    await org.member('assistant'),
  ];
  const line = (message: string) => ({ logs: [{ logLevel: 'WARN', component: 'UI', message }] });
  await addLogs(admin, line('of the admin'));
  expect(await addLogs(assessor, line('of the assessor'))).toMatchObject({
    items: [{ log: { message: 'of the assessor' } }],
  });
  expect((await assessor.data(LIST)).systemLogs).toMatchObject({
    totalCount: 1,
    nodes: [{ message: 'of the assessor' }],
  });
  expect((await admin.data(LIST)).systemLogs.totalCount).toBe(2);
  const refused = await addLogs(assistant, line('of the assistant'));
  expect(refused.userErrors).toMatchObject([{ code: 'FORBIDDEN', message: expect.stringContaining('log.write') }]);
  expect((await assistant.data(LIST)).systemLogs.totalCount).toBe(0);
  const stranger = await (await world.org()).member('admin');
  expect((await stranger.data(LIST)).systemLogs.totalCount).toBe(0);
});

test('bad lines are refused one by one; the same call three times at once with a key is there once', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const before = await countRows(world.db);
  const good = { logLevel: 'DEBUG', component: 'UI', message: 'good' };
  const refused = await addLogs(admin, {
    logs: [good, { ...good, component: '' }, { ...good, message: 'x'.repeat(5_001) }],
  });
  expect(faultsOf(refused)).toEqual([
    ['VALIDATION_FAILED', ['1', 'component']],
    ['VALIDATION_FAILED', ['2', 'message']],
  ]);
  expect(await countRows(world.db)).toEqual(before);
  const keyed = { idempotencyKey: 'log-run-17', logs: [good] };
  await Promise.all(Array.from({ length: 3 }, () => addLogs(admin, keyed)));
  expect((await countRows(world.db))['public.system_logs']).toBe(1);
});

test('five thousand lines are one statement that reads nothing of the log, and are no news of the feed', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const logs = Array.from({ length: 5_000 }, (_, index) => ({
    logLevel: 'INFO',
    component: 'UI',
    message: `${index}`,
  }));
  const before = await world.db.query('select from feed.change_log');
  const statements = await statementsOf(
    () => addLogs(admin, { logs }),
    (text) => text.includes('insert into public.system_logs'),
  );
  const touching = statements.filter((text) => text.includes('system_logs'));
  expect(touching).toHaveLength(1);
  expect(statements.some((text) => text.includes('pg_advisory_xact_lock'))).toBe(false);
  expect(await world.db.query('select from feed.change_log')).toHaveLength(before.length);
});

test('lines over ninety days old are swept away, and no others', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  await addLogs(admin, {
    logs: ['old', 'new'].map((message) => ({ logLevel: 'INFO', component: 'UI', message })),
  });
  // The stamp would set the time anew.
  await world.db.query('alter table public.system_logs disable trigger stamp_row');
  await world.db.query(
    `update public.system_logs set created_at = now() - case message when 'old' then interval '91 days' else interval '89 days' end`,
  );
  expect(await sweepSystemLogs(world.server.app.database)).toBe(1);
  expect((await admin.data(LIST)).systemLogs.nodes).toMatchObject([{ message: 'new' }]);
});
