import { expect } from 'vitest';
import { OFFICE_COUNTS } from '../../src/resolvers/dashboards/office-counts.ts';
import { openCase } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';
import { statementsOf } from '../support/statements.ts';
import { moveTime, plant } from './plant.ts';

const NAMES = Object.keys(OFFICE_COUNTS);
const ALL = `{ officeCounts { ${NAMES.join(' ')} } }`;
const LIST =
  'query ($filter: CaseFilter) { cases(filter: $filter, orderBy: [{ field: PLATE, direction: ASC }]) { totalCount nodes { plate } } }';

const all = async (client: TestClient) => (await client.data(ALL)).officeCounts;

async function find(client: TestClient, filter: Record<string, unknown>): Promise<string[]> {
  const { cases } = await client.data(LIST, { filter });
  const plates = cases.nodes.map((node: { plate: string }) => node.plate);
  expect(cases.totalCount).toBe(plates.length);
  return plates;
}

const INVOICE_STATUSES = ['DRAFT', 'PENDING', 'ASSIGNED', 'ACCEPTED', 'REJECTED', 'SENT', 'PAID', 'CANCELLED'];

test('an empty office has nothing to do', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  expect(await all(admin)).toEqual(Object.fromEntries(NAMES.map((name) => [name, 0])));
});

test('unpaid are cases that await payment or have an invoice issued, standing and not paid, closed or not', async ({
  world,
}) => {
  const org = await world.org();
  const admin = await org.member('admin');
  for (const [index, status] of INVOICE_STATUSES.entries()) {
    const { databaseId } = await openCase(admin, { plate: `2000${index}`, status: 'IN_PROGRESS' });
    await plant(world.db, 'invoices', org.id, { case_id: databaseId, status });
    await plant(world.db, 'invoices', org.id, { case_id: databaseId, status });
  }
  const closed = await openCase(admin, { plate: '30001', status: 'CLOSED' });
  await plant(world.db, 'invoices', org.id, { case_id: closed.databaseId, status: 'SENT' });
  await openCase(admin, { plate: '30002', status: 'AWAITING_PAYMENT' });
  await openCase(admin, { plate: '30003', status: 'PAID' });
  const unpaid = ['20001', '20002', '20003', '20005', '30001', '30002'];
  expect(await find(admin, { unpaid: true })).toEqual(unpaid);
  expect(await find(admin, { unpaid: true, isActive: true })).toEqual(unpaid.filter((plate) => plate !== '30001'));
  expect(await all(admin)).toMatchObject({ unpaidCases: 6, unpaidInvoices: 9 });
  const rest = await find(admin, { unpaid: false });
  expect([...unpaid, ...rest].sort()).toEqual(await find(admin, {}));
});

test('an invoice is missing where work has begun, goes on, and no invoice stands', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  for (const [index, status] of INVOICE_STATUSES.entries()) {
    const { databaseId } = await openCase(admin, { plate: `2000${index}`, status: 'IN_PROGRESS' });
    await plant(world.db, 'invoices', org.id, { case_id: databaseId, status });
  }
  const statuses = ['OPEN', 'IN_PROGRESS', 'AWAITING_PAYMENT', 'PAID', 'IN_COURT', 'OTHER', 'CLOSED', 'ARCHIVED'];
  for (const [index, status] of statuses.entries()) await openCase(admin, { plate: `3000${index}`, status });
  const missing = ['20004', '20007', '30001', '30002', '30003', '30004', '30005'];
  expect(await find(admin, { missingInvoice: true })).toEqual(missing);
  expect((await all(admin)).missingInvoiceCases).toBe(missing.length);
  const rest = await find(admin, { missingInvoice: false });
  expect([...missing, ...rest].sort()).toEqual(await find(admin, {}));
});

test('stale is an active case in which nothing happened: no save, no file, no reminder, but a mirror may report', async ({
  world,
}) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const open = async (plate: string, input = {}) => (await openCase(admin, { plate, ...input })).databaseId;
  const ids = {
    old: await open('40001'),
    fileAdded: await open('40002'),
    mirrored: await open('40003'),
    closed: await open('40004', { status: 'CLOSED' }),
    saved: await open('40005'),
  };
  await moveTime(
    world.db,
    'public.cases',
    "created_at = now() - interval '40 days', updated_at = now() - interval '40 days'",
    'true',
  );
  await world.db.query("update feed.change_log set at = now() - interval '40 days'");
  await admin.data('mutation ($input: CaseHelperSaveFullInput!) { caseHelperSaveFull(input: $input) { ok } }', {
    input: { caseId: ids.saved, expectedVersion: 0, helper: { a: 1 } },
  });
  await plant(world.db, 'docs', org.id, { case_id: ids.fileAdded, filename: 'a.pdf' });
  await plant(world.db, 'helper_sync_log', org.id, {
    case_id: ids.mirrored,
    sync_direction: 'TO_SUPABASE',
    sync_status: 'FAILED',
  });
  await plant(world.db, 'onedrive_sync', org.id, { case_id: ids.mirrored, file_type: 'IMAGE', supabase_path: 'a' });
  expect(await find(admin, { staleDays: 14 })).toEqual(['40001', '40003']);
  expect(await find(admin, { staleDays: 39 })).toEqual(['40001', '40003']);
  expect(await find(admin, { staleDays: 41 })).toEqual([]);
  // Where the log is kept no further back, the case's own time decides.
  await world.db.query('delete from feed.change_log');
  expect(await find(admin, { staleDays: 14 })).toEqual(['40001', '40002', '40003']);
});

