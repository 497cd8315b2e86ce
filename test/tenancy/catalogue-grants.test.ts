import { expect } from 'vitest';
import { test } from '../support/fixtures.ts';

const OURS = "('public', 'feed', 'gateway', 'private', 'auth')";

test('clients hold no right that policies do not cover, and what is made later gives them none', async ({ db }) => {
  const uncovered = await db.query(
    `select c.oid::regclass::text as name, r.rolname, a.privilege_type
     from pg_class c join pg_namespace n on n.oid = c.relnamespace, lateral aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
     where n.nspname in ${OURS} and r.rolname in ('anon', 'authenticated', 'service_role')
       and a.privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')`,
  );
  expect(uncovered).toEqual([]);
  const defaults = await db.query(
    `select d.defaclobjtype, coalesce(r.rolname, 'PUBLIC') as grantee
     from pg_default_acl d, lateral aclexplode(d.defaclacl) a left join pg_roles r on r.oid = a.grantee
     where a.grantee = 0 or r.rolname in ('anon', 'authenticated', 'service_role')`,
  );
  expect(defaults).toEqual([]);
});

test('no client moves a row: what names its organisation, its case or itself is nobody’s to update', async ({ db }) => {
  const movable = await db.query(
    `select table_schema || '.' || table_name as name, column_name, grantee from information_schema.column_privileges
     where privilege_type = 'UPDATE' and grantee in ('anon', 'authenticated') and column_name in ('id', 'org_id', 'case_id', 'created_by', 'created_at')
       and table_schema in ${OURS}`,
  );
  expect(movable).toEqual([]);
});

test('every verb that users are granted on a table has a policy of its own', async ({ db }) => {
  const bare = await db.query(
    `select distinct p.table_schema || '.' || p.table_name as name, p.privilege_type
     from (select table_schema, table_name, privilege_type, grantee from information_schema.column_privileges
           union select table_schema, table_name, privilege_type, grantee from information_schema.table_privileges) p
     where p.grantee = 'authenticated' and p.table_schema in ${OURS} and p.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
       and not exists (select from pg_policies q where q.schemaname = p.table_schema and q.tablename = p.table_name
                       and q.cmd in (p.privilege_type, 'ALL') and 'authenticated' = any (q.roles))`,
  );
  expect(bare).toEqual([]);
});
