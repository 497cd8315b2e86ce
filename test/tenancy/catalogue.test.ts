import { expect } from 'vitest';
import { globalIdOf } from '../../src/schema/feed/entities.ts';
import '../../src/schema/index.ts';
import { test } from '../support/fixtures.ts';
import { nodeTypes } from './crawl.ts';

const OURS = "('public', 'feed', 'gateway', 'private', 'auth')";

/** Of the schemas that are not ours alone: on Supabase auth.users is the platform's, and Prisma owns its own table. */
const NOT_FORCED: Record<string, string> = {
  'public._prisma_migrations': 'Prisma writes it as its owner; clients have no grant but service_role, which reads it.',
};

test('row level security is on and forced for every table, and each has a policy', async ({ db }) => {
  const tables = await db.query<{ name: string; rls: boolean; forced: boolean; policies: number }>(
    `select n.nspname || '.' || c.relname as name, c.relrowsecurity as rls, c.relforcerowsecurity as forced,
       (select count(*)::int from pg_policy p where p.polrelid = c.oid) as policies
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and n.nspname in ${OURS}`,
  );
  expect(tables.length).toBeGreaterThan(15);
  expect(tables.filter((table) => !table.rls || table.policies === 0)).toEqual([]);
  expect(tables.filter((table) => !table.forced).map((table) => table.name)).toEqual(Object.keys(NOT_FORCED));
});

test('anon and PUBLIC hold no right to any table, column, sequence or private schema', async ({ db }) => {
  const relations = await db.query(
    `select c.oid::regclass::text as name, coalesce(r.rolname, 'PUBLIC') as grantee, a.privilege_type
     from pg_class c join pg_namespace n on n.oid = c.relnamespace,
       lateral (select * from aclexplode(c.relacl) union all
                select x.* from pg_attribute t, aclexplode(t.attacl) x where t.attrelid = c.oid) a
       left join pg_roles r on r.oid = a.grantee
     where n.nspname in ${OURS} and (a.grantee = 0 or r.rolname in ('anon', 'casegraph_api', 'casegraph_service'))`,
  );
  expect(relations).toEqual([]);
  const schemas = await db.query(
    `select n.nspname as name, r.rolname as role from pg_namespace n, (values ('anon'), ('casegraph_api'), ('casegraph_service')) r (rolname)
     where n.nspname in ('private', 'feed', 'gateway') and has_schema_privilege(r.rolname, n.oid, 'usage')`,
  );
  expect(schemas).toEqual([]);
  const creators = await db.query(
    `select n.nspname, r.rolname from pg_namespace n, pg_roles r
     where n.nspname in ${OURS} and r.rolname in ('anon', 'authenticated', 'service_role', 'casegraph_api', 'casegraph_service')
       and has_schema_privilege(r.oid, n.oid, 'create')`,
  );
  expect(creators).toEqual([]);
});

test('definer functions run with an empty search path, belong to casegraph_owner and are nobody’s to call unasked', async ({
  db,
}) => {
  const functions = await db.query<{
    name: string;
    definer: boolean;
    owner: string;
    config: string[] | null;
    public: boolean;
  }>(
    `select p.oid::regproc::text as name, p.prosecdef as definer, r.rolname as owner, p.proconfig as config,
       has_function_privilege('anon', p.oid, 'execute') as public
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_roles r on r.oid = p.proowner
     where n.nspname in ('public', 'feed', 'gateway', 'private')`,
  );
  const definers = functions.filter((fn) => fn.definer);
  expect(definers.length).toBeGreaterThan(8);
  // What stages for the feed is planned for many rows, besides.
  const configOf = (name: string) => `search_path=""${name.startsWith('feed.stage_') ? ',enable_nestloop=off' : ''}`;
  expect(definers.filter((fn) => fn.owner !== 'casegraph_owner' || fn.config?.join() !== configOf(fn.name))).toEqual(
    [],
  );
  expect(functions.filter((fn) => fn.public)).toEqual([]);
  expect(functions.filter((fn) => !fn.config?.some((setting) => setting.startsWith('search_path=')))).toEqual([]);
});

/** What clients may call. A function that is added here is one that any signed-in user runs with any argument. */
const CALLABLE = [
  'private.accept_invitation(bytea)',
  'private.acting_org(uuid)',
  'private.actor()',
  'private.api_key_id()',
  'private.api_key_names(uuid[])',
  'private.cases_by_helper_value(uuid,text[],text,jsonb)',
  'private.cases_shared(text)',
  'private.claims()',
  'private.helper_key(jsonb)',
  'private.ingest_pointers(uuid)',
  'private.invoices_taken(uuid,text[],text[])',
  'private.kb_digest(text,text,text,text)',
  'private.may(text,uuid,uuid,text,uuid)',
  'private.orgs_holding(text)',
  'private.orgs_of_caller()',
  'private.orgs_with(text)',
  'private.request_id()',
  'private.search_cases(uuid,text[])',
  'private.search_kb(uuid,jsonb,text[],text)',
  'private.search_normalise(text)',
  'private.user_id()',
];

