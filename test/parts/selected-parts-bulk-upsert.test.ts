import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { openCase } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';
import { countRows } from '../support/row-counts.ts';
import { call, faultsOf, outcomesOf, SELECTED_PARTS } from './calls.ts';

const write = (client: TestClient, input: Record<string, unknown>) => call(client, SELECTED_PARTS, input);

test('a part is selected once, also where supplier or number are missing or empty', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const parts = [
    { dataSource: 'WEB', supplier: 's', partNumber: 'n', partName: 'door' },
    { dataSource: 'WEB', supplier: 's', partName: 'door' },
    { dataSource: 'WEB', partName: 'door', rawData: { 'קוד OEM': 'EX-OEM-001' } },
    { dataSource: 'MANUAL', partName: 'door' },
  ];
  const made = await write(admin, { caseId, parts });
  expect(outcomesOf(made)).toEqual(Array(4).fill('CREATED'));
  expect(made.items[2].part).toMatchObject({ status: 'SELECTED', quantity: 1, rawData: { 'קוד OEM': 'EX-OEM-001' } });
  expect(outcomesOf(await write(admin, { caseId, parts }))).toEqual(Array(4).fill('UNCHANGED'));
  const empty = await write(admin, {
    caseId,
    parts: [{ dataSource: 'WEB', supplier: '', partNumber: '', partName: 'door', quantity: 2 }],
  });
  expect(empty.items[0]).toMatchObject({ outcome: 'UPDATED', part: { databaseId: made.items[2].part.databaseId } });
  const twice = await write(admin, {
    caseId,
    parts: [
      { dataSource: 'OCR', partName: 'lamp' },
      { dataSource: 'OCR', partName: 'lamp' },
    ],
  });
  expect(faultsOf(twice)).toEqual(['DUPLICATE 1']);
});

test('a status changes by id alone; a part that was removed stays so until somebody says otherwise', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const part = { dataSource: 'CATALOG', partName: 'lamp', unitPrice: '620.00' };
  const id = (await write(admin, { caseId, parts: [part] })).items[0].part.databaseId;
  for (const status of ['ASSIGNED', 'ORDERED', 'COMPLETED', 'REMOVED']) {
    const { items } = await write(admin, { caseId, parts: [{ id, status }] });
    expect(items[0]).toMatchObject({ outcome: 'UPDATED', part: { status, partName: 'lamp', unitPrice: '620.00' } });
  }
  expect(outcomesOf(await write(admin, { caseId, parts: [part] }))).toEqual(['UNCHANGED']);
  const back = await write(admin, { caseId, parts: [{ ...part, status: 'SELECTED' }] });
  expect(back.items[0]).toMatchObject({ outcome: 'UPDATED', part: { databaseId: id, status: 'SELECTED' } });
});

test('a part can not be made another that is selected already, and the rest of the call stands', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const named = (partName: string) => ({ dataSource: 'WEB', partName });
  const made = await write(admin, { caseId, parts: ['a', 'b', 'c'].map(named) });
  const [a, b, c] = made.items.map((item: { part: { databaseId: string } }) => item.part.databaseId);
  const answer = await write(admin, {
    caseId,
    atomic: false,
    parts: [{ id: a, partName: 'b' }, { id: b, partName: 'new' }, named('new'), { id: c, quantity: 5 }, named('d')],
  });
  expect(faultsOf(answer)).toEqual(['DUPLICATE 0', 'DUPLICATE 2']);
  expect(outcomesOf(answer)).toEqual(['REJECTED', 'UPDATED', 'REJECTED', 'UPDATED', 'CREATED']);
});

test('bad parts are named one by one and nothing is written; foreign and absent ids answer alike', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const foreigner = await (await world.org()).member('admin');
  const { databaseId: foreignCase } = await openCase(foreigner);
  const foreign = await write(foreigner, { caseId: foreignCase, parts: [{ dataSource: 'WEB', partName: 'theirs' }] });
  const before = await countRows(world.db);
  const refused = await write(admin, {
    caseId,
    parts: [
      { dataSource: 'WEB', partName: 'good' },
      { partName: 'from nowhere' },
      { dataSource: 'WEB' },
      { dataSource: 'WEB', partName: '' },
      { dataSource: 'WEB', partName: 'x', unitPrice: '-1' },
      { dataSource: 'WEB', partName: 'y', unitPrice: '1.001' },
      { id: randomUUID(), status: 'ORDERED' },
      { id: foreign.items[0].part.databaseId, status: 'ORDERED' },
    ],
  });
  expect(refused.outcome).toBe('REJECTED');
  expect(faultsOf(refused)).toEqual([
    'VALIDATION_FAILED 1/dataSource',
    'VALIDATION_FAILED 2/partName',
    'VALIDATION_FAILED 3/partName',
    'VALIDATION_FAILED 4/unitPrice',
    'VALIDATION_FAILED 5/unitPrice',
    'NOT_FOUND 6/id',
    'NOT_FOUND 7/id',
  ]);
  expect(await countRows(world.db)).toEqual(before);
});

test('the same selection made in three windows at once is there once', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const parts = [
    { dataSource: 'WEB', partName: 'door' },
    { dataSource: 'WEB', supplier: 's', partName: 'door' },
  ];
  const answers = await Promise.all([1, 2, 3].map(() => write(admin, { caseId, parts })));
  expect(answers.map((answer) => answer.outcome).sort()).toEqual(['CREATED', 'UNCHANGED', 'UNCHANGED']);
  expect((await countRows(world.db))['public.selected_parts']).toBe(2);
});
