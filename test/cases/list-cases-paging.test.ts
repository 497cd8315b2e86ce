import { expect } from 'vitest';
import { openCase } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import type { TestDatabase } from '../support/database.ts';
import { test } from '../support/fixtures.ts';

const PAGE = /* GraphQL */ `
  query Page($first: Int, $after: String, $last: Int, $before: String, $orderBy: [CaseOrder!]) {
    cases(first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy) {
      nodes { plate status createdAt updatedAt }
      edges { cursor }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`;

const STATUSES = ['OPEN', 'IN_PROGRESS', 'PAID', 'CLOSED'];
const ROWS = 25;
const SIZE = 4;

const plateOf = (index: number) => String(10_000_000 + ((index * 7_919) % 1_000) * 100 + index);

async function openMany(client: TestClient, from: number, count: number): Promise<string[]> {
  const plates = Array.from({ length: count }, (_, index) => plateOf(from + index));
  for (const [index, plate] of plates.entries())
    await openCase(client, { plate, status: STATUSES[(from + index) % STATUSES.length] });
  return plates;
}

/** Makes times that many rows share, so that the order's last key has to decide. */
async function shareTimes(db: TestDatabase): Promise<void> {
  await db.query('alter table cases disable trigger user');
  await db.query(
    "update cases set created_at = date_trunc('minute', created_at), updated_at = date_trunc('minute', updated_at)",
  );
  await db.query('alter table cases enable trigger user');
}

const FIELDS = ['CREATED_AT', 'UPDATED_AT', 'PLATE', 'STATUS'];
const KEYS: Record<string, 'createdAt' | 'updatedAt' | 'plate' | 'status'> = {
  CREATED_AT: 'createdAt',
  UPDATED_AT: 'updatedAt',
  PLATE: 'plate',
  STATUS: 'status',
};
const ORDERS = [
  ...FIELDS.flatMap((field) => ['ASC', 'DESC'].map((direction) => [{ field, direction }])),
  [
    { field: 'STATUS', direction: 'ASC' },
    { field: 'CREATED_AT', direction: 'DESC' },
  ],
  [
    { field: 'STATUS', direction: 'DESC' },
    { field: 'PLATE', direction: 'ASC' },
    { field: 'STATUS', direction: 'ASC' },
  ],
];
const nameOf = (orderBy: { field: string; direction: string }[]) =>
  orderBy.map(({ field, direction }) => `${field} ${direction}`).join(', ');

test('every order visits each row exactly once, forwards and backwards, while rows are inserted between pages', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const plates = await openMany(admin, 0, ROWS);
  await shareTimes(world.db);
  let next = ROWS;
  for (const orderBy of ORDERS) {
    const old = new Set([...plates]);
    for (const backwards of [false, true]) {
      const name = `${nameOf(orderBy)}, ${backwards ? 'backwards' : 'forwards'}`;
      const seen: { plate: string; status: string; createdAt: string; updatedAt: string }[] = [];
      let cursor: string | null = null;
      for (let more = true; more; ) {
        const place: Record<string, unknown> = backwards
          ? { last: SIZE, before: cursor }
          : { first: SIZE, after: cursor };
        const { nodes, pageInfo } = (await admin.data(PAGE, { ...place, orderBy })).cases;
        if (backwards) seen.unshift(...nodes);
        else seen.push(...nodes);
        cursor = backwards ? pageInfo.startCursor : pageInfo.endCursor;
        more = backwards ? pageInfo.hasPreviousPage : pageInfo.hasNextPage;
        if (seen.length <= SIZE) plates.push(...(await openMany(admin, next++, 1)));
      }
      const found = seen.map((row) => row.plate);
      expect(new Set(found).size, `${name}: no row twice`).toBe(found.length);
      expect(
        [...old].filter((plate) => !found.includes(plate)),
        `${name}: none missing`,
      ).toEqual([]);
      const { field, direction } = orderBy[0]!;
      const keys = seen.map((row) => row[KEYS[field]!]);
      const sorted = await sortAsPostgres(world.db, keys, direction);
      expect(keys, `${name}: in order`).toEqual(sorted);
    }
  }
});

