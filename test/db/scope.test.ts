import { expect } from 'vitest';
import type { Pools } from '../../src/db/pools.ts';
import { test } from './offices.ts';

test('outside a scope Postgres refuses every table to both logins', async ({ db, pools }) => {
  const tables = await db.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm') and n.nspname in ('public', 'feed', 'gateway', 'auth')`,
  );
  expect(tables.length).toBeGreaterThan(15);
  for (const pool of Object.values(pools))
    for (const { name } of tables)
      for (const statement of [`select from ${name}`, `insert into ${name} default values`, `delete from ${name}`])
        await expect(pool.query(statement), statement).rejects.toMatchObject({ code: '42501' });
});

test('neither login becomes more than it is for: no user ever runs as service_role, and nobody as the owner', async ({
  pools,
}) => {
  const refused = {
    authenticated: ['service_role', 'casegraph_owner', 'casegraph_service', 'postgres'],
    service_role: ['authenticated', 'casegraph_owner', 'postgres'],
  } as const;
  for (const [login, roles] of Object.entries(refused))
    for (const role of roles)
      await expect(pools[login as keyof Pools].query(`set role ${role}`), `${login} as ${role}`).rejects.toMatchObject({
        code: '42501',
      });
});

test('nothing of a scope is left on its connection, whether it ends well or badly', async ({
  database,
  pools,
  offices,
}) => {
  const settings = `select current_user as role, current_setting('request.jwt.claims', true) as claims, current_setting('casegraph.request_id', true) as request,
    current_setting('statement_timeout') as timeout, current_setting('search_path') as path, current_setting('transaction_read_only') as readonly`;
  const clean = {
    role: 'casegraph_api',
    claims: '',
    request: '',
    timeout: '0',
    path: '"$user", public',
    readonly: 'off',
  };
  const [{ owner }] = offices;
  const inside = await database.read(owner, (scope) => scope.sqlOnce(settings));
  expect(inside).toMatchObject([{ role: 'authenticated', request: owner.requestId, timeout: '8s', readonly: 'on' }]);
  expect((await pools.authenticated.query(settings)).rows).toEqual([clean]);
  await expect(database.write(owner, (scope) => scope.sqlOnce('select 1 / 0'))).rejects.toMatchObject({
    code: '22012',
  });
  expect((await pools.authenticated.query(settings)).rows).toEqual([clean]);
});

test('a Prisma client asks nobody once its scope has ended, and serves the next scope under its identity', async ({
  database,
  offices,
}) => {
  const [first, second] = offices;
  const used = await database.read(first.owner, async (scope) => {
    await scope.prisma.case.count();
    return scope.prisma;
  });
  await expect(used.case.count()).rejects.toThrow('The scope of this query has ended.');
  await database.read(second.owner, async (scope) => {
    expect(scope.prisma).toBe(used);
    const seen = await used.case.findMany({ select: { id: true } });
    expect(seen.map(({ id }) => id).sort()).toEqual([...second.caseIds].sort());
  });
});

test('a write that swallowed the failure of a statement says that nothing was committed', async ({
  db,
  database,
  offices,
}) => {
  const [{ owner, caseIds }] = offices;
  const rename = database.write(owner, async (scope) => {
    await scope.sql("update public.cases set filing_id = 'lost' where id = $1", [caseIds[0]]);
    await scope.sqlOnce('select 1 / 0').catch(() => undefined);
  });
  await expect(rename).rejects.toThrow('Nothing was committed');
  expect(await db.query("select from public.cases where filing_id = 'lost'")).toEqual([]);
});

test('users who follow each other on one connection see their own, through prepared statements and Prisma alike', async ({
  database,
  offices,
}) => {
  for (const round of [1, 2, 3])
    for (const { owner, caseIds } of offices) {
      const seen = await database.read(owner, async (scope) => ({
        sql: (await scope.sql<{ id: string }>('select id from public.cases order by id')).map((row) => row.id),
        prisma: (await scope.prisma.case.findMany({ orderBy: { id: 'asc' } })).map((row) => row.id),
        unique: (
          await Promise.all(
            offices.flatMap((office) => office.caseIds).map((id) => scope.prisma.case.findUnique({ where: { id } })),
          )
        ).filter(Boolean),
      }));
      expect(seen.sql, `round ${round}`).toEqual([...caseIds].sort());
      expect(seen.prisma).toEqual(seen.sql);
      expect(seen.unique).toHaveLength(caseIds.length);
    }
});

test('Prisma writes in the scope’s transaction and may not open one of its own', async ({ db, database, offices }) => {
  const [{ owner, caseIds }] = offices;
  await expect(
    database.write(owner, async (scope) => {
      await scope.prisma.case.updateMany({ where: { id: caseIds[0]! }, data: { ownerName: 'written by Prisma' } });
      expect(await scope.sql('select owner_name from public.cases where id = $1', [caseIds[0]])).toEqual([
        { owner_name: 'written by Prisma' },
      ]);
      const { prisma } = scope;
      await expect(prisma.$transaction([prisma.case.count(), prisma.case.count()])).rejects.toThrow(
        /one transaction already/,
      );
      await expect(prisma.$transaction((tx) => tx.case.count())).rejects.toThrow(/one transaction already/);
      throw new Error('changed my mind');
    }),
  ).rejects.toThrow('changed my mind');
  expect(await db.query("select 1 from public.cases where owner_name = 'written by Prisma'")).toEqual([]);
});

test('a scope that reads can not write', async ({ database, offices }) => {
  const [{ owner }] = offices;
  await expect(
    database.read(owner, (scope) => scope.sql("update public.cases set owner_name = 'x'")),
  ).rejects.toMatchObject({ code: '25006' });
});

test('a scope that reads sees one moment, however long it stays open', async ({ db, database, offices }) => {
  const [{ owner, caseIds }] = offices;
  const { scope, close } = await database.openRead(owner);
  await db.query("update public.cases set owner_name = 'later' where id = $1", [caseIds[0]]);
  expect(await scope.sql("select 1 from public.cases where owner_name = 'later'")).toEqual([]);
  await close();
});
