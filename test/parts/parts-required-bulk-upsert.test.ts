import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { openCase } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';
import { countRows } from '../support/row-counts.ts';
import { statementsOf } from '../support/statements.ts';
import { call, faultsOf, outcomesOf, PARTS_REQUIRED } from './calls.ts';

const write = (client: TestClient, input: Record<string, unknown>) => call(client, PARTS_REQUIRED, input);

test('what a part costs is worked out by the database: reduced, worn, times its quantity', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const made = await write(admin, {
    caseId,
    parts: [
      { partNumber: 'A', unitPrice: '1450.00', reductionPercentage: '10', wearPercentage: '20', quantity: 3 },
      { partNumber: 'B', unitPrice: '0.05', reductionPercentage: '50' },
      { partNumber: 'C', quantity: 2 },
      { partNumber: 'D', unitPrice: '999999999', quantity: 100_000 },
      { partNumber: 'E', unitPrice: '10', reductionPercentage: '100' },
    ],
  });
  expect(made).toMatchObject({ ok: true, outcome: 'CREATED' });
  expect(made.items.map(({ part }: { part: Record<string, string> }) => [part.updatedPrice, part.totalCost])).toEqual([
    ['1044.00', '3132.00'],
    ['0.03', '0.03'],
    [null, null],
    ['999999999.00', '99999999900000.00'],
    ['0.00', '0.00'],
  ]);
  const [{ part }] = made.items;
  const changed = await write(admin, { caseId, parts: [{ id: part.databaseId, quantity: 1 }] });
  expect(changed.items[0]).toMatchObject({
    outcome: 'UPDATED',
    part: { unitPrice: '1450.00', wearPercentage: '20.00', updatedPrice: '1044.00', totalCost: '1044.00' },
  });
});

test("an id is the helper's row_uuid: the first time it makes the part, ever after it is the part", async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const rowUuid = randomUUID();
  const send = (part: object) => write(admin, { caseId, parts: [part] });
  const made = (await send({ id: rowUuid, partName: 'bumper', partNumber: 'OEM-1' })).items[0];
  expect(made).toMatchObject({
    outcome: 'CREATED',
    part: { rowUuid, partName: 'bumper', status: 'PENDING', quantity: 1 },
  });
  // Another number, another centre: it stays the same part.
  const moved = (await send({ id: rowUuid, partNumber: 'OEM-2', damageCenterCode: 'dc_1' })).items[0];
  expect(moved).toMatchObject({ outcome: 'UPDATED', part: { databaseId: made.part.databaseId, partNumber: 'OEM-2' } });
  const byRow = (await send({ id: made.part.databaseId, status: 'ORDERED' })).items[0];
  expect(byRow).toMatchObject({ outcome: 'UPDATED', part: { rowUuid, status: 'ORDERED' } });
  const twice = await write(admin, { caseId, parts: [{ id: rowUuid }, { id: made.part.databaseId }] });
  expect(faultsOf(twice)).toEqual(['DUPLICATE 1']);
});

test('without an id a part is its number within its damage centre, and takes the row_uuid it comes with later', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const parts = [
    { damageCenterCode: 'dc_1', partNumber: 'N' },
    { damageCenterCode: 'dc_2', partNumber: 'N' },
    { partNumber: 'N' },
    { damageCenterCode: 'dc_1', partName: 'without a number' },
    { damageCenterCode: 'dc_1', partName: 'another without a number' },
  ];
  expect(outcomesOf(await write(admin, { caseId, parts }))).toEqual(Array(5).fill('CREATED'));
  const numbered = parts.slice(0, 3);
  expect(outcomesOf(await write(admin, { caseId, parts: numbered }))).toEqual(Array(3).fill('UNCHANGED'));
  const rowUuid = randomUUID();
  const named = await write(admin, { caseId, parts: [{ ...parts[0], id: rowUuid }] });
  expect(named.items[0]).toMatchObject({ outcome: 'UPDATED', part: { rowUuid } });
  const other = await write(admin, { caseId, parts: [{ ...parts[0], id: randomUUID() }] });
  expect(outcomesOf(other)).toEqual(['CREATED']);
});

test('a row_uuid of a part of another case is a duplicate, whether or not the caller sees that case', async ({
  world,
}) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const assessor = await org.member('assessor');
  const { databaseId: first } = await openCase(admin);
  const { databaseId: second } = await openCase(assessor, { plate: '1234567' });
  const rowUuid = randomUUID();
  const made = await write(admin, { caseId: first, parts: [{ id: rowUuid }] });
  const before = await countRows(world.db);
  for (const id of [rowUuid, made.items[0].part.databaseId])
    expect(faultsOf(await write(admin, { caseId: second, parts: [{ partName: 'x' }, { id }] }))).toEqual([
      'DUPLICATE 1/id',
    ]);
  const blind = await write(assessor, { caseId: second, parts: [{ id: rowUuid }] });
  expect(blind).toMatchObject({ outcome: 'REJECTED', userErrors: [{ code: 'DUPLICATE', field: ['input', 'parts'] }] });
  expect(await countRows(world.db)).toEqual(before);
});