async function sortAsPostgres(db: TestDatabase, values: string[], direction: string): Promise<string[]> {
  const rows = await db.query<{ value: string }>(
    `select value from unnest($1::text[]) as value order by value ${direction === 'ASC' ? 'asc' : 'desc'}`,
    [values],
  );
  return rows.map((row) => row.value);
}

test('without an order the newest come first; without a size a page has 50', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const plates = await openMany(admin, 0, 51);
  const { nodes, pageInfo } = (await admin.data(PAGE)).cases;
  expect(nodes.map((node: { plate: string }) => node.plate)).toEqual(plates.toReversed().slice(0, 50));
  expect(pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
});

test('a page has 1 to 200 rows', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const wrong: [args: Record<string, unknown>, field: string][] = [
    [{ first: 0 }, 'first'],
    [{ first: 201 }, 'first'],
    [{ first: -5 }, 'first'],
    [{ last: 0 }, 'last'],
    [{ last: 201 }, 'last'],
    [{ first: 1, last: 1 }, 'last'],
  ];
  for (const [args, field] of wrong)
    expect((await admin.send(PAGE, args)).errors?.[0]?.extensions).toMatchObject({
      code: 'VALIDATION_FAILED',
      field: [field],
    });
  for (const args of [{ first: 1 }, { first: 200 }, { last: 200 }])
    expect((await admin.data(PAGE, args)).cases).toMatchObject({
      nodes: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
});

test('a cursor of another order, or one that was tampered with, is refused by name', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  await openMany(admin, 0, 3);
  const { pageInfo } = (await admin.data(PAGE, { first: 1 })).cases;
  const genuine = JSON.parse(Buffer.from(pageInfo.endCursor, 'base64url').toString()) as string[];
  const encode = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url');
  const [order, at, id] = genuine as [string, string, string];
  const tampered: Record<string, string> = {
    empty: '',
    text: 'cursor',
    'no array': encode({ order }),
    'a number': encode(7),
    'too few parts': encode([order, at]),
    'too many parts': encode([order, at, id, id]),
    'another order': encode(['createdAt+,id+', at, id]),
    'an unknown order': encode(['x', at, id]),
    'no time': encode([order, 'now', id]),
    'a month 13': encode([order, '2025-13-01T00:00:00.000Z', id]),
    'a 31st of February': encode([order, '2025-02-31T00:00:00.000Z', id]),
    'an hour 25': encode([order, '2025-01-01T25:00:00.000Z', id]),
    'a year 0': encode([order, '0000-01-01T00:00:00.000Z', id]),
    infinity: encode([order, 'infinity', id]),
    'a number for a time': encode([order, 7, id]),
    'null for a time': encode([order, null, id]),
    'no UUID': encode([order, at, 'x']),
    SQL: encode([order, at, "x' or true --"]),
    'a huge one': encode([order, at, 'x'.repeat(3_000)]),
    'half of it': pageInfo.endCursor.slice(0, 20),
    'a feed cursor': Buffer.from('feed:1').toString('base64url'),
  };
  for (const [what, cursor] of Object.entries(tampered))
    for (const side of ['after', 'before'] as const)
      expect((await admin.send(PAGE, { [side]: cursor })).errors?.[0]?.extensions, `${side}: ${what}`).toMatchObject({
        code: 'INVALID_CURSOR',
        field: [side],
      });
  const orderBy = [{ field: 'PLATE', direction: 'ASC' }];
  const other = await admin.send(PAGE, { after: pageInfo.endCursor, orderBy });
  expect(other.errors?.[0]?.extensions).toMatchObject({ code: 'INVALID_CURSOR', field: ['after'] });
  const text = (await admin.data(PAGE, { first: 1, orderBy })).cases.pageInfo.endCursor;
  const [textOrder, , textId] = JSON.parse(Buffer.from(text, 'base64url').toString()) as [string, string, string];
  expect(
    (await admin.send(PAGE, { after: encode([textOrder, '1\0', textId]), orderBy })).errors?.[0]?.extensions.code,
  ).toBe('INVALID_CURSOR');
});
