import { randomUUID } from 'node:crypto';
import { test as base, expect } from 'vitest';
import { diffSchema } from '../../src/db/migrations/diff.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { test as serverTest } from '../support/fixtures.ts';

const test = base.extend<{ db: TestDatabase }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads what a fixture needs from its pattern
  db: async ({}, use) => {
    const db = await createDatabase();
    await use(db);
    await db.drop();
  },
});

test('prisma/schema and the migrated database agree', async ({ db }) => {
  expect(await diffSchema({ url: db.adminUrl })).toEqual({ empty: true, summary: '', sql: '' });
});

test('a difference of a column, a type, an index or a key is noticed and named', async ({ db }) => {
  const planted = {
    'alter table public.cases add column planted int': 'planted',
    'alter table public.cases alter column inspection_location type varchar(9)': 'inspection_location',
    'drop index public.cases_by_plate': 'plate',
    'alter table public.case_collaborators drop constraint case_collaborators_org_id_user_id_fkey': 'org_id',
    'drop table gateway.idempotency': 'idempotency',
  };
  for (const [statement, name] of Object.entries(planted)) {
    await db.query(statement);
    const { empty, sql } = await diffSchema({ url: db.adminUrl });
    expect(empty, statement).toBe(false);
    expect(sql).toContain(name);
  }
});

/** An organisation with a case of plate 11111, made past the server by the superuser. */
async function openCase(db: TestDatabase): Promise<{ orgId: string; caseId: string }> {
  const [org] = await db.query<{ id: string }>('insert into public.orgs (name) values ($1) returning id', [
    randomUUID(),
  ]);
  const [row] = await db.query<{ id: string }>(
    `insert into public.cases (org_id, plate, owner_name, version, created_by, created_at)
     values ($1, '11111', 'Owner', 99, 'USER:forged', '2001-01-01') returning id`,
    [org!.id],
  );
  return { orgId: org!.id, caseId: row!.id };
}

const SAVE = 'insert into public.case_helper (case_id, helper_json) values ($1, $2) returning *';

test('a case written past the server gets its own version, author, time and filing id all the same', async ({ db }) => {
  const { caseId } = await openCase(db);
  const [row] = await db.query(
    "select *, created_at > now() - interval '1 minute' as fresh from public.cases where id = $1",
    [caseId],
  );
  expect(row).toMatchObject({ version: 0, created_by: 'SYSTEM:postgres', updated_by: 'SYSTEM:postgres', fresh: true });
  expect(row!.filing_id).toMatch(/^YC-11111-\d{4}-1$/);
});

test('a version written past the server is numbered, hashed, signed, searchable and told', async ({ db }) => {
  const { orgId, caseId } = await openCase(db);
  const helper = { b: 1, a: 'ä', stakeholders: { garage: { name: 'Müllers Garage' } } };
  const [saved] = await db.query(
    `insert into public.case_helper (org_id, case_id, version, is_current, helper_json, content_hash, size_bytes, saved_by, saved_at)
     values ($1, $2, 77, false, $3, 'forged', -1, 'USER:forged', '2001-01-01') returning *, saved_at > now() - interval '1 minute' as fresh`,
    [randomUUID(), caseId, helper],
  );
  expect(saved).toMatchObject({
    org_id: orgId,
    version: 1,
    is_current: true,
    saved_by: 'SYSTEM:postgres',
    source: 'SYSTEM',
    fresh: true,
  });
  const [text] = await db.query<{ hash: string; size: number }>(
    "select encode(sha256(convert_to(helper_json::text, 'UTF8')), 'hex') as hash, octet_length(helper_json::text) as size from public.case_helper",
  );
  expect([saved!.content_hash, saved!.size_bytes]).toEqual([text!.hash, text!.size]);

  await db.query(SAVE, [caseId, { a: 2 }]);
  const versions = await db.query('select version, is_current from public.case_helper order by version');
  expect(versions).toEqual([
    { version: 1, is_current: false },
    { version: 2, is_current: true },
  ]);
  expect(await db.query('select version from public.cases')).toEqual([{ version: 2 }]);
  const log = await db.query('select org_seq::int, entity, case_version, actor from feed.change_log order by org_seq');
  expect(log).toEqual([
    { org_seq: 1, entity: 'orgs', case_version: null, actor: 'SYSTEM:postgres' },
    { org_seq: 2, entity: 'cases', case_version: null, actor: 'SYSTEM:postgres' },
    { org_seq: 3, entity: 'case_helper', case_version: 1, actor: 'SYSTEM:postgres' },
    { org_seq: 4, entity: 'case_helper', case_version: 2, actor: 'SYSTEM:postgres' },
  ]);
  expect(await db.query('select 1 from feed.pending')).toEqual([]);
});