test('the ids of a foreign organisation are as good as new, and its rows stay as they are', async ({ world }) => {
  const foreigner = await (await world.org()).member('admin');
  const { databaseId: foreignCase } = await openCase(foreigner);
  const rowUuid = randomUUID();
  const theirs = await write(foreigner, { caseId: foreignCase, parts: [{ id: rowUuid, partName: 'theirs' }] });
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  for (const id of [rowUuid, theirs.items[0].part.databaseId]) {
    const mine = await write(admin, { caseId, parts: [{ id, partName: 'mine' }] });
    expect(mine.items[0]).toMatchObject({ outcome: 'CREATED', part: { rowUuid: id, partName: 'mine' } });
  }
  expect((await write(admin, { caseId: foreignCase, parts: [{ partName: 'mine' }] })).userErrors).toMatchObject([
    { code: 'NOT_FOUND', field: ['input', 'caseId'] },
  ]);
  const again = await write(foreigner, { caseId: foreignCase, parts: [{ id: rowUuid, partName: 'theirs' }] });
  expect(outcomesOf(again)).toEqual(['UNCHANGED']);
});

test('bad parts are named one by one; the good ones are written when the call is not atomic', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const before = await countRows(world.db);
  const parts = [
    { partNumber: 'good' },
    { unitPrice: '-1.00' },
    { unitPrice: '1.005' },
    { unitPrice: '1000000000' },
    { quantity: -1 },
    { quantity: 100_001 },
    { reductionPercentage: '100.01' },
    { wearPercentage: '-5' },
    { status: 'LOST' },
    { partName: 'x'.repeat(501) },
    { partNumber: 'twice' },
    { partNumber: 'twice' },
  ];
  const faults = [
    'VALIDATION_FAILED 1/unitPrice',
    'VALIDATION_FAILED 2/unitPrice',
    'VALIDATION_FAILED 3/unitPrice',
    'VALIDATION_FAILED 4/quantity',
    'VALIDATION_FAILED 5/quantity',
    'VALIDATION_FAILED 6/reductionPercentage',
    'VALIDATION_FAILED 7/wearPercentage',
    'VALIDATION_FAILED 8/status',
    'VALIDATION_FAILED 9/partName',
    'DUPLICATE 11',
  ];
  const refused = await write(admin, { caseId, parts });
  expect(refused.outcome).toBe('REJECTED');
  expect(faultsOf(refused)).toEqual(faults);
  expect(await countRows(world.db)).toEqual(before);
  const partly = await write(admin, { caseId, parts, atomic: false });
  expect(faultsOf(partly)).toEqual(faults);
  expect((await countRows(world.db))['public.parts_required']).toBe(2);
  const wrongType = await admin.send(PARTS_REQUIRED, { input: { caseId, parts: [{ quantity: 'three' }] } });
  expect(wrongType.errors).toBeDefined();
});

test('a save sent three times at once writes its parts once', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const parts = ['a', 'b'].map((partName) => ({ id: randomUUID(), partName }));
  const answers = await Promise.all([1, 2, 3].map(() => write(admin, { caseId, parts })));
  expect(answers.map((answer) => answer.outcome).sort()).toEqual(['CREATED', 'UNCHANGED', 'UNCHANGED']);
  expect((await countRows(world.db))['public.parts_required']).toBe(2);
});

test('five thousand parts are one statement and one entry of the feed', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  // All alike but for their ids: what is slowest to tell apart.
  const parts = Array.from({ length: 5_000 }, () => ({
    id: randomUUID(),
    damageCenterCode: 'dc_1',
    partNumber: 'same',
    unitPrice: '10.00',
  }));
  let made: Awaited<ReturnType<typeof write>>;
  const statements = await statementsOf(
    async () => {
      made = await write(admin, { caseId, parts });
    },
    (text) => text.includes('parts_required'),
  );
  expect(statements.filter((text) => /insert into public\.parts_required/.test(text))).toHaveLength(1);
  expect(made.items.map((item: { part: { rowUuid: string } }) => item.part.rowUuid)).toEqual(parts.map(({ id }) => id));
  expect(await write(admin, { caseId, parts })).toMatchObject({ ok: true, outcome: 'UNCHANGED' });
  expect(
    await world.db.query(
      "select kind, cardinality(entity_ids) as ids from feed.change_log where entity = 'parts_required'",
    ),
  ).toEqual([{ kind: 'CREATED', ids: 100 }]);
});
