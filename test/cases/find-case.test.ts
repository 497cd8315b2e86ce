import { expect } from 'vitest';
import { openCase, SAMPLE_PLATE, save, upsert } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';

const BY =
  'query ($id: ID, $plate: String) { case(id: $id, plate: $plate) { id databaseId plate plateDisplay status isActive } }';
const CURRENT =
  'query ($caseId: ID, $plate: String) { caseHelperGetCurrent(caseId: $caseId, plate: $plate) { version isCurrent helperJson case { id } } }';
const ABSENT = '00000000-0000-4000-8000-000000000000';

async function find(client: TestClient, by: Record<string, unknown>) {
  const { data, errors } = await client.send(BY, by);
  return errors ? errors[0]!.extensions : data.case;
}

test('a case is found by its global id, by its UUID, and by its plate in any spelling', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id, databaseId } = await openCase(admin);
  for (const by of [{ id }, { id: databaseId }, { id: databaseId.toUpperCase() }, { plate: '900-12-345' }])
    expect(await find(admin, by)).toMatchObject({ id, databaseId, plate: SAMPLE_PLATE, plateDisplay: '900-12-345' });
});

test('a plate finds the active case, else the newest', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const oldest = await openCase(admin, { status: 'CLOSED' });
  const active = await openCase(admin);
  expect((await find(admin, { plate: SAMPLE_PLATE })).id).toBe(active.id);
  await upsert(admin, { caseId: active.id, status: 'CLOSED' });
  expect((await find(admin, { plate: SAMPLE_PLATE })).id).toBe(active.id);
  await upsert(admin, { caseId: oldest.id, status: 'OPEN' });
  expect((await find(admin, { plate: SAMPLE_PLATE })).id).toBe(oldest.id);
});

test('both or none of id and plate, and what is neither, are refused by name', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id } = await openCase(admin);
  const refusals: [by: Record<string, unknown>, field: string][] = [
    [{}, 'id'],
    [{ id: null, plate: null }, 'id'],
    [{ id, plate: SAMPLE_PLATE }, 'id'],
    [{ id: '' }, 'id'],
    [{ id: 'nonsense' }, 'id'],
    [{ id: Buffer.from(`CaseHelper:${ABSENT}`).toString('base64url') }, 'id'],
    [{ id: Buffer.from('Case:7').toString('base64url') }, 'id'],
    [{ plate: 'ABC' }, 'plate'],
  ];
  for (const [by, field] of refusals)
    expect(await find(admin, by), JSON.stringify(by)).toMatchObject({ code: 'VALIDATION_FAILED', field: [field] });
});

test("another organisation's case answers as one that does not exist", async ({ world }) => {
  const { databaseId } = await openCase(await (await world.org()).member('admin'));
  const stranger = await (await world.org()).member('admin');
  const absent = await stranger.send(BY, { id: ABSENT });
  const foreign = await stranger.send(BY, { id: databaseId });
  expect(absent.errors?.[0]?.extensions).toMatchObject({ code: 'NOT_FOUND', field: ['id'] });
  expect([foreign.status, foreign.data, foreign.errors![0]!.message]).toEqual([
    absent.status,
    absent.data,
    absent.errors![0]!.message,
  ]);
  expect(await find(stranger, { plate: SAMPLE_PLATE })).toMatchObject({ code: 'NOT_FOUND', field: ['plate'] });
});

