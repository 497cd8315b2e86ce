import { expect } from 'vitest';
import { bulkWriter, faultsOf } from '../support/bulk.ts';
import { openCase } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';
import { countRows } from '../support/row-counts.ts';
import { statementsOf } from '../support/statements.ts';

const FIELDS = 'databaseId title notes dueAt recurrence status doneAt notifiedAt assignedTo { kind id }';
const upsertReminders = bulkWriter('remindersUpsert', `reminder { ${FIELDS} next { ${FIELDS} } }`);

const LIST = `query ($filter: ReminderFilter) { reminders(filter: $filter) { totalCount nodes { title dueAt } } }`;

async function titlesOf(client: TestClient, filter: Record<string, unknown>): Promise<string[]> {
  const { reminders } = await client.data(LIST, { filter });
  expect(reminders.totalCount).toBe(reminders.nodes.length);
  return reminders.nodes.map((node: { title: string }) => node.title);
}

test('reminders are matched by id, else by title and time; what is not sent stays', async ({ world }) => {
  const org = await world.org();
  const [admin, assessor] = [await org.member('admin'), await org.member('assessor')];
  const { databaseId: caseId } = await openCase(admin);
  const dueAt = '2030-05-01T06:00:00.000Z';
  const made = await upsertReminders(admin, {
    caseId,
    reminders: [
      { title: 'להתקשר למוסך', dueAt, notes: 'חלקים', assignedTo: assessor.userId },
      { title: 'other', dueAt },
    ],
  });
  const [first] = made.items.map((item: { reminder: { databaseId: string } }) => item.reminder.databaseId);
  expect(made.items[0].reminder).toMatchObject({
    status: 'OPEN',
    recurrence: 'NONE',
    dueAt,
    assignedTo: { kind: 'USER', id: assessor.userId },
  });
  const again = await upsertReminders(admin, {
    caseId,
    reminders: [
      { title: 'להתקשר למוסך', dueAt: '2030-05-01T09:00:00+03:00', notifiedAt: '2030-05-01T06:00:01Z' },
      { title: 'other', dueAt },
    ],
  });
  expect(again.items).toMatchObject([
    { outcome: 'UPDATED', reminder: { databaseId: first, notes: 'חלקים', notifiedAt: '2030-05-01T06:00:01.000Z' } },
    { outcome: 'UNCHANGED' },
  ]);
  const done = await upsertReminders(admin, { caseId, reminders: [{ id: first, status: 'DONE' }] });
  expect(done.items[0].reminder).toMatchObject({ status: 'DONE', next: null });
  expect(done.items[0].reminder.doneAt).not.toBeNull();
});

test('one that recurs opens the next when it is done, at the same time of day whatever the clocks do', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  // Israel turns its clocks on 2030-03-29 and 2030-10-27: 09:00 there is 07:00 UTC in winter and 06:00 in summer.
  for (const [recurrence, dueAt, next] of [
    ['DAILY', '2030-03-28T07:00:00.000Z', '2030-03-29T06:00:00.000Z'],
    ['WEEKLY', '2030-03-25T07:00:00.000Z', '2030-04-01T06:00:00.000Z'],
    ['WEEKLY', '2030-10-21T06:00:00.000Z', '2030-10-28T07:00:00.000Z'],
    ['MONTHLY', '2030-03-15T07:00:00.000Z', '2030-04-15T06:00:00.000Z'],
    // Midnight there is the day before in UTC: the 1st stays the 1st.
    ['MONTHLY', '2030-01-31T22:00:00.000Z', '2030-02-28T22:00:00.000Z'],
    ['YEARLY', '2032-02-29T07:00:00.000Z', '2033-02-28T07:00:00.000Z'],
    ['NONE', '2030-03-25T07:00:00.000Z', null],
  ] as const) {
    const title = `${recurrence} ${dueAt}`;
    const made = await upsertReminders(admin, { caseId, reminders: [{ title, dueAt, recurrence }] });
    expect(made.items[0].reminder.next).toBeNull();
    const done = await upsertReminders(admin, { caseId, reminders: [{ title, dueAt, status: 'DONE' }] });
    expect(done.items[0].reminder.next?.dueAt ?? null, title).toBe(next);
    if (next) expect(done.items[0].reminder.next).toMatchObject({ title, recurrence, status: 'OPEN', doneAt: null });
  }
});

