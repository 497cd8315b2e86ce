import { expect } from 'vitest';
import { test } from '../support/fixtures.ts';
import { RIGHTS } from './rights.ts';
import { createSqlWorld, SqlSession } from './sql-world.ts';
import { TABLES } from './tables.ts';
import { tryTable } from './try-table.ts';

test('every table answers every principal and verb as the table of rights says', async ({ db }) => {
  const listed = await db.query<{ name: string }>(
    `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname in ('public', 'feed', 'gateway', 'auth', 'private')`,
  );
  const names = listed.map((row) => row.name).sort();
  expect(Object.keys(TABLES).sort(), 'tables.ts has an entry for every table').toEqual(names);
  expect(Object.keys(RIGHTS).sort(), 'rights.ts has a line for every table').toEqual(names);

  const world = await createSqlWorld(db);
  const session = await SqlSession.open(db, world);
  const found: Record<string, Record<string, string>> = {};
  for (const name of names) found[name] = await tryTable(session, world, name);
  await session.close();
  expect(found).toEqual(RIGHTS);
});

test('an owner of a share shares on; an editor and a watcher do not', async ({ db }) => {
  const world = await createSqlWorld(db);
  const session = await SqlSession.open(db, world);
  const collaborate = (role: string) =>
    `update public.case_collaborators set role = '${role}', user_id = '${world.users.assistantA}' where org_id = '${world.a.orgId}';
     update public.user_orgs set role = 'assessor' where user_id = '${world.users.assistantA}'`;
  const share = `insert into public.case_collaborators ${TABLES['public.case_collaborators']!.row(world.a, world)}`;
  const found = [];
  for (const name of ['OWNER', 'EDITOR', 'REQUESTER', 'WATCHER'])
    found.push([name, (await session.attempt('assistantA', share, collaborate(name))).outcome]);
  await session.close();
  expect(found).toEqual([
    ['OWNER', '+'],
    ['EDITOR', '-'],
    ['REQUESTER', '-'],
    ['WATCHER', '-'],
  ]);
});

/** Changes of a policy that change no right, and what else stands in the way. */
const EQUIVALENT: Record<string, string> = {
  'alter policy meta_select on feed.meta using (true)': 'It is open as it stands.',
  'alter policy role_permissions_select on public.role_permissions using (true)': 'It is open as it stands.',
  'alter policy org_update on public.api_keys using (true) with check (true)':
    'Only who manages keys sees one to change.',
  'alter policy org_update on public.org_invitations using (true) with check (true)':
    'Only who manages members sees one to change.',
  'drop policy org_delete on public.api_keys': 'Nobody is granted DELETE: keys are revoked.',
  'alter policy org_delete on public.api_keys using (true)': 'Nobody is granted DELETE: keys are revoked.',
};

test('no policy can be opened or dropped without the table of rights noticing', async ({ db }) => {
  const policies = await db.query<{ table: string; policy: string; cmd: string }>(
    `select schemaname || '.' || tablename as table, policyname as policy, cmd from pg_policies
     where schemaname in ('public', 'feed', 'gateway') and roles = '{authenticated}'`,
  );
  expect(policies.length).toBeGreaterThan(20);
  const world = await createSqlWorld(db);
  const session = await SqlSession.open(db, world);
  const unnoticed: string[] = [];
  for (const { table, policy, cmd } of policies) {
    const open = [
      cmd === 'INSERT' ? '' : 'using (true)',
      cmd === 'SELECT' || cmd === 'DELETE' ? '' : 'with check (true)',
    ];
    const mutants = [
      `drop policy ${policy} on ${table}`,
      `alter policy ${policy} on ${table} ${open.join(' ').trim()}`,
    ];
    for (const mutant of mutants) {
      const found = await tryTable(session, world, table, mutant);
      if (JSON.stringify(found) === JSON.stringify(RIGHTS[table])) unnoticed.push(mutant);
    }
  }
  await session.close();
  expect(unnoticed.sort()).toEqual(Object.keys(EQUIVALENT).sort());
});