/** What the server calls on nobody's behalf. */
const CALLABLE_BY_SERVICE = ['feed.forget_oldest(uuid,integer,bigint,integer)'];

test('users and the service role may call the listed functions and no others', async ({ db }) => {
  for (const [role, listed] of [
    ['authenticated', CALLABLE],
    ['service_role', [...CALLABLE_BY_SERVICE, ...CALLABLE]],
  ] as const) {
    const callable = await db.query<{ name: string }>(
      `select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname in ('public', 'feed', 'gateway', 'private') and has_function_privilege($1, p.oid, 'execute') order by 1`,
      [role],
    );
    expect(callable.map((row) => row.name)).toEqual(listed);
  }
});

test('the owner of the definer functions can not log in, bypasses no policy and owns no table', async ({ db }) => {
  const roles = await db.query(
    `select rolname, rolcanlogin, rolsuper, rolbypassrls, rolinherit, rolcreaterole,
       (select count(*)::int from pg_class c where c.relowner = r.oid and c.relkind in ('r', 'v', 'm')) as tables
     from pg_roles r where rolname in ('casegraph_owner', 'casegraph_api', 'casegraph_service', 'authenticated', 'anon') order by 1`,
  );
  for (const role of roles)
    expect(role).toMatchObject({
      rolsuper: false,
      rolbypassrls: false,
      rolinherit: false,
      rolcreaterole: false,
      tables: 0,
    });
  expect(roles.find((role) => role.rolname === 'casegraph_owner')).toMatchObject({ rolcanlogin: false });
  const members = await db.query(
    `select m.rolname as member, r.rolname as role from pg_auth_members a join pg_roles m on m.oid = a.member join pg_roles r on r.oid = a.roleid
     where m.rolname in ('casegraph_api', 'casegraph_service', 'authenticated', 'anon', 'service_role') order by 1, 2`,
  );
  expect(members).toEqual([
    { member: 'casegraph_api', role: 'anon' },
    { member: 'casegraph_api', role: 'authenticated' },
    { member: 'casegraph_service', role: 'service_role' },
  ]);
});