test('the 31st is the last day of a shorter month, and the 31st again after it; who moves one moves what follows', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const dues: string[] = [];
  const made = await upsertReminders(admin, {
    caseId,
    reminders: [{ title: 'rent', dueAt: '2030-01-31T10:00:00Z', recurrence: 'MONTHLY' }],
  });
  let id = made.items[0].reminder.databaseId;
  for (let round = 0; round < 3; round++) {
    const { next } = (await upsertReminders(admin, { caseId, reminders: [{ id, status: 'DONE' }] })).items[0].reminder;
    dues.push(next.dueAt);
    id = next.databaseId;
  }
  expect(dues.map((due) => due.slice(0, 10))).toEqual(['2030-02-28', '2030-03-31', '2030-04-30']);
  await upsertReminders(admin, { caseId, reminders: [{ id, dueAt: '2030-05-05T10:00:00Z' }] });
  const moved = await upsertReminders(admin, { caseId, reminders: [{ id, status: 'DONE' }] });
  expect(moved.items[0].reminder.next.dueAt).toBe('2030-06-05T10:00:00.000Z');
});

test('what is long overdue is followed once, by the next time to come', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const dueAt = '2001-06-01T05:00:00.000Z';
  await upsertReminders(admin, { caseId, reminders: [{ title: 'a', dueAt, recurrence: 'DAILY' }] });
  const startedAt = Date.now();
  const done = await upsertReminders(admin, { caseId, reminders: [{ title: 'a', dueAt, status: 'DONE' }] });
  const next = Date.parse(done.items[0].reminder.next.dueAt);
  expect(next).toBeGreaterThan(startedAt);
  expect(next).toBeLessThan(startedAt + 26 * 3_600_000);
});

test('done many times, at once, again and after reopening: one follows', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const reminder = { title: 'a', dueAt: '2030-05-01T06:00:00Z', recurrence: 'WEEKLY' };
  const made = await upsertReminders(admin, { caseId, reminders: [reminder] });
  const { databaseId: id } = made.items[0].reminder;
  const done = { caseId, reminders: [{ id, status: 'DONE' }] };
  const answers = await Promise.all(Array.from({ length: 5 }, () => upsertReminders(admin, done)));
  expect(answers.map((answer) => answer.outcome).sort()).toEqual([
    'UNCHANGED',
    'UNCHANGED',
    'UNCHANGED',
    'UNCHANGED',
    'UPDATED',
  ]);
  await upsertReminders(admin, { caseId, reminders: [{ id, status: 'OPEN' }] });
  await upsertReminders(admin, done);
  expect((await countRows(world.db))['public.reminders']).toBe(2);
  // One made beforehand by the scenario itself is the next one.
  const ahead = { ...reminder, title: 'b' };
  await upsertReminders(admin, { caseId, reminders: [ahead, { ...ahead, dueAt: '2030-05-08T06:00:00Z' }] });
  await upsertReminders(admin, { caseId, reminders: [{ ...ahead, status: 'DONE' }] });
  expect((await countRows(world.db))['public.reminders']).toBe(4);
});

test('a thousand done in one call open the next in one statement, told by one entry', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const reminders = Array.from({ length: 1_000 }, (_, index) => ({
    title: `${index}`,
    dueAt: '2030-05-01T06:00:00Z',
    recurrence: 'MONTHLY',
  }));
  await upsertReminders(admin, { caseId, reminders });
  const { length } = await world.db.query("select from feed.change_log where entity = 'reminders'");
  const done = await upsertReminders(admin, {
    caseId,
    reminders: reminders.map((reminder) => ({ ...reminder, status: 'DONE' })),
  });
  expect(done.items.every((item: { reminder: { next: object } }) => item.reminder.next)).toBe(true);
  const log = await world.db.query<{ kind: string }>(
    "select kind from feed.change_log where entity = 'reminders' order by org_seq offset $1",
    [length],
  );
  expect(log.map((entry) => entry.kind).sort()).toEqual(['CREATED', 'UPDATED']);
});

