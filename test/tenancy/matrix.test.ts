import { expect } from 'vitest';
import { test } from '../support/fixtures.ts';
import { tryForeignKeys } from './foreign-keys.ts';
import { RIGHTS } from './rights.ts';
import { createSqlWorld, PRINCIPALS, SqlSession } from './sql-world.ts';
import { TABLES } from './tables.ts';
import { tryTable } from './try-table.ts';

test('every table answers every principal and verb as the table of rights says', async ({ db, task }) => {
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
  const cells = Object.values(RIGHTS).flatMap((row) => Object.values(row).join('').replaceAll(' ', '').length);
  task.meta.audit = { tables: names.length, principals: PRINCIPALS.length, checks: cells.reduce((a, b) => a + b, 0) };
});

test('nobody lands on a row of another organisation by its key, nor hangs a row of his own on one', async ({
  db,
  task,
}) => {
  const world = await createSqlWorld(db);
  const session = await SqlSession.open(db, world);
  const { found, checks, own } = await tryForeignKeys(db, session, world);
  await session.close();
  expect(found).toEqual([]);
  // The statements work: on rows of their own organisation members do land.
  expect(own).toBeGreaterThan(10);
  task.meta.audit = { checks };
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