test('the search projection follows the case and its current helper', async ({ db }) => {
  const { caseId } = await openCase(db);
  const words = async () => (await db.query<{ words: string }>('select words from public.case_search_index'))[0]!.words;
  expect(await words()).toContain('owner');
  await db.query(SAVE, [caseId, { stakeholders: { garage: { name: 'Müllers Garage' } } }]);
  expect(await words()).toContain('mullers garage');
  await db.query("update public.cases set owner_name = 'Newcomer' where id = $1", [caseId]);
  expect(await words()).toMatch(/newcomer.*mullers/);
  await db.query(SAVE, [caseId, { stakeholders: { garage: { name: 'Other' } } }]);
  expect(await words()).not.toContain('mullers');
});

test('two versions with one number, or two current ones, are impossible even without the triggers', async ({ db }) => {
  const { orgId, caseId } = await openCase(db);
  await db.query(SAVE, [caseId, {}]);
  await db.query('alter table public.case_helper disable trigger user');
  const insert = `insert into public.case_helper (org_id, case_id, version, is_current, helper_json, content_hash, size_bytes, saved_by, saved_at)
    values ($1, $2, $3, $4, '{}', '', 0, 'x', now())`;
  await expect(db.query(insert, [orgId, caseId, 1, false])).rejects.toMatchObject({
    constraint: 'case_helper_case_id_version_key',
  });
  await expect(db.query(insert, [orgId, caseId, 2, true])).rejects.toMatchObject({ constraint: 'case_helper_current' });
});

test('nobody changes or deletes a saved version, moves a case, or changes its plate; the superuser neither', async ({
  db,
}) => {
  const { caseId } = await openCase(db);
  const other = await openCase(db);
  await db.query(SAVE, [caseId, {}]);
  const refused = {
    'update public.case_helper set helper_json = jsonb_build_object()': 'CG002',
    'update public.case_helper set version = version + 1': 'CG002',
    'update public.case_helper set is_current = false': 'CG002',
    "update public.case_helper set label = 'x'": 'CG002',
    'delete from public.case_helper': 'CG002',
    "update public.cases set plate = '22222'": 'CG001',
    "update public.cases set created_by = 'USER:forged'": 'CG002',
    'update public.cases set id = gen_random_uuid()': 'CG002',
    [`update public.cases set org_id = '${other.orgId}'`]: 'CG002',
  };
  for (const [statement, code] of Object.entries(refused))
    await expect(db.query(statement), statement).rejects.toMatchObject({ code });
});

test('plates, documents and states that make no sense are refused by the database itself', async ({ db }) => {
  const { orgId, caseId } = await openCase(db);
  const refused = {
    [`insert into public.cases (org_id, plate) values ('${orgId}', '12-345-67')`]: 'cases_plate_digits',
    [`insert into public.cases (org_id, plate) values ('${orgId}', '1234')`]: 'cases_plate_digits',
    [`insert into public.cases (org_id) values ('${orgId}')`]: 'cases_plate_digits',
    [`insert into public.cases (org_id, plate) values ('${orgId}', '11111')`]: 'cases_active_plate',
    "update public.cases set status = 'DONE'": 'cases_status_check',
    [`insert into public.case_helper (case_id, helper_json) values ('${caseId}', '[]')`]:
      'case_helper_helper_json_check',
  };
  for (const [statement, constraint] of Object.entries(refused))
    await expect(db.query(statement), statement).rejects.toMatchObject({ constraint });
});

test('a closed case frees its plate, and reopening it beside a new one is refused', async ({ db }) => {
  const { orgId, caseId } = await openCase(db);
  await db.query("update public.cases set status = 'CLOSED' where id = $1", [caseId]);
  await db.query("insert into public.cases (org_id, plate) values ($1, '11111')", [orgId]);
  await expect(db.query("update public.cases set status = 'OPEN' where id = $1", [caseId])).rejects.toMatchObject({
    constraint: 'cases_active_plate',
  });
});

serverTest('what changed in a version written past the server is worked out when it is read', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const [row] = await world.db.query<{ id: string }>(
    "insert into public.cases (org_id, plate) values ($1, '11111') returning id",
    [org.id],
  );
  for (const helper of [
    { a: 1, b: { c: 1 } },
    { a: 1, b: { c: 2 } },
  ])
    await world.db.query(SAVE, [row!.id, helper]);
  const read = await admin.data(
    `{ case(id: "${row!.id}") { createdBy { kind } helper { version changedPaths source savedBy { kind } helperJson } } }`,
  );
  expect(read.case).toEqual({
    createdBy: { kind: 'SYSTEM' },
    helper: {
      version: 2,
      changedPaths: ['/b/c'],
      source: 'SYSTEM',
      savedBy: { kind: 'SYSTEM' },
      helperJson: { a: 1, b: { c: 2 } },
    },
  });
});
