import { expect } from 'vitest';
import { openCase, SAMPLE_PLATE, upsert } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';

test('a second case of a plate is opened once the first is closed, with a filing id of the sequence', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const first = await openCase(admin);
  expect(first.filingId).toMatch(/^YC-90012345-\d{4}-1$/);
  expect(await upsert(admin, { caseId: first.id, status: 'CLOSED' })).toMatchObject({
    outcome: 'UPDATED',
    case: { isActive: false },
  });
  const second = await openCase(admin);
  expect(second.id).not.toBe(first.id);
  expect(second.filingId).toBe(first.filingId.replace(/1$/, '2'));
  const other = await openCase(admin, { plate: '1234567' });
  expect(other.filingId).toMatch(/^YC-1234567-\d{4}-1$/);
});

test('a closed case can not be reopened beside an active one of its plate', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const first = await openCase(admin, { status: 'IN_PROGRESS' });
  await upsert(admin, { caseId: first.id, status: 'ARCHIVED' });
  const second = await openCase(admin);
  const refused = await upsert(admin, { caseId: first.id, status: 'OPEN' });
  expect(refused).toMatchObject({ ok: false, userErrors: [{ code: 'DUPLICATE', field: ['input', 'plate'] }] });
  await upsert(admin, { caseId: second.id, status: 'CLOSED' });
  expect(await upsert(admin, { caseId: first.id, status: 'OPEN' })).toMatchObject({
    ok: true,
    case: { isActive: true },
  });
});

test('a case knows when it was closed, and forgets it when it is opened again', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { status: 'CLOSED' });
  const closedAt = async () =>
    (await world.db.query<{ closed_at: Date | null }>('select closed_at from cases'))[0]!.closed_at;
  const first = await closedAt();
  expect(first).toBeInstanceOf(Date);
  await upsert(admin, { caseId, status: 'ARCHIVED' });
  expect(await closedAt()).toEqual(first);
  await upsert(admin, { caseId, status: 'OPEN' });
  expect(await closedAt()).toBeNull();
});

test('a filing id serves once in an organisation, and again in another', async ({ world }) => {
  const [one, two] = [await world.org(), await world.org()];
  const [admin, stranger] = [await one.member('admin'), await two.member('admin')];
  await openCase(admin, { filingId: 'F-1' });
  const duplicate = { code: 'DUPLICATE', field: ['input', 'filingId'] };
  expect((await upsert(admin, { plate: '1234567', filingId: 'F-1' })).userErrors).toMatchObject([duplicate]);
  const other = await openCase(admin, { plate: '1234567' });
  expect((await upsert(admin, { caseId: other.id, filingId: 'F-1' })).userErrors).toMatchObject([duplicate]);
  expect((await openCase(stranger, { filingId: 'F-1' })).filingId).toBe('F-1');
});

test('a filing id that a client has taken is stepped over', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const year = (await openCase(admin, { plate: '1234567' })).filingId.split('-')[2];
  await openCase(admin, { plate: '7654321', filingId: `YC-${SAMPLE_PLATE}-${year}-1` });
  expect((await openCase(admin)).filingId).toBe(`YC-${SAMPLE_PLATE}-${year}-2`);
});

test('filing ids of each organisation count from 1', async ({ world }) => {
  const ids = [];
  for (const org of [await world.org(), await world.org()])
    ids.push((await openCase(await org.member('admin'))).filingId);
  expect(ids[0]).toMatch(/-1$/);
  expect(ids[1]).toBe(ids[0]);
});

test('a case is assigned to members of its organisation only', async ({ world }) => {
  const [one, two] = [await world.org(), await world.org()];
  const admin = await one.member('admin');
  const { id: caseId } = await openCase(admin);
  const outsiders = [(await two.member('admin')).userId, (await world.user()).userId, caseId, 'nobody', ''];
  const notAMember = { code: 'VALIDATION_FAILED', field: ['input', 'assignedTo'] };
  for (const assignedTo of outsiders) {
    expect((await upsert(admin, { caseId, assignedTo })).userErrors, assignedTo).toMatchObject([notAMember]);
    expect((await upsert(admin, { plate: '1234567', assignedTo })).userErrors, assignedTo).toMatchObject([notAMember]);
  }
  expect(await world.db.query('select plate, assigned_to from cases')).toEqual([
    { plate: SAMPLE_PLATE, assigned_to: null },
  ]);
  const assistant = await one.member('assistant');
  expect((await upsert(admin, { caseId, assignedTo: assistant.userId })).outcome).toBe('UPDATED');
});

test("a foreign organisation's case answers as one that does not exist", async ({ world }) => {
  const foreign = await openCase(await (await world.org()).member('admin'));
  const admin = await (await world.org()).member('admin');
  const answers = [];
  for (const caseId of [foreign.id, foreign.databaseId, '00000000-0000-4000-8000-000000000000'])
    answers.push(await upsert(admin, { caseId, ownerName: 'A' }));
  expect(answers[0].userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'caseId'] }]);
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
});

test('columns hold what they can hold and refuse the rest by name', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const limits = { filingId: 100, ownerName: 500, inspectionLocation: 500 };
  for (const [field, longest] of Object.entries(limits)) {
    expect((await upsert(admin, { plate: SAMPLE_PLATE, [field]: 'א'.repeat(longest) })).ok, field).toBe(true);
    expect((await upsert(admin, { plate: SAMPLE_PLATE, [field]: 'א'.repeat(longest + 1) })).userErrors).toMatchObject([
      { code: 'VALIDATION_FAILED', field: ['input', field] },
    ]);
  }
  expect((await upsert(admin, { plate: SAMPLE_PLATE, filingId: '' })).userErrors).toMatchObject([
    { code: 'VALIDATION_FAILED', field: ['input', 'filingId'] },
  ]);
});
