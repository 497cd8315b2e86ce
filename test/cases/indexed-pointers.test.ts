import { expect } from 'vitest';
import { openCase } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';

const COMPARISONS = ['equals', 'in', 'contains', 'greaterThan', 'lessThan'];

const LONG = 'א'.repeat(250);
const VALUES = [
  null,
  true,
  false,
  0,
  -1,
  1,
  1.5,
  10,
  1_000_000.25,
  -0.001,
  '',
  '1',
  '10',
  '2',
  'Zilberman',
  'zilberman',
  'מוסך',
  LONG,
  `${LONG}א`,
  `${LONG}ב`,
  LONG.slice(0, 200),
  'x'.repeat(5_000),
  [],
  [1, '1'],
  {},
  { a: 1 },
];

/** Plates that fit each of the filters, all asked at once; the counts must agree. */
async function find(client: TestClient, filters: Record<string, unknown>[]): Promise<string[][]> {
  const names = filters.map((_, index) => `f${index}`);
  const data = await client.data(
    `query (${names.map((name) => `$${name}: CaseFilter`).join()}) {
       ${names.map((name) => `${name}: cases(filter: $${name}, orderBy: [{ field: PLATE, direction: ASC }]) { totalCount nodes { plate } }`).join(' ')}
     }`,
    Object.fromEntries(names.map((name, index) => [name, { helper: [filters[index]] }])),
  );
  return names.map((name) => {
    const plates = data[name].nodes.map((node: { plate: string }) => node.plate);
    expect(data[name].totalCount).toBe(plates.length);
    return plates;
  });
}

test('a filter at an indexed pointer answers exactly as the same filter at a pointer without an index', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const plateOf = (index: number) => String(10_001 + index);
  for (const [index, value] of VALUES.entries())
    await openCase(admin, { plate: plateOf(index), helper: { vehicle: { year: value }, other: { year: value } } });
  await openCase(admin, { plate: '20001', helper: { vehicle: {} } });
  await openCase(admin, { plate: '20002' });
  for (const [index, value] of VALUES.entries()) {
    const given = value === null ? COMPARISONS.slice(0, 1) : COMPARISONS;
    const filters = given.map((name) => ({ [name]: name === 'in' ? [value, 'nowhere', LONG] : value }));
    const [indexed, plain] = [
      await find(
        admin,
        filters.map((filter) => ({ pointer: '/vehicle/year', ...filter })),
      ),
      await find(
        admin,
        filters.map((filter) => ({ pointer: '/other/year', ...filter })),
      ),
    ];
    expect(indexed, JSON.stringify(value).slice(0, 20)).toEqual(plain);
    expect(indexed[0]).toEqual([plateOf(index)]);
  }
  const rest = [
    { pointer: '/vehicle/year', in: [] },
    { pointer: '/vehicle/year', exists: false },
  ];
  expect(await find(admin, rest)).toEqual([[], ['20001']]);
});

test('a filter at an indexed pointer sees the current version alone', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id } = await openCase(admin, { helper: { vehicle: { year: '2020' } } });
  const { caseHelperSaveFull } = await admin.data(
    'mutation ($input: CaseHelperSaveFullInput!) { caseHelperSaveFull(input: $input) { ok } }',
    { input: { caseId: id, expectedVersion: 1, helper: { vehicle: { year: '2021' } } } },
  );
  expect(caseHelperSaveFull.ok).toBe(true);
  const years = ['2020', '2021'].map((year) => ({ pointer: '/vehicle/year', equals: year }));
  expect(await find(admin, years)).toEqual([[], ['90012345']]);
});
