import { expect } from 'vitest';
import { openCase } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { statementsOf } from '../support/statements.ts';

const PAGE = /* GraphQL */ `
  query Page($first: Int, $after: String, $last: Int, $before: String, $search: String, $orderBy: [CaseOrder!]) {
    cases(first: $first, after: $after, last: $last, before: $before, filter: { search: $search }, orderBy: $orderBy) {
      totalCount
      nodes { plate }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`;
const OWNERS = ['Shapira', 'Shapirov', 'Rav-Shapira', 'abshapira', 'Shapiro', 'Dana Shapira'];
const ROWS = 23;

test('pages of a search visit each hit exactly once, forwards and backwards, while hits are added', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  for (let index = 0; index < ROWS; index++)
    await openCase(admin, { plate: String(10_000 + index), ownerName: OWNERS[index % OWNERS.length] });
  await openCase(admin, { plate: '99999', ownerName: 'Cohen' });
  const whole = (await admin.data(PAGE, { first: 200, search: 'shapira' })).cases;
  expect(whole.totalCount).toBe(ROWS);
  const expected = whole.nodes.map((node: { plate: string }) => node.plate);
  let added = 0;
  for (const backwards of [false, true]) {
    const seen: string[] = [];
    let cursor: string | null = null;
    for (let more = true; more; ) {
      const place: Record<string, unknown> = backwards ? { last: 4, before: cursor } : { first: 4, after: cursor };
      const { nodes, pageInfo } = (await admin.data(PAGE, { ...place, search: 'shapira' })).cases;
      const plates = nodes.map((node: { plate: string }) => node.plate);
      if (backwards) seen.unshift(...plates);
      else seen.push(...plates);
      cursor = backwards ? pageInfo.startCursor : pageInfo.endCursor;
      more = backwards ? pageInfo.hasPreviousPage : pageInfo.hasNextPage;
      if (added < 6) await openCase(admin, { plate: String(20_000 + added), ownerName: OWNERS[added++] });
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((plate) => plate.startsWith('1'))).toEqual(expected);
  }
});

test('with an order of its own a search is not ranked, and the cursors of the two orders are not exchanged', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  for (const [plate, ownerName] of [
    ['10001', 'Shapira'],
    ['10002', 'Shapirov'],
    ['10003', 'Shapira'],
  ])
    await openCase(admin, { plate, ownerName });
  const orderBy = [{ field: 'PLATE', direction: 'ASC' }];
  const ordered = (await admin.data(PAGE, { search: 'shapira', orderBy, first: 2 })).cases;
  expect(ordered.nodes).toEqual([{ plate: '10001' }, { plate: '10002' }]);
  const ranked = (await admin.data(PAGE, { search: 'shapira', first: 2 })).cases;
  expect(ranked.nodes).toEqual([{ plate: '10003' }, { plate: '10001' }]);
  const next = (await admin.data(PAGE, { search: 'shapira', first: 2, after: ranked.pageInfo.endCursor })).cases;
  expect(next.nodes).toEqual([{ plate: '10002' }]);
  const wrong = [
    { search: 'shapira', after: ordered.pageInfo.endCursor },
    { search: 'shapira', orderBy, after: ranked.pageInfo.endCursor },
    { after: ranked.pageInfo.endCursor },
  ];
  for (const variables of wrong)
    expect((await admin.send(PAGE, variables)).errors?.[0]?.extensions.code).toBe('INVALID_CURSOR');
});

test('a search, its page and its count together, costs the same statements whatever it finds', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  for (let index = 0; index < 8; index++)
    await openCase(admin, { plate: String(10_000 + index), ownerName: 'Shapira' });
  const isSearch = (text: string) => text.includes('private.search_cases');
  const sent = async (first: number) =>
    statementsOf(
      () => admin.data(PAGE, { search: 'shapira', first }),
      (text) => /cases k\b/.test(text),
    );
  const one = await sent(1);
  const eight = await sent(8);
  expect(eight.filter(isSearch)).toHaveLength(1);
  expect(eight.length).toBe(one.length);
});
