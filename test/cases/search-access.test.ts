import { expect } from 'vitest';
import { openCase } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import type { TestDatabase } from '../support/database.ts';
import { test } from '../support/fixtures.ts';

const SEARCH =
  'query ($filter: CaseFilter, $first: Int) { cases(first: $first, filter: $filter) { totalCount nodes { plate } } }';

const POINTER = { pointer: '/stakeholders/garage/name', equals: 'Zilberman' };
const helper = { stakeholders: { garage: { name: 'Zilberman' } } };

async function find(client: TestClient, filter: Record<string, unknown>): Promise<[total: number, plates: string[]]> {
  const { cases } = await client.data(SEARCH, { filter, first: 200 });
  return [cases.totalCount, cases.nodes.map((node: { plate: string }) => node.plate).sort()];
}

/** Ids that the functions behind search answer to somebody who calls them past the server. */
async function ask(db: TestDatabase, claims: Record<string, unknown>, orgId: string): Promise<number[]> {
  const [row] = await db.query<{ words: number; values: number }>(
    `with me as materialized (select set_config('request.jwt.claims', $1, true))
     select (select count(*)::int from me, private.search_cases($2, '{zilberman}')) as words,
            (select count(*)::int from me, private.cases_by_helper_value($2, '{stakeholders,garage,name}', 'equals', '"Zilberman"')) as values`,
    [JSON.stringify(claims), orgId],
  );
  return [row!.words, row!.values];
}

test('each caller finds and counts the cases that are his to see, and no others', async ({ world }) => {
  const org = await world.org();
  const [admin, assessor, colleague, assistant] = [
    await org.member('admin'),
    await org.member('assessor'),
    await org.member('assessor'),
    await org.member('assistant'),
  ];
  const plates = Array.from({ length: 6 }, (_, index) => String(10_001 + index));
  for (const plate of plates.slice(0, 3)) await openCase(admin, { plate, helper });
  await openCase(assessor, { plate: plates[3], helper });
  await openCase(admin, { plate: plates[4], helper, assignedTo: assessor.userId });
  const shared = await openCase(colleague, { plate: plates[5], helper });
  await world.db.query('insert into public.case_collaborators (org_id, case_id, user_id) values ($1, $2, $3)', [
    org.id,
    shared.databaseId,
    assessor.userId,
  ]);
  const stranger = await (await world.org()).member('admin');
  const key = await org.apiKey();
  const blindKey = await org.apiKey(['org.read']);
  const expected: [name: string, client: TestClient, claims: Record<string, unknown>, plates: string[]][] = [
    ['admin', admin, { role: 'authenticated', sub: admin.userId }, plates],
    ['assistant', assistant, { role: 'authenticated', sub: assistant.userId }, plates],
    ['assessor', assessor, { role: 'authenticated', sub: assessor.userId }, plates.slice(3)],
    ['colleague', colleague, { role: 'authenticated', sub: colleague.userId }, plates.slice(5)],
    ['stranger', stranger, { role: 'authenticated', sub: stranger.userId }, []],
    ['key', key, { role: 'authenticated', api_key_id: key.id }, plates],
    ['service', await world.service({ 'x-org-id': org.id }), { role: 'service_role' }, plates],
  ];
  for (const [name, client, claims, found] of expected) {
    expect(await find(client, { search: 'zilberman' }), name).toEqual([found.length, found]);
    expect(await find(client, { helper: [POINTER] }), name).toEqual([found.length, found]);
    expect(await ask(world.db, claims, org.id), `${name} past the server`).toEqual([found.length, found.length]);
  }
  expect(await ask(world.db, { role: 'authenticated', api_key_id: blindKey.id }, org.id)).toEqual([0, 0]);
  expect(await ask(world.db, { role: 'authenticated', sub: '' }, org.id)).toEqual([0, 0]);
  expect(await ask(world.db, {}, org.id)).toEqual([0, 0]);
});

test('an assessor finds his one case among a thousand hits that are others’', async ({ world }) => {
  const org = await world.org();
  const assessor = await org.member('assessor');
  await openCase(assessor, { plate: '10001', ownerName: 'Zilbermann' });
  const others = await world.db.query<{ id: string }>(
    `insert into public.cases (org_id, plate, owner_name, created_by)
     select $1, (20000 + n)::text, 'Zilberman', 'x' from generate_series(1, 1000) n returning id`,
    [org.id],
  );
  expect(others).toHaveLength(1_000);
  expect(await find(assessor, { search: 'zilberman' })).toEqual([1, ['10001']]);
  const admin = await org.member('admin');
  expect((await find(admin, { search: 'zilberman' }))[0]).toBe(1_001);
  // The office's other filters see every hit, not the best ones alone.
  expect(await find(admin, { search: 'zilberman', plate: '10001' })).toEqual([1, ['10001']]);
});