test("reminders are due on the day the office's clock shows, and overdue from their moment on", async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  // Fourteen hours ahead of UTC: its day is never all of a day by UTC.
  await world.db.query("update public.orgs set time_zone = 'Pacific/Kiritimati' where id = $1", [org.id]);
  const { databaseId } = await openCase(admin);
  const remind = (moment: string, status = 'OPEN') =>
    world.db.query(
      `insert into public.reminders (org_id, case_id, title, status, due_at)
       select $1, $2, 'x', $3, ${moment} from (select date_trunc('day', now() at time zone 'Pacific/Kiritimati') as today) d`,
      [org.id, databaseId, status],
    );
  const at = (day: string) => `(${day}) at time zone 'Pacific/Kiritimati'`;
  await remind(at("today - interval '1 millisecond'"));
  await remind(at('today'));
  await remind(at("today + interval '1 day' - interval '1 millisecond'"));
  await remind(at("today + interval '1 day'"));
  await remind(at('today'), 'DONE');
  await remind(at("today - interval '3 days'"), 'CANCELLED');
  expect(await all(admin)).toMatchObject({ remindersDueToday: 2, overdueReminders: 2 });
});

test('assignments that wait and copies that are pending are counted, settled ones are not', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const case_id = (await openCase(admin)).databaseId;
  const invoice_id = await plant(world.db, 'invoices', org.id, { case_id });
  const ways = [[], ['ASSIGNED'], ['ASSIGNED', 'ACCEPTED'], ['REJECTED']];
  for (const [index, way] of ways.entries()) {
    const line_id = await plant(world.db, 'invoice_lines', org.id, { case_id, invoice_id, line_number: index + 1 });
    const id = await plant(world.db, 'invoice_line_assignments', org.id, {
      case_id,
      line_id,
      damage_center_code: 'dc_1',
    });
    for (const status of way)
      await world.db.query('update public.invoice_line_assignments set status = $2 where id = $1', [id, status]);
  }
  for (const sync_status of ['PENDING', 'SYNCED', 'FAILED'])
    await plant(world.db, 'onedrive_sync', org.id, {
      case_id,
      sync_status,
      file_type: 'IMAGE',
      supabase_path: sync_status,
    });
  expect(await all(admin)).toMatchObject({ waitingLineAssignments: 2, pendingOnedriveCopies: 1 });
});

test('everybody counts what he may see: an assessor his own cases and what belongs to them, a stranger nothing', async ({
  world,
}) => {
  const org = await world.org();
  const [admin, assessor] = [await org.member('admin'), await org.member('assessor')];
  for (const [plate, assignedTo] of [
    ['50001', assessor.userId],
    ['50002', null],
  ]) {
    const case_id = (await openCase(admin, { plate, assignedTo, status: 'AWAITING_PAYMENT' })).databaseId;
    const invoice_id = await plant(world.db, 'invoices', org.id, { case_id, status: 'SENT' });
    const line_id = await plant(world.db, 'invoice_lines', org.id, { case_id, invoice_id, line_number: 1 });
    await plant(world.db, 'invoice_line_assignments', org.id, { case_id, line_id, damage_center_code: 'dc_1' });
    await plant(world.db, 'onedrive_sync', org.id, { case_id, file_type: 'IMAGE', supabase_path: 'a' });
    await plant(world.db, 'reminders', org.id, { case_id, title: 'x', due_at: new Date(0) });
    await openCase(admin, { plate: `9${plate}`, assignedTo, status: 'IN_PROGRESS' });
  }
  const twice = {
    activeCases: 4,
    unassignedCases: 2,
    unpaidCases: 2,
    missingInvoiceCases: 2,
    unpaidInvoices: 2,
    overdueReminders: 2,
    remindersDueToday: 0,
    waitingLineAssignments: 2,
    pendingOnedriveCopies: 2,
  };
  const once = Object.fromEntries(Object.entries(twice).map(([name, count]) => [name, count / 2]));
  expect(await all(admin)).toEqual(twice);
  expect(await all(await org.member('assistant'))).toEqual(twice);
  expect(await all(assessor)).toEqual({ ...once, unassignedCases: 0 });
  const nothing = Object.fromEntries(NAMES.map((name) => [name, 0]));
  expect(await all(await org.member('assessor'))).toEqual(nothing);
  expect(await all(await (await world.org()).member('admin'))).toEqual(nothing);
});

test('each number of cases is the length of the list that its description names', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const statuses = ['OPEN', 'IN_PROGRESS', 'AWAITING_PAYMENT', 'CLOSED'];
  for (const [index, status] of statuses.entries()) await openCase(admin, { plate: `6000${index}`, status });
  const counted = await all(admin);
  let lists = 0;
  for (const [name, { description }] of Object.entries(OFFICE_COUNTS)) {
    const list = /cases\(filter: .+\)(?=\.)/.exec(description)?.[0];
    if (!list) continue;
    lists++;
    const { cases } = await admin.data(`{ ${list} { totalCount } }`);
    expect(cases.totalCount, name).toBe(counted[name]);
  }
  expect(lists).toBe(4);
});

test('however many numbers are selected, it takes one statement, and only those are counted', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const send = (document: string) =>
    statementsOf(
      () => admin.data(document),
      (text) => text.includes('count('),
    );
  // begin, identity, organisation, the counts, commit
  expect(await send(ALL)).toHaveLength(5);
  const one = await send('{ officeCounts { overdueReminders } }');
  expect(one).toHaveLength(5);
  expect(one.join()).not.toContain('invoices');
});
