import { parse } from 'graphql';
import pg from 'pg';
import { expect } from 'vitest';
import { compileQuery } from '../../src/graphql/one-statement/compile.ts';
import { schema } from '../../src/schema/index.ts';
import { openCase } from '../support/cases.ts';
import type { TestDatabase } from '../support/database.ts';
import { test } from '../support/fixtures.ts';
import { plansOf } from '../support/plans.ts';

const CASES = 3_000;
const VERSIONS = 300;

/** Cases with one version each, as most are when statistics are taken, and many versions of one; written past the triggers. */
async function fill(db: TestDatabase, caseId: string): Promise<void> {
  const client = new pg.Client({ connectionString: db.adminUrl });
  await client.connect();
  await client.query('set session_replication_role = replica');
  await client.query(
    `insert into public.cases (org_id, plate, version, created_by, updated_by)
     select k.org_id, (10000000 + n)::text, 1, k.created_by, k.updated_by from public.cases k, generate_series(1, ${CASES}) n where k.id = $1`,
    [caseId],
  );
  const addVersions = `insert into public.case_helper (org_id, case_id, version, is_current, helper_json, content_hash, size_bytes, saved_by, saved_at)
     select k.org_id, k.id, n, n = $2::int, jsonb_build_object('n', n), '', 0, 'SYSTEM:x', now() from public.cases k, generate_series(1, $2::int) n`;
  await client.query(`${addVersions} where k.id <> $1`, [caseId, 1]);
  await client.query('analyze');
  await client.query(`${addVersions} where k.id = $1`, [caseId, VERSIONS]);
  await client.query('update public.cases set version = $2 where id = $1', [caseId, VERSIONS]);
  await client.end();
}

const READS = {
  'the helper of a case': 'query ($id: ID!) { caseHelperGetCurrent(caseId: $id) { version helperJson } }',
  'a case with its helper': 'query ($id: ID!) { case(id: $id) { plate helper { version helperJson } } }',
};

test('the current version is found without a look at those before it, however many they are', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const { databaseId: caseId } = await openCase(admin);
  await fill(world.db, caseId);
  const found = /Index Scan using case_helper_current on (public\.)?case_helper/;
  const walked =
    /Scan using case_helper_(case|pkey|case_id_version_key|org_id_id_key)|Seq Scan on (public\.)?case_helper/;
  for (const [what, query] of Object.entries(READS)) {
    const compiled = compileQuery({ schema, document: parse(query), variableValues: { id: caseId } }, null);
    const plans = await plansOf(world.db, admin.userId, compiled!.text, [...compiled!.values]);
    expect(plans, what).toMatch(found);
    expect(plans, what).not.toMatch(walked);
  }
  const save = `insert into public.case_helper (case_id, helper_json) values ($1, '{"n": 0}') returning version`;
  const plans = await plansOf(world.db, admin.userId, save, [caseId]);
  expect(plans).toMatch(found);
  expect(plans).not.toMatch(walked);
});

test('statistics do not take the values of a helper from whole documents', async ({ db }) => {
  const sampled = await db.query(
    `select a.attrelid::regclass::text as index, a.attname as column from pg_attribute a join pg_index i on i.indexrelid = a.attrelid
     where i.indrelid = 'public.case_helper'::regclass and i.indexprs is not null and i.indkey[a.attnum - 1] = 0
       and a.attstattarget is distinct from 0`,
  );
  expect(sampled).toEqual([]);
});
