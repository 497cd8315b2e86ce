import { test as base, expect } from 'vitest';
import { diffSchema } from '../../src/db/migrations/diff.ts';
import { defaultMigrationsDir, listMigrationNames } from '../../src/db/migrations/folders.ts';
import { migrate } from '../../src/db/migrations/migrate.ts';
import { undoLastMigration } from '../../src/db/migrations/undo.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

/** The project's own migrations on a database that has nothing. */
const test = base.extend<{ db: TestDatabase }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads what a fixture needs from its pattern
  db: async ({}, use) => {
    const db = await createDatabase('template0');
    await use(db);
    await db.drop();
  },
});

test('an empty database is migrated whole, in order; a second time does nothing', async ({ db }) => {
  const names = await listMigrationNames(defaultMigrationsDir);
  expect(await migrate({ url: db.adminUrl })).toEqual({ applied: names, total: names.length });
  const before = await catalogueOf(db);
  expect(await migrate({ url: db.adminUrl })).toEqual({ applied: [], total: names.length });
  expect(await catalogueOf(db)).toEqual(before);
});

test('servers that start together on an empty database migrate it once', async ({ db }) => {
  const names = await listMigrationNames(defaultMigrationsDir);
  const results = await Promise.all([1, 2, 3].map(() => migrate({ url: db.adminUrl })));
  expect(results.map(({ applied }) => applied.length).sort()).toEqual([0, 0, names.length]);
});

test('the last migration is undone by its down script without a trace, and applied again', async ({ db }) => {
  const names = await listMigrationNames(defaultMigrationsDir);
  const last = names.at(-1)!;
  await migrate({ url: db.adminUrl });
  const migrated = await catalogueOf(db);

  expect(await undoLastMigration({ url: db.adminUrl })).toBe(last);
  const undone = await catalogueOf(db);
  expect(undone).not.toEqual(migrated);
  expect(undone.filter((line) => line.includes('idempotency'))).toEqual([]);

  expect(await migrate({ url: db.adminUrl })).toEqual({ applied: [last], total: names.length });
  expect(await catalogueOf(db)).toEqual(migrated);
  expect((await diffSchema({ url: db.adminUrl })).empty).toBe(true);
});

/** Supabase's own names, which are there before us: a user table with more columns, functions, a publication. */
const SUPABASE = `
  create schema auth;
  create table auth.users (id uuid primary key, email varchar(255), instance_id uuid, created_at timestamptz);
  create function auth.uid() returns uuid language sql stable as 'select null::uuid';
  create function auth.jwt() returns jsonb language sql stable as 'select ''{"theirs":true}''::jsonb';
  create publication supabase_realtime;
  create schema extensions;
  create extension pgcrypto with schema extensions`;

test('what Supabase has made already is left as it is', async ({ db }) => {
  await db.query(SUPABASE);
  await migrate({ url: db.adminUrl });
  const [found] = await db.query(
    `select auth.jwt() as jwt, (select count(*)::int from pg_attribute where attrelid = 'auth.users'::regclass and attnum > 0) as columns,
       (select relrowsecurity from pg_class where oid = 'auth.users'::regclass) as rls`,
  );
  expect(found).toEqual({ jwt: { theirs: true }, columns: 4, rls: false });
  expect(await db.query("select 1 from pg_publication_tables where pubname = 'supabase_realtime'")).toHaveLength(2);
});

/** One line a relation, function, policy, trigger, constraint and grant of our schemas. */
async function catalogueOf(db: TestDatabase): Promise<string[]> {
  const rows = await db.query<{ line: string }>(
    `with ours as (select oid from pg_namespace where nspname in ('public', 'feed', 'gateway', 'private', 'auth'))
     select concat_ws(' ', 'relation', c.oid::regclass, c.relkind, c.relacl, c.relrowsecurity, c.relforcerowsecurity) as line
       from pg_class c where c.relnamespace in (select oid from ours)
     union all select concat_ws(' ', 'function', p.oid::regprocedure, p.proacl, md5(p.prosrc)) from pg_proc p where p.pronamespace in (select oid from ours)
     union all select concat_ws(' ', 'policy', tablename, policyname, qual, with_check) from pg_policies
     union all select 'trigger ' || pg_get_triggerdef(t.oid) from pg_trigger t where not t.tgisinternal
     union all select concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid)) from pg_constraint where connamespace in (select oid from ours)
     order by 1`,
  );
  return rows.map((row) => row.line);
}
