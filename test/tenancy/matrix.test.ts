import { expect } from 'vitest';
import { test } from '../support/fixtures.ts';
import { createSqlWorld, PRINCIPALS, SqlSession } from './sql-world.ts';
import { TABLES } from './tables.ts';

test('every table answers every principal and verb as the table of rights says', async ({ db }) => {
  const listed = await db.query<{ name: string }>(
    `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname in ('public', 'feed', 'gateway', 'auth', 'private')`,
  );
  expect(listed.map((row) => row.name).sort(), 'a table has no entry in tables.ts').toEqual(Object.keys(TABLES).sort());

  const world = await createSqlWorld(db);
  const session = await SqlSession.open(db, world);
  const found: Record<string, Record<string, string>> = {};
  for (const [name, rules] of Object.entries(TABLES)) {
    found[name] = {};
    for (const principal of PRINCIPALS) {
      const tries = (statement: (org: typeof world.a) => string) =>
        [world.a, world.b].map((org) => ({ org, statement: statement(org) }));
      const verbs = [
        tries((org) => `select 1 from ${name} where ${rules.of(org)}`),
        tries((org) => `insert into ${name} ${rules.row(org, world)}`),
        tries((org) => `update ${name} set ${rules.touch} = ${rules.touch} where ${rules.of(org)}`),
        tries((org) => `delete from ${name} where ${rules.of(org)}`),
        [{ org: world.a, statement: `update ${name} set ${rules.move(world.b)} where ${rules.of(world.a)}` }],
      ];
      const marks: string[] = [];
      for (const verb of verbs) {
        const outcomes: string[] = [];
        for (const { org, statement } of verb)
          outcomes.push((await session.attempt(principal, statement, rules.prepare?.(org))).outcome);
        marks.push(outcomes.join(''));
      }
      found[name][principal] = marks.join(' ');
    }
  }
  await session.close(); if (process.env.SHOW) console.log(JSON.stringify(found, null, 1));
  expect(found).toEqual(Object.fromEntries(Object.entries(TABLES).map(([name, rules]) => [name, rules.expected])));
});
