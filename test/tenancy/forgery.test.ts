import { expect } from 'vitest';
import { test } from '../support/fixtures.ts';
import { createSqlWorld, SqlSession, type SqlWorld } from './sql-world.ts';

/** Columns that only the database fills: a client's statement that names one is refused, whoever the client is. */
const FORGED = {
  'public.cases': ['id', 'version', 'created_by', 'updated_by', 'created_at', 'updated_at', 'closed_at'],
  'public.case_collaborators': ['id', 'created_at'],
  'public.case_helper': ['id', 'org_id', 'version', 'is_current', 'content_hash', 'size_bytes', 'saved_by', 'saved_at'],
  'public.case_helper_drafts': ['id', 'user_id', 'saved_at'],
  'public.user_orgs': ['id', 'created_at'],
  'public.api_keys': ['id', 'created_by', 'created_at', 'revoked_at'],
  'gateway.idempotency': ['result', 'created_at', 'expires_at'],
};

test('no client, not even the service role, can supply an id, a version, an author, a time or a hash', async ({
  db,
}) => {
  const grants = await db.query<{ name: string; role: string; privilege: string; column: string }>(
    `select table_schema || '.' || table_name as name, grantee as role, privilege_type as privilege, column_name as column
     from information_schema.column_privileges
     where grantee in ('anon', 'authenticated', 'service_role', 'PUBLIC') and privilege_type in ('INSERT', 'UPDATE')`,
  );
  const forgeable = grants.filter(
    ({ name, privilege, column }) =>
      FORGED[name as keyof typeof FORGED]?.includes(column) &&
      // An API key is revoked by updating just this; an outcome is recorded with its row, or after it.
      !(privilege === 'UPDATE' && column === 'revoked_at') &&
      !(name === 'gateway.idempotency' && column === 'result'),
  );
  expect(forgeable).toEqual([]);
});

/** Attempts of an admin of A to reach past his rights; each is refused with 42501. */
const ATTACKS: Record<string, (world: SqlWorld) => string> = {
  "reading keys' hashes": () => 'select key_hash from public.api_keys',
  'counting by a hash': () => "select count(*) from public.api_keys where key_hash = sha256('')",
  "reading colleagues' other organisations": () => 'select org_id from public.profiles',
  'renaming to a name that may be taken': () => "update public.orgs set name = 'org B'",
  'an outcome in the name of another': ({ a, users }) =>
    `insert into gateway.idempotency (org_id, principal, operation, key, fingerprint)
     values ('${a.orgId}', 'USER:${users.assessorA}', 'op', 'a-new-key', sha256(''))`,
  'a share of a foreign case': ({ a, b, users }) =>
    `insert into public.case_collaborators (org_id, case_id, user_id) values ('${a.orgId}', '${b.caseId}', '${users.adminA}')`,
  'a version of a foreign case': ({ b }) =>
    `insert into public.case_helper (case_id, helper_json) values ('${b.caseId}', '{}')`,
  'a draft on a foreign case': ({ a, b }) =>
    `insert into public.case_helper_drafts (org_id, case_id, base_version, helper_json) values ('${a.orgId}', '${b.caseId}', 0, '{}')`,
  'a number of a foreign counter': ({ b }) => `select private.next_number('${b.orgId}', 'filing:11111:2026')`,
  'projecting a case': ({ b }) => `select private.project_case('${b.caseId}')`,
  'a hand-made feed entry': ({ a }) =>
    `insert into feed.pending (org_id, kind, entity, entity_ids, actor) values ('${a.orgId}', 'CREATED', 'cases', '{}', 'USER:x')`,
  'the sequence of the stage': () => "select nextval('feed.pending_id_seq')",
  'unprotecting a table': () => "select private.protect('public.cases')",
  'sealing functions': () => 'select private.seal_functions()',
  truncating: () => 'truncate public.cases cascade',
  'becoming the owner of the functions': () =>
    'create function private.mine() returns int language sql as $$ select 1 $$',
  'reading who has which e-mail': () => 'select email from auth.users',
};

test('an admin of one organisation reaches past it by none of the attacks', async ({ db }) => {
  const world = await createSqlWorld(db);
  const session = await SqlSession.open(db, world);
  const outcomes: Record<string, string> = {};
  for (const [title, statement] of Object.entries(ATTACKS))
    outcomes[title] = (await session.attempt('adminA', statement(world))).outcome;
  await session.close();
  expect(outcomes).toEqual(Object.fromEntries(Object.keys(ATTACKS).map((title) => [title, '-'])));
});

