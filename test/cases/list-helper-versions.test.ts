import { expect } from 'vitest';
import { openCase, save } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';

const PAGE = /* GraphQL */ `
  query Page($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
    case(id: $id) {
      helperVersions(first: $first, after: $after, last: $last, before: $before) {
        totalCount
        nodes { version isCurrent }
        edges { cursor node { version } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }
  }
`;
const AT =
  'query ($id: ID!, $version: Int, $at: DateTime) { case(id: $id) { helper(version: $version, at: $at) { version } } }';

async function openWithVersions(client: TestClient, count: number): Promise<string> {
  const { id: caseId } = await openCase(client);
  for (let version = 0; version < count; version++)
    await save(client, { caseId, expectedVersion: version, helper: { version } });
  return caseId;
}

async function pageOf(client: TestClient, id: string, args: Record<string, unknown>) {
  const { helperVersions } = (await client.data(PAGE, { id, ...args })).case;
  const { startCursor, endCursor, ...sides } = helperVersions.pageInfo;
  expect(startCursor).toBe(helperVersions.edges[0]?.cursor ?? null);
  expect(endCursor).toBe(helperVersions.edges.at(-1)?.cursor ?? null);
  return {
    versions: helperVersions.nodes.map((node: { version: number }) => node.version),
    sides,
    start: startCursor,
    end: endCursor,
    total: helperVersions.totalCount,
  };
}

test('versions are paged newest first, forwards and backwards, each side saying whether there is more', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const id = await openWithVersions(admin, 5);
  const first = await pageOf(admin, id, { first: 2 });
  expect(first).toMatchObject({ versions: [5, 4], sides: { hasNextPage: true, hasPreviousPage: false }, total: 5 });
  const second = await pageOf(admin, id, { first: 2, after: first.end });
  expect(second).toMatchObject({ versions: [3, 2], sides: { hasNextPage: true, hasPreviousPage: true } });
  const third = await pageOf(admin, id, { first: 2, after: second.end });
  expect(third).toMatchObject({ versions: [1], sides: { hasNextPage: false, hasPreviousPage: true } });
  const exact = await pageOf(admin, id, { first: 1, after: second.end });
  expect(exact).toMatchObject({ versions: [1], sides: { hasNextPage: false } });

  const last = await pageOf(admin, id, { last: 2 });
  expect(last).toMatchObject({ versions: [2, 1], sides: { hasNextPage: false, hasPreviousPage: true } });
  const before = await pageOf(admin, id, { last: 2, before: last.start });
  expect(before).toMatchObject({ versions: [4, 3], sides: { hasNextPage: true, hasPreviousPage: true } });
  const top = await pageOf(admin, id, { last: 2, before: before.start });
  expect(top).toMatchObject({ versions: [5], sides: { hasNextPage: true, hasPreviousPage: false } });
  expect((await pageOf(admin, id, { after: first.start, before: third.end })).versions).toEqual([4, 3, 2]);
  expect(await pageOf(admin, id, { after: third.end })).toMatchObject({ versions: [], start: null, end: null });
});

test('a version saved between two pages neither repeats nor hides one', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const id = await openWithVersions(admin, 4);
  const first = await pageOf(admin, id, { first: 2 });
  await save(admin, { caseId: id, expectedVersion: 4, helper: { new: true } });
  expect((await pageOf(admin, id, { first: 2, after: first.end })).versions).toEqual([2, 1]);
});

test('page sizes and cursors that make no sense are refused by name', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const id = await openWithVersions(admin, 1);
  const tampered = (value: string) => Buffer.from(JSON.stringify(['version-', value])).toString('base64url');
  const refusals: [args: Record<string, unknown>, code: string, field: string][] = [
    [{ first: 0 }, 'VALIDATION_FAILED', 'first'],
    [{ first: 201 }, 'VALIDATION_FAILED', 'first'],
    [{ first: -1 }, 'VALIDATION_FAILED', 'first'],
    [{ last: 0 }, 'VALIDATION_FAILED', 'last'],
    [{ first: 1, last: 1 }, 'VALIDATION_FAILED', 'last'],
    [{ after: 'nonsense' }, 'INVALID_CURSOR', 'after'],
    [{ after: '' }, 'INVALID_CURSOR', 'after'],
    [{ before: tampered('x') }, 'INVALID_CURSOR', 'before'],
    [{ after: tampered('9999999999') }, 'INVALID_CURSOR', 'after'],
    [{ after: tampered("1'--") }, 'INVALID_CURSOR', 'after'],
  ];
  for (const [args, code, field] of refusals)
    expect((await admin.send(PAGE, { id, ...args })).errors?.[0]?.extensions, JSON.stringify(args)).toMatchObject({
      code,
      field: [field],
    });
});

test('a version is found by its number and by a moment; before the first there is none', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const id = await openWithVersions(admin, 3);
  const rows = await world.db.query<{ saved_at: Date }>('select saved_at from case_helper order by version');
  const times = rows.map((row) => row.saved_at.getTime());
  const find = async (args: object) => (await admin.data(AT, { id, ...args })).case.helper?.version ?? null;
  expect(await find({})).toBe(3);
  expect(await find({ version: 2 })).toBe(2);
  for (const version of [0, 4, -1]) expect(await find({ version })).toBeNull();
  expect(await find({ at: new Date(times[0]! - 1).toISOString() })).toBeNull();
  // Versions of one millisecond: the moment shows the last of them.
  for (const time of times) expect(await find({ at: new Date(time).toISOString() })).toBe(times.lastIndexOf(time) + 1);
  expect(await find({ at: '2999-01-01T00:00:00+02:00' })).toBe(3);
  const both = await admin.send(AT, { id, version: 1, at: '2999-01-01T00:00:00Z' });
  expect(both.errors?.[0]?.extensions.code).toBe('VALIDATION_FAILED');
});

test('a saved version can not be changed or deleted, not even by the superuser', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  await openWithVersions(admin, 2);
  const before = await world.db.query('select * from case_helper order by version');
  const attempts = [
    "update case_helper set helper_json = '{}'",
    "update case_helper set note = 'x' where version = 1",
    "update case_helper set saved_by = 'USER:x', saved_at = '2001-01-01'",
    'update case_helper set is_current = false',
    'update case_helper set is_current = true where version = 1',
    'delete from case_helper where version = 1',
    'truncate case_helper',
    'delete from cases',
  ];
  for (const attempt of attempts) await expect(world.db.query(attempt), attempt).rejects.toThrow();
  for (const attempt of attempts.slice(0, 6))
    await expect(world.db.query(attempt), attempt).rejects.toMatchObject({ code: 'CG002' });
  expect(await world.db.query('select * from case_helper order by version')).toEqual(before);
});
