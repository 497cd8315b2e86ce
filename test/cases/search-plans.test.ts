import pg from 'pg';
import { expect } from 'vitest';
import { INDEXED_POINTERS } from '../../src/resolvers/cases/indexed-pointers.ts';
import type { TestDatabase } from '../support/database.ts';
import { test } from '../support/fixtures.ts';
import { plansOf } from '../support/plans.ts';

const CASES = 20_000;
const HELPERS = 5_000;

/** An office of 20,000 cases, written past the triggers; every 200th is the assessor's. */
async function fill(db: TestDatabase, orgId: string, assessorId: string): Promise<void> {
  const client = new pg.Client({ connectionString: db.adminUrl });
  await client.connect();
  await client.query('set session_replication_role = replica');
  await client.query(
    `insert into public.cases (org_id, plate, owner_name, version, created_by, updated_by)
     select $1, (10000000 + n)::text, case n when 200 then 'zilberman' else md5(n::text) end, 1, case when n % 200 = 0 then 'USER:' || $2 else 'SYSTEM:x' end, 'SYSTEM:x'
     from generate_series(1, ${CASES}) n`,
    [orgId, assessorId],
  );
  await client.query(
    // As large as the rows of real cases are: 350 characters of words, 500 of facets.
    `insert into public.case_search_index (org_id, case_id, title, words, codes, facets)
     select k.org_id, k.id, k.plate, format(' %s %s ', k.plate, repeat(k.owner_name || ' ', 10)), array[k.plate],
       jsonb_build_object('model', repeat(k.owner_name, 15))
     from public.cases k`,
  );
  await client.query(
    `insert into public.case_helper (org_id, case_id, version, is_current, helper_json, content_hash, size_bytes, saved_by, saved_at)
     select k.org_id, k.id, 1, true, private.sample_helper(k.plate), '', 0, 'SYSTEM:x', now() from public.cases k where k.plate <= '${10_000_000 + HELPERS}'`,
  );
  await client.query('analyze');
  await client.end();
}

/** Makes a helper whose value at each listed pointer is the plate, once as a text and once as a number. */
const SAMPLE_HELPER = `
  create function private.sample_helper(plate text) returns jsonb language plpgsql as $$
  declare
    helper jsonb := '{}';
    pointer text;
    path text[];
  begin
    foreach pointer in array array['${INDEXED_POINTERS.join("','")}'] loop
      path := string_to_array(substr(pointer, 2), '/');
      for depth in 1 .. cardinality(path) - 1 loop
        if helper #> path[1:depth] is null then helper := jsonb_set(helper, path[1:depth], '{}'); end if;
      end loop;
      helper := jsonb_set(helper, path, case when plate::int % 2 = 0 then to_jsonb(plate) else to_jsonb(plate::int) end);
    end loop;
    return helper;
  end
  $$`;

const WORDS = 'select k.id from public.cases k join private.search_cases($1, $2) s on s.case_id = k.id';
const VALUES = 'select k.id from public.cases k where k.id in (select private.cases_by_helper_value($1, $2, $3, $4))';

test('under row level security a search and a filter at each listed pointer read an index, not every row', async ({
  world,
}) => {
  const { db } = world;
  const org = await world.org();
  const [admin, assessor] = [await org.member('admin'), await org.member('assessor')];
  await db.query(SAMPLE_HELPER);
  await fill(db, org.id, assessor.userId);
  for (const { userId } of [admin, assessor]) {
    for (const words of [['10000200'], ['zilberman', '1000'], ['zilbermann'], ['silberman']]) {
      const plans = await plansOf(db, userId, WORDS, [org.id, words]);
      expect(plans, words.join(' ')).toContain('Bitmap Index Scan on case_search_words');
      expect(plans).not.toContain('Seq Scan on case_search_index');
      expect(plans).toMatch(/rows: 1$/);
    }
    // The way to an index is the same for all; every pointer has to have one.
    for (const pointer of userId === admin.userId ? INDEXED_POINTERS : INDEXED_POINTERS.slice(0, 1)) {
      const path = pointer.slice(1).split('/');
      const index = `case_helper_at_${path.join('_')}`;
      const plans = await plansOf(db, userId, VALUES, [org.id, path, 'equals', '"10000200"']);
      expect(plans, pointer).toMatch(new RegExp(`Index Scan (using|on) ${index}\\b`));
      expect(plans).toMatch(/rows: 1$/);
    }
    const comparisons: [comparison: string, value: unknown, rows: number][] = [
      ['in', ['10000200', 10000401, 'x', null], userId === admin.userId ? 2 : 1],
      ['greaterThan', 10004995, userId === admin.userId ? 2 : 0],
      ['lessThan', '10000300', userId === admin.userId ? 149 : 1],
    ];
    for (const [comparison, value, rows] of comparisons) {
      const path = ['vehicle', 'year'];
      const plans = await plansOf(db, userId, VALUES, [org.id, path, comparison, JSON.stringify(value)]);
      expect(plans, comparison).toMatch(/Index Scan (using|on) case_helper_at_vehicle_year\b/);
      expect(plans, comparison).toMatch(new RegExp(`rows: ${rows}$`));
    }
  }
});

test('the pointers the server takes for indexed are those the database has an index for', async ({ db }) => {
  const indexes = await db.query<{ name: string; text: string }>(
    `select c.relname as name, pg_get_indexdef(c.oid) as text from pg_index i join pg_class c on c.oid = i.indexrelid
     where i.indrelid = 'public.case_helper'::regclass and i.indexprs is not null`,
  );
  const pointers = indexes.map(({ name, text }) => {
    const path = /helper_key\(\(helper_json #> '\{([\w,]+)\}'::text\[\]\)\)\) WHERE is_current$/.exec(text)?.[1];
    expect(path, text).toBeDefined();
    expect(name).toBe(`case_helper_at_${path!.replaceAll(',', '_')}`);
    return `/${path!.replaceAll(',', '/')}`;
  });
  expect(pointers.sort()).toEqual([...INDEXED_POINTERS].sort());
});