test('an API key can not be given the right to make keys or members', async ({ db }) => {
  const world = await createSqlWorld(db);
  const session = await SqlSession.open(db, world);
  for (const permission of ['key.manage', 'member.manage', 'org.manage']) {
    const made = await session.attempt(
      'adminA',
      `insert into public.api_keys (org_id, name, prefix, key_hash, permissions) values ('${world.a.orgId}', 'k', 'cgk_', sha256('k'), '{case.read,${permission}}')`,
    );
    expect(made.outcome, permission).toBe('23514');
  }
  await session.close();
});

test('a revoked API key stays revoked, and a time zone that is none is refused', async ({ db }) => {
  const [org] = await db.query<{ id: string }>("insert into public.orgs (name) values ('A') returning id");
  await db.query(
    `insert into public.api_keys (org_id, name, prefix, key_hash, revoked_at) values ($1, 'old', 'cgk_', sha256('x'), now())`,
    [org!.id],
  );
  for (const again of ['null', "'2099-01-01'"])
    await expect(db.query(`update public.api_keys set revoked_at = ${again}`)).rejects.toMatchObject({ code: 'CG002' });
  await expect(db.query("update public.orgs set time_zone = 'Mars/Olympus'")).rejects.toMatchObject({ code: '22023' });
});

test('a foreign organisation or case and one that is not there are refused in the same words', async ({ db }) => {
  const world = await createSqlWorld(db);
  const session = await SqlSession.open(db, world);
  const nowhere = '00000000-0000-4000-8000-000000000000';
  const statements: Record<string, (orgId: string, caseId: string) => string> = {
    'opening a case': (orgId) => `insert into public.cases (org_id, plate) values ('${orgId}', '11111')`,
    'a member': (orgId) =>
      `insert into public.user_orgs (org_id, user_id, role) values ('${orgId}', '${world.users.spare}', 'admin')`,
    'a key': (orgId) =>
      `insert into public.api_keys (org_id, name, prefix, key_hash) values ('${orgId}', 'k', 'cgk_', sha256('k'))`,
    'a version': (_, caseId) => `insert into public.case_helper (case_id, helper_json) values ('${caseId}', '{}')`,
    'a draft': (orgId, caseId) =>
      `insert into public.case_helper_drafts (org_id, case_id, base_version, helper_json) values ('${orgId}', '${caseId}', 0, '{}')`,
    'a share': (orgId, caseId) =>
      `insert into public.case_collaborators (org_id, case_id, user_id) values ('${orgId}', '${caseId}', '${world.users.adminA}')`,
    'an idempotency key': (orgId) =>
      `insert into gateway.idempotency (org_id, principal, operation, key, fingerprint) values ('${orgId}', private.actor(), 'op', 'key-of-org', sha256(''))`,
    'acting for it': (orgId) => `select 1 where private.acting_org('${orgId}') is not null`,
  };
  for (const principal of ['adminA', 'keyA', 'noOrg'] as const)
    for (const [title, statement] of Object.entries(statements)) {
      const foreign = await session.attempt(principal, statement(world.b.orgId, world.b.caseId));
      const missing = await session.attempt(principal, statement(nowhere, nowhere));
      expect(foreign, `${title} by ${principal}`).toEqual(missing);
      expect(foreign.outcome).not.toBe('+');
    }
  await session.close();
});

test('what definer functions tell of is the caller’s own organisation, whatever they are asked', async ({ db }) => {
  const world = await createSqlWorld(db);
  const session = await SqlSession.open(db, world);
  const [key] = await db.query<{ id: string }>('select id from public.api_keys where org_id = $1', [world.b.orgId]);
  const questions = {
    'names of keys': `select from private.api_key_names(array['${key!.id}']::uuid[])`,
    'organisations with a right': `select from private.orgs_with('case.read') o where o = '${world.b.orgId}'`,
    'organisations holding a right': `select from private.orgs_holding('case.read') o where o = '${world.b.orgId}'`,
    'shared cases': `select from private.cases_shared('case.read') c where c = '${world.b.caseId}'`,
    'may I': `select where private.may('case.read', '${world.b.orgId}', '${world.b.caseId}', 'USER:x', null)`,
  };
  const answers: Record<string, string> = {};
  for (const principal of ['adminA', 'keyA', 'noOrg', 'memberB'] as const)
    for (const [title, question] of Object.entries(questions))
      answers[title] = (answers[title] ?? '') + (await session.attempt(principal, question)).outcome;
  await session.close();
  expect(answers).toEqual(Object.fromEntries(Object.keys(questions).map((title) => [title, '000+'])));
});