test('caseHelperGetCurrent answers the current version, null before the first, NOT_FOUND without a case', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { id } = await openCase(admin);
  expect((await admin.data(CURRENT, { caseId: id })).caseHelperGetCurrent).toBeNull();
  await save(admin, { caseId: id, expectedVersion: 0, helper: { a: 1 } });
  await save(admin, { caseId: id, expectedVersion: 1, helper: { a: 2 } });
  for (const by of [{ caseId: id }, { plate: SAMPLE_PLATE }])
    expect((await admin.data(CURRENT, by)).caseHelperGetCurrent).toEqual({
      version: 2,
      isCurrent: true,
      helperJson: { a: 2 },
      case: { id },
    });
  const refusals = [
    [{ caseId: ABSENT }, 'NOT_FOUND', 'caseId'],
    [{ plate: '1234567' }, 'NOT_FOUND', 'plate'],
    [{ caseId: id, plate: SAMPLE_PLATE }, 'VALIDATION_FAILED', 'caseId'],
    [{}, 'VALIDATION_FAILED', 'caseId'],
  ] as const;
  for (const [by, code, field] of refusals)
    expect((await admin.send(CURRENT, by)).errors?.[0]?.extensions).toMatchObject({ code, field: [field] });
});

const NODE = 'query ($id: ID!) { node(id: $id) { __typename id ... on Case { plate } ... on CaseHelper { version } } }';
const NODES =
  'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on Case { plate } ... on CaseHelper { version } } }';

test('node and nodes answer rows of any type in the order of their ids, null for what is not there to see', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const opened = await openCase(admin);
  const { helper } = await save(admin, { caseId: opened.id, expectedVersion: 0, helper: { a: 1 } });
  const foreign = await openCase(await (await world.org()).member('admin'));
  const absent = Buffer.from(`CaseHelper:${ABSENT}`).toString('base64url');
  expect((await admin.data(NODE, { id: opened.id })).node).toEqual({
    __typename: 'Case',
    id: opened.id,
    plate: SAMPLE_PLATE,
  });
  expect((await admin.data(NODE, { id: helper.id })).node).toEqual({
    __typename: 'CaseHelper',
    id: helper.id,
    version: 1,
  });
  expect((await admin.data(NODE, { id: foreign.id })).node).toBeNull();
  expect((await admin.data(NODE, { id: absent })).node).toBeNull();
  expect((await admin.data(NODES, { ids: [helper.id, foreign.id, opened.id, absent, helper.id] })).nodes).toEqual([
    { __typename: 'CaseHelper', version: 1 },
    null,
    { __typename: 'Case', plate: SAMPLE_PLATE },
    null,
    { __typename: 'CaseHelper', version: 1 },
  ]);
  expect((await admin.data(NODES, { ids: [] })).nodes).toEqual([]);
});

test("node and nodes take a row's UUID as well, of whatever type it is", async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const opened = await openCase(admin, { helper: { a: 1 } });
  const [version] = await world.db.query<{ id: string }>('select id from case_helper');
  expect((await admin.data(NODE, { id: opened.databaseId })).node).toMatchObject({ id: opened.id });
  expect((await admin.data(NODE, { id: version!.id.toUpperCase() })).node).toMatchObject({ version: 1 });
  expect((await admin.data(NODES, { ids: [version!.id, ABSENT, opened.databaseId] })).nodes).toEqual([
    { __typename: 'CaseHelper', version: 1 },
    null,
    { __typename: 'Case', plate: SAMPLE_PLATE },
  ]);
  const stranger = await (await world.org()).member('admin');
  expect((await stranger.data(NODE, { id: opened.databaseId })).node).toBeNull();
});

test('what was never an id is refused, and so are more than 100 ids', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id } = await openCase(admin);
  const unknownType = Buffer.from(`Nothing:${ABSENT}`).toString('base64url');
  for (const bad of ['', 'nonsense', unknownType]) {
    const { errors } = await admin.send(NODE, { id: bad });
    expect(errors?.[0]?.extensions.code, bad).toBe('VALIDATION_FAILED');
    expect((await admin.send(NODES, { ids: [id, bad] })).errors?.[0]?.extensions.code, bad).toBe('VALIDATION_FAILED');
  }
  expect((await admin.data(NODES, { ids: Array(100).fill(id) })).nodes).toHaveLength(100);
  expect((await admin.send(NODES, { ids: Array(101).fill(id) })).errors?.[0]?.extensions).toMatchObject({
    code: 'VALIDATION_FAILED',
    field: ['ids'],
  });
});