test('a reminder is assigned to a member: who is of another organisation is refused like nobody', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const stranger = await (await world.org()).member('admin');
  const before = await countRows(world.db);
  const dueAt = '2030-05-01T06:00:00Z';
  const refused = await upsertReminders(admin, {
    caseId,
    reminders: [
      { title: 'good', dueAt },
      { title: 'a', dueAt, assignedTo: stranger.userId },
      { title: 'b', dueAt, assignedTo: '00000000-0000-4000-8000-000000000000' },
      { title: 'c' },
      { dueAt },
      { title: '', dueAt },
      { title: 'good', dueAt },
    ],
  });
  expect(faultsOf(refused)).toEqual([
    ['NOT_FOUND', ['1', 'assignedTo']],
    ['NOT_FOUND', ['2', 'assignedTo']],
    ['VALIDATION_FAILED', ['3', 'dueAt']],
    ['VALIDATION_FAILED', ['4', 'title']],
    ['VALIDATION_FAILED', ['5', 'title']],
    ['DUPLICATE', ['6']],
  ]);
  expect(refused.items[1].userErrors[0].message).toBe(refused.items[2].userErrors[0].message);
  expect(await countRows(world.db)).toEqual(before);
  for (const impossible of ['0000-01-01T00:00:00Z', '9999-12-31T23:59:59-12:00', '2030-02-31'])
    expect(
      (await admin.send(LIST, { filter: { dueBefore: impossible } })).errors?.map((error) => error.extensions.code),
    ).toEqual(['VALIDATION_FAILED']);
});

test('reminders are listed by what is due first, for the office and for each case, as far as one may see', async ({
  world,
}) => {
  const org = await world.org();
  const [admin, assessor] = [await org.member('admin'), await org.member('assessor')];
  const mine = await openCase(assessor, { plate: '1234567' });
  const theirs = await openCase(admin, { plate: '1234568' });
  const at = (day: string) => `2030-05-0${day}T06:00:00.000Z`;
  await upsertReminders(assessor, {
    caseId: mine.databaseId,
    reminders: [
      { title: 'third', dueAt: at('3'), category: 'PAYMENT' },
      { title: 'first', dueAt: at('1'), assignedTo: assessor.userId },
      { title: 'done', dueAt: at('1'), status: 'DONE', recurrence: 'DAILY' },
    ],
  });
  await upsertReminders(admin, { caseId: theirs.databaseId, reminders: [{ title: 'second', dueAt: at('2') }] });
  expect(await titlesOf(admin, { status: 'OPEN' })).toEqual(['first', 'second', 'third']);
  expect(await titlesOf(admin, { status: 'OPEN', dueAfter: at('1'), dueBefore: at('3') })).toEqual(['second']);
  expect(await titlesOf(admin, { category: 'PAYMENT' })).toEqual(['third']);
  expect(await titlesOf(admin, { assignedTo: assessor.userId })).toEqual(['first']);
  expect(await titlesOf(assessor, { status: 'OPEN' })).toEqual(['first', 'third']);
  expect(await titlesOf(await (await world.org()).member('admin'), {})).toEqual([]);
  const list = (first: number) =>
    `{ cases(first: ${first}) { nodes { reminders(status: OPEN) { totalCount nodes { title next { title } case { version } } } } } }`;
  const run = (first: number) =>
    statementsOf(
      () => admin.data(list(first)),
      (text) => text.includes('reminders'),
    );
  await run(2);
  const two = await run(2);
  expect(two.length, two.join('\n')).toBe((await run(1)).length);
  const { cases } = await admin.data(list(2));
  expect(cases.nodes.map((node: { reminders: { totalCount: number } }) => node.reminders.totalCount).sort()).toEqual([
    1, 2,
  ]);
});
