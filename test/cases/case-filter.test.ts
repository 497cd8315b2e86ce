import { expect } from 'vitest';
import type { JsonValue } from '../../src/json/json-value.ts';
import { openCase, SAMPLE_PLATE, sampleHelper, upsert } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';

const LIST =
  'query ($filter: CaseFilter) { cases(filter: $filter, orderBy: [{ field: PLATE, direction: ASC }]) { totalCount nodes { plate } } }';

/** Plates of the cases that fit; the count must agree with the rows. */
async function find(client: TestClient, filter: Record<string, unknown>): Promise<string[]> {
  const { cases } = await client.data(LIST, { filter });
  const plates = cases.nodes.map((node: { plate: string }) => node.plate);
  expect(cases.totalCount).toBe(plates.length);
  return plates;
}

test('every filter narrows the list, and all that is given must hold', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const assessor = await org.member('assessor');
  const a = await openCase(admin, { plate: '11111', status: 'IN_PROGRESS', assignedTo: assessor.userId });
  await openCase(admin, { plate: '22222', status: 'PAID' });
  await openCase(admin, { plate: '33333', status: 'CLOSED', assignedTo: assessor.userId });
  await world.db.query('alter table cases disable trigger user');
  for (const [plate, at] of [
    ['11111', '2025-01-01'],
    ['22222', '2025-02-01'],
    ['33333', '2025-03-01'],
  ])
    await world.db.query('update cases set created_at = $2, updated_at = $2 where plate = $1', [
      plate,
      `${at}T00:00:00Z`,
    ]);
  await world.db.query('alter table cases enable trigger user');
  const table: [filter: Record<string, unknown>, plates: string[]][] = [
    [{}, ['11111', '22222', '33333']],
    [{ plate: '1-11-11' }, ['11111']],
    [{ plate: '44444' }, []],
    [{ status: ['PAID', 'CLOSED'] }, ['22222', '33333']],
    [{ status: [] }, []],
    [{ status: null, plate: null, isActive: null, search: null, helper: null }, ['11111', '22222', '33333']],
    [{ isActive: true }, ['11111', '22222']],
    [{ isActive: false }, ['33333']],
    [{ assignedTo: assessor.userId }, ['11111', '33333']],
    [{ assignedTo: assessor.userId, isActive: true }, ['11111']],
    [{ createdAfter: '2025-01-01T00:00:00Z' }, ['22222', '33333']],
    [{ createdAfter: '2025-01-31T23:59:59.999Z', createdBefore: '2025-03-01T00:00:00Z' }, ['22222']],
    [{ createdBefore: '2025-02-01T02:00:00.001+02:00' }, ['11111', '22222']],
    [{ updatedAfter: '2025-02-01T00:00:00Z' }, ['33333']],
    [{ updatedBefore: '2025-02-01T00:00:00Z' }, ['11111']],
  ];
  for (const [filter, plates] of table) expect(await find(admin, filter), JSON.stringify(filter)).toEqual(plates);
  await upsert(admin, { caseId: a.id, status: 'PAID' });
  expect(await find(admin, { status: ['PAID'] })).toEqual(['11111', '22222']);
});

test('search forgives spelling and word order, and takes % and _ as they stand', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const sample = await openCase(admin, { helper: sampleHelper(), ownerName: 'ישראלה ישראלי' });
  await openCase(admin, { plate: '1234567', ownerName: 'Dana Cohen', filingId: '100%_sure' });
  await openCase(admin, { plate: '7654321', ownerName: 'יוסף לוי', filingId: '100 to be sure' });
  const [found, none] = [[SAMPLE_PLATE], [] as string[]];
  const table: [search: string, plates: string[]][] = [
    ['', ['1234567', '7654321', SAMPLE_PLATE]],
    ['900-12-345', found],
    ['900 12 345', found],
    ['90012', found],
    ['ישראלה', found],
    ['ישראלי ישראלה', found],
    ['הדגמה מוסך', found],
    ['הדגמא', found],
    ['0000000001', found],
    ['0000000003', none],
    [sample.filingId, found],
    [sample.filingId.replace(/1$/, '2'), none],
    ['DANA', ['1234567']],
    ['Cohen Dana', ['1234567']],
    ['cohn dana', ['1234567']],
    ['Cohén', ['1234567']],
    ['לוי', ['7654321']],
    ['100%_', ['1234567']],
    ['%', ['1234567']],
    ['_', ['1234567']],
    ['%%%%%%', none],
    ['\\', none],
    ["' or true --", none],
    ['dana לוי', none],
  ];
  for (const [search, plates] of table)
    expect(await find(admin, { search }), JSON.stringify(search)).toEqual([...plates].sort());
});

