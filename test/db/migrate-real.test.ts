import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { test as base, expect } from 'vitest';
import { startEmbeddedPostgres } from '../../src/db/embedded/embedded-postgres.ts';
import { prepareLogins } from '../../src/db/login-roles.ts';
import { diffSchema } from '../../src/db/migrations/diff.ts';
import { defaultMigrationsDir, listMigrationNames } from '../../src/db/migrations/folders.ts';
import { migrate } from '../../src/db/migrations/migrate.ts';
import { undoLastMigration } from '../../src/db/migrations/undo.ts';
import { createLogger } from '../../src/log.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { LOGIN_SECRET } from '../support/secrets.ts';

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
  expect(undone).toEqual(await catalogueWithout(last));

  expect(await migrate({ url: db.adminUrl })).toEqual({ applied: [last], total: names.length });
  expect(await catalogueOf(db)).toEqual(migrated);
  expect((await diffSchema({ url: db.adminUrl })).empty).toBe(true);
});

/** The catalogue of a database that never had the last migration. */
async function catalogueWithout(last: string): Promise<string[]> {
  const migrationsDir = await copyMigrations((name) => name !== last);
  const db = await createDatabase('template0');
  try {
    await migrate({ url: db.adminUrl, migrationsDir });
    return await catalogueOf(db);
  } finally {
    await db.drop();
    await rm(migrationsDir, { recursive: true });
  }
}

const LAST_OF_FIRST_RELEASE = '20261121000600_gateway';

/** A folder of its own with the migrations that are meant. */
async function copyMigrations(isMeant: (name: string) => boolean): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'migrations-'));
  for (const name of await listMigrationNames(defaultMigrationsDir))
    if (isMeant(name)) await cp(join(defaultMigrationsDir, name), join(folder, name), { recursive: true });
  await cp(join(defaultMigrationsDir, 'migration_lock.toml'), join(folder, 'migration_lock.toml'));
  return folder;
}

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

test('a login that is no superuser migrates the database it owns, and everything holds under forced row security', async () => {
  const dataDir = join(tmpdir(), `casegraph-host-${randomUUID()}`);
  const host = await startEmbeddedPostgres({ dataDir, fsync: false });
  try {
    await run(
      host.url('postgres'),
      "create role host_admin login createrole password 'host'",
      'create database office owner host_admin',
    );
    const url = new URL(host.url('office'));
    Object.assign(url, { username: 'host_admin', password: 'host' });
    const names = await listMigrationNames(defaultMigrationsDir);
    expect((await migrate({ url: url.href })).applied).toEqual(names);
    expect(await prepareLogins(url.href, LOGIN_SECRET, createLogger('silent'))).toMatchObject({ confined: true });

    const rows = await run(
      url.href,
      'set role service_role',
      `select set_config('request.jwt.claims', '{"role":"service_role"}', false)`,
      "insert into auth.users (id) values ('00000000-0000-4000-8000-00000000000a')",
      "insert into public.orgs (name) values ('office')",
      "insert into public.user_orgs (org_id, user_id, role) select o.id, u.id, 'assessor' from public.orgs o, auth.users u",
      "insert into public.cases (org_id, plate, assigned_to) select id, '11111', '00000000-0000-4000-8000-00000000000a' from public.orgs",
      'insert into public.case_collaborators (org_id, case_id, user_id) select org_id, id, assigned_to from public.cases',
      `insert into public.case_helper (case_id, helper_json) select id, '{}' from public.cases`,
      'delete from public.user_orgs',
      `select k.filing_id like 'YC-11111-%-1' as numbered, k.version, k.assigned_to, h.saved_by, s.words like '%11111%' as searchable,
         (select count(*)::int from public.case_collaborators) as shares, (select max(org_seq)::int > 4 from feed.change_log) as told
       from public.cases k join public.case_helper h on h.case_id = k.id join public.case_search_index s on s.case_id = k.id`,
    );
    const saved_by = 'SERVICE:service_role';
    expect(rows).toEqual([
      { numbered: true, version: 1, assigned_to: null, saved_by, searchable: true, shares: 0, told: true },
    ]);
  } finally {
    await host.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
});

test('an office that began with the first release goes on with its cases: found by what search has learned since', async () => {
  const dataDir = join(tmpdir(), `casegraph-host-${randomUUID()}`);
  const host = await startEmbeddedPostgres({ dataDir, fsync: false });
  const first = await copyMigrations((name) => name <= LAST_OF_FIRST_RELEASE);
  try {
    await run(
      host.url('postgres'),
      "create role host_admin login createrole password 'host'",
      'create database office owner host_admin',
    );
    const url = new URL(host.url('office'));
    Object.assign(url, { username: 'host_admin', password: 'host' });
    await migrate({ url: url.href, migrationsDir: first });
    await run(
      url.href,
      'set role service_role',
      `select set_config('request.jwt.claims', '{"role":"service_role"}', false)`,
      "insert into public.orgs (name) values ('office')",
      "insert into public.cases (org_id, plate) select id, '1234567' from public.orgs",
      `insert into public.case_helper (case_id, helper_json) select id, '{"stakeholders":{"insurance":{"policy_number":"P-77-1"}}}' from public.cases`,
      "insert into public.api_keys (org_id, name, prefix, key_hash) select id, 'old', 'cgk_', sha256('old') from public.orgs",
    );
    const names = await listMigrationNames(defaultMigrationsDir);
    expect((await migrate({ url: url.href })).applied).toEqual(names.filter((name) => name > LAST_OF_FIRST_RELEASE));
    const rows = await run(
      url.href,
      'set role service_role',
      `select s.codes @> array['p771'] as found, k.version, h.helper_json is not null as kept, a.operations, a.writable_pointers, a.permissions,
         (select count(*)::int from feed.change_log where changed_columns = '{}') as told
       from public.cases k join public.case_helper h on h.case_id = k.id join public.case_search_index s on s.case_id = k.id, public.api_keys a`,
    );
    expect(rows).toEqual([
      {
        found: true,
        version: 1,
        kept: true,
        // A key is good for what it was good for, and for no more.
        operations: null,
        writable_pointers: null,
        permissions: ['org.read', 'case.read', 'case.create', 'case.write'],
        told: 4,
      },
    ]);
  } finally {
    await host.stop();
    await rm(dataDir, { recursive: true, force: true });
    await rm(first, { recursive: true });
  }
});

/** Runs statements on one connection, each by itself, and answers the rows of the last. */
async function run(url: string, ...statements: string[]): Promise<pg.QueryResultRow[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  let rows: pg.QueryResultRow[] = [];
  try {
    for (const statement of statements) rows = (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
  return rows;
}

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
