import { expect } from 'vitest';
import { test } from '../support/fixtures.ts';
import { RIGHTS } from './rights.ts';
import { createSqlWorld, PRINCIPALS, SqlSession } from './sql-world.ts';
import { TABLES } from './tables.ts';

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
  for (const [name, tried] of Object.entries(TABLES)) {
    found[name] = {};
    for (const principal of PRINCIPALS) {
      const tries = (statement: (org: typeof world.a) => string) =>
        [world.a, world.b].map((org) => ({ org, statement: statement(org) }));
      const verbs = [
        tries((org) => `select 1 from ${name} where ${tried.of(org)}`),
        tries((org) => `insert into ${name} ${tried.row(org, world)}`),
        tries((org) => `update ${name} set ${tried.touch} = ${tried.touch} where ${tried.of(org)}`),
        tries((org) => `delete from ${name} where ${tried.of(org)}`),
        [{ org: world.a, statement: `update ${name} set ${tried.move(world.b)} where ${tried.of(world.a)}` }],
      ];
      const marks: string[] = [];
      for (const verb of verbs) {
        const outcomes: string[] = [];
        for (const { org, statement } of verb)
          outcomes.push((await session.attempt(principal, statement, tried.prepare?.(org))).outcome);
        marks.push(outcomes.join(''));
      }
      found[name][principal] = marks.join(' ');
    }
  }
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