test('search follows the case and its helper as they change', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { ownerName: 'Before' });
  expect(await find(admin, { search: 'Before' })).toEqual([SAMPLE_PLATE]);
  await upsert(admin, { caseId, ownerName: 'Afterwards', helper: { stakeholders: { garage: { name: 'Zilberman' } } } });
  expect(await find(admin, { search: 'Before' })).toEqual([]);
  expect(await find(admin, { search: 'zilberman afterwards' })).toEqual([SAMPLE_PLATE]);
});

test('a filter compares the value at a pointer of the current helper as JSON', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const helpers: Record<string, Record<string, JsonValue>> = {
    '11111': { n: 1, s: 'Garage North', list: ['a', 'b'], o: { x: 1, y: 2 }, nil: null, rows: [{ id: 1 }, { id: 2 }] },
    '22222': { n: 10, s: 'garage south', list: ['b', 1], o: { x: 1 }, '-1': 'key', '01': { 'a/b~': true } },
    '33333': { n: '1', s: 'מוסך', list: [], flag: false },
  };
  for (const [plate, helper] of Object.entries(helpers)) await openCase(admin, { plate, helper });
  await openCase(admin, { plate: '44444' });
  const table: [filter: Record<string, unknown>, plates: string[]][] = [
    [{ pointer: '/n', equals: 1 }, ['11111']],
    [{ pointer: '/n', equals: '1' }, ['33333']],
    [{ pointer: '/nil', equals: null }, ['11111']],
    [{ pointer: '/flag', equals: false }, ['33333']],
    [{ pointer: '/o', equals: { y: 2, x: 1 } }, ['11111']],
    [{ pointer: '/list', equals: ['b', 'a'] }, []],
    [{ pointer: '/n', in: [1, '1', true] }, ['11111', '33333']],
    [{ pointer: '/n', in: [] }, []],
    [{ pointer: '/s', contains: 'GARAGE' }, ['11111', '22222']],
    [{ pointer: '/s', contains: 'וס' }, ['33333']],
    [{ pointer: '/s', contains: '%' }, []],
    [{ pointer: '/list', contains: 'b' }, ['11111', '22222']],
    [{ pointer: '/list', contains: 1 }, ['22222']],
    [{ pointer: '/list', contains: ['a', 'b'] }, ['11111']],
    [{ pointer: '/o', contains: { x: 1 } }, ['11111', '22222']],
    [{ pointer: '', contains: { o: { y: 2 } } }, ['11111']],
    [{ pointer: '/n', greaterThan: 1 }, ['22222']],
    [{ pointer: '/n', lessThan: 10 }, ['11111']],
    [{ pointer: '/n', greaterThan: '0' }, ['33333']],
    [{ pointer: '/s', greaterThan: 'h' }, ['33333']],
    [{ pointer: '/missing', lessThan: 5 }, []],
    [{ pointer: '/nil', exists: true }, ['11111']],
    [{ pointer: '/nil', exists: false }, ['22222', '33333']],
    [{ pointer: '/rows/1/id', equals: 2 }, ['11111']],
    // RFC 6901 knows no -1 and no 01 in arrays, though Postgres does; they are keys like others.
    [{ pointer: '/rows/-1', exists: true }, []],
    [{ pointer: '/rows/01', exists: true }, []],
    [{ pointer: '/rows/+1', exists: true }, []],
    [{ pointer: '/rows/ 1', exists: true }, []],
    [{ pointer: '/-1', equals: 'key' }, ['22222']],
    [{ pointer: '/01/a~1b~0', equals: true }, ['22222']],
  ];
  for (const [filter, plates] of table)
    expect(await find(admin, { helper: [filter] }), JSON.stringify(filter)).toEqual(plates);
  const both = [
    { pointer: '/o/x', equals: 1 },
    { pointer: '/n', greaterThan: 5 },
  ];
  expect(await find(admin, { helper: both })).toEqual(['22222']);
});

test("a list shows the caller's own organisation alone", async ({ world }) => {
  await openCase(await (await world.org()).member('admin'), { ownerName: 'Dana', helper: { a: 1 } });
  const stranger = await (await world.org()).member('admin');
  const filters = [{}, { plate: SAMPLE_PLATE }, { search: 'Dana' }, { helper: [{ pointer: '/a', equals: 1 }] }];
  for (const filter of filters) expect(await find(stranger, filter)).toEqual([]);
});