test('policies ask who is calling once a statement, not once a row, and never trust what users can edit', async ({
  db,
}) => {
  const policies = await db.query<{ name: string; text: string; role: string }>(
    `select tablename || '.' || policyname as name, coalesce(qual, '') || ' ' || coalesce(with_check, '') as text, roles::text as role
     from pg_policies where schemaname in ${OURS}`,
  );
  // Postgres prints a subselect as ( SELECT private.f() AS f); a call anywhere else runs for every row.
  const perRow = policies.filter(({ text }) => /(?<!SELECT )\b(private|auth)\.\w+\(/.test(text));
  expect(perRow).toEqual([]);
  expect(policies.filter(({ text }) => /metadata|current_user|session_user/.test(text))).toEqual([]);
  expect(policies.filter(({ role }) => role.includes('public') || role.includes('anon'))).toEqual([]);
  const open = policies.filter(({ role, text }) => role === '{authenticated}' && /^\s*true\s*$/.test(text));
  // The same rows for everybody, and no organisation's.
  expect(open.map(({ name }) => name).sort()).toEqual(['meta.meta_select', 'role_permissions.role_permissions_select']);
});

/** Keys that do not lead with org_id, and why each may not. */
const LOOSE_KEYS: Record<string, string> = {
  'profiles.profiles_user_id_fkey': 'A person is in no organisation by himself.',
  'profiles.profiles_org_id_fkey': 'Leads to the organisation itself.',
  'user_orgs.user_orgs_user_id_fkey': 'A person is in no organisation by himself.',
};

test('foreign keys lead with org_id and have an index', async ({ db }) => {
  const keys = await db.query<{ name: string; first: string; indexed: boolean }>(
    `select c.conrelid::regclass || '.' || c.conname as name,
       (select attname from pg_attribute where attrelid = c.conrelid and attnum = c.conkey[1]) as first,
       exists (select from pg_index i where i.indrelid = c.conrelid and i.indpred is null
         and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey) as indexed
     from pg_constraint c join pg_namespace n on n.oid = c.connamespace where c.contype = 'f' and n.nspname in ${OURS}`,
  );
  expect(keys.length).toBeGreaterThan(8);
  expect(keys.filter((key) => !key.indexed)).toEqual([]);
  const loose = keys.filter((key) => key.first !== 'org_id' || key.name in LOOSE_KEYS).map((key) => key.name);
  expect(loose.sort()).toEqual(Object.keys(LOOSE_KEYS).sort());
});

/** Uniques over something that people choose, across organisations: each must be out of reach of their guesses. */
const GLOBAL_UNIQUES: Record<string, string> = {
  api_keys_key_hash_key: 'The hash of 256 random bits.',
  org_invitations_code_hash_key: 'The hash of 256 random bits.',
  orgs_name_key: 'Only the service role names an organisation.',
  role_permissions_pkey: 'The same rows for everybody, written by migrations.',
  users_email_key: 'Only the service role makes users.',
  meta_pkey: 'One row.',
};

test('uniques lead with org_id or consist of ids and versions, so that none tells what another organisation has', async ({
  db,
}) => {
  const uniques = await db.query<{ name: string; columns: string[] }>(
    `select i.indexrelid::regclass::text as name, array_agg(a.attname::text order by k.place) as columns
     from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace,
       unnest(i.indkey::int2[]) with ordinality k (attnum, place) join pg_attribute a on a.attnum = k.attnum
     where i.indisunique and a.attrelid = i.indrelid and n.nspname in ${OURS} group by 1`,
  );
  const isOracle = ({ columns }: { columns: string[] }) =>
    columns[0] !== 'org_id' && !columns.every((column) => /^(id|\w+_id|version|case_version)$/.test(column));
  const names = uniques.filter(isOracle).map(({ name }) => name.split('.').at(-1)!);
  expect(names.sort()).toEqual(Object.keys(GLOBAL_UNIQUES).sort());
});

test('no view runs with its owner’s eyes, and there is no materialised view', async ({ db }) => {
  const views = await db.query(
    `select c.relname, c.relkind from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname in ${OURS} and (c.relkind = 'm' or (c.relkind = 'v' and not coalesce(c.reloptions @> '{security_invoker=true}', false)))`,
  );
  expect(views).toEqual([]);
});

/** Tables of an organisation or a case whose changes are told to nobody, and why. */
const SILENT: Record<string, string> = {
  'public.case_helper_drafts': 'Unsaved work of one person.',
  'public.case_search_index': 'A projection of what is told already.',
  'public.counters': 'Told by the rows that take the numbers.',
  'public.system_logs': 'A log of its own; telling it would write every line twice.',
  'public.profiles': "Whose organisation is a person's default is no news to the organisation.",
  'feed.change_log': 'The log itself.',
  'feed.org_feed': 'The log itself.',
  'feed.pending': 'The log itself.',
  'gateway.idempotency': 'Told by the write it stands for.',
};

test('every change of a table of an organisation reaches the feed, or the reason is on record', async ({ db }) => {
  const tables = await db.query<{ name: string; told: boolean }>(
    `select n.nspname || '.' || c.relname as name,
       exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgfoid::regproc::text like 'feed.stage\\_%' and t.tgenabled = 'O') as told
     from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
     where c.relkind = 'r' and n.nspname in ${OURS}`,
  );
  expect(
    tables
      .filter((table) => !table.told)
      .map((table) => table.name)
      .sort(),
  ).toEqual(Object.keys(SILENT).sort());
});

test('what is staged of a table names the columns it has: whoever changes them calls feed.attach_again', async ({
  db,
}) => {
  const stages = await db.query<{ name: string; isOfToday: boolean }>(
    `select t.tgfoid::regproc::text as name,
       position(feed.staging(t.tgrelid, upper(substr(t.tgname, length('zz_feed_') + 1)), a[1], a[2], a[3], a[4]) in p.prosrc) > 0 as "isOfToday"
     from pg_trigger t join pg_proc p on p.oid = t.tgfoid cross join string_to_array(encode(t.tgargs, 'escape'), '\\000') a
     where t.tgname like 'zz\\_feed\\_%'`,
  );
  expect(stages.length).toBeGreaterThan(60);
  expect(stages.filter(({ isOfToday }) => !isOfToday)).toEqual([]);
});

/** Tables of an organisation or a case that no type of the API stands for, and why. */
const WITHOUT_TYPE: Record<string, string> = {
  'public.case_helper_drafts': 'A field of the case, for its author alone: Case.draft.',
  'public.case_search_index': 'A projection that `cases` searches.',
  'public.counters': 'Numbers in the making.',
  'public.profiles': 'The name of an Actor or Member.',
  'public.system_logs': 'A node that is read by itself; the feed does not tell it.',
  'feed.change_log': 'FeedChange, and the timeline of a case.',
  'feed.org_feed': 'The head of the feed, as every cursor.',
  'feed.pending': 'Entries that have no number yet.',
  'gateway.idempotency': 'The idempotency of every payload.',
};

test('every table of an organisation has its type in the API, or the reason is on record', async ({ db }) => {
  const tables = await db.query<{ name: string }>(
    `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id' where c.relkind = 'r' and n.nspname in ${OURS}`,
  );
  const id = '00000000-0000-4000-8000-000000000000';
  const isTyped = ({ name }: { name: string }) => {
    const typename = Buffer.from(globalIdOf(name.split('.')[1]!, id), 'base64url')
      .toString()
      .split(':')[0]!;
    return nodeTypes().includes(typename);
  };
  const untyped = tables.filter((table) => !isTyped(table)).map((table) => table.name);
  expect(untyped.sort()).toEqual(Object.keys(WITHOUT_TYPE).sort());
});

test('realtime publishes cases and helpers and nothing else', async ({ db }) => {
  const published = await db.query(
    "select schemaname || '.' || tablename as name from pg_publication_tables where pubname = 'supabase_realtime' order by 1",
  );
  expect(published).toEqual([{ name: 'public.case_helper' }, { name: 'public.cases' }]);
});
