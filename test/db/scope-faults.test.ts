import pg from 'pg';
import { expect } from 'vitest';
import { Database } from '../../src/db/database.ts';
import { translateDatabaseError } from '../../src/db/database-error.ts';
import { createPool } from '../../src/db/pools.ts';
import type { Scope, ScopeOwner } from '../../src/db/scope.ts';
import { log, test } from './offices.ts';

const SERVICE: ScopeOwner = {
  identity: { kind: 'SERVICE', name: 'test', expiresAt: null },
  requestId: 'test-request',
  requestedOrg: null,
};

test('of two writes that lock each other out one is run again, and both succeed', async ({ logins, offices, db }) => {
  const pools = {
    authenticated: createPool(logins.apiUrl, 2, log),
    service_role: createPool(logins.serviceUrl, 1, log),
  };
  const database = new Database(pools);
  const [{ owner, caseIds }] = offices;
  let runs = 0;
  const both = barrier(2);
  const rename = (order: string[]) => {
    let first = true;
    return database.write(owner, async (scope) => {
      runs++;
      await scope.sql('update public.cases set filing_id = filing_id || $2 where id = $1', [order[0], '+']);
      if (first) await both();
      first = false;
      await scope.sql('update public.cases set filing_id = filing_id || $2 where id = $1', [order[1], '+']);
    });
  };
  await Promise.all([rename(caseIds), rename([...caseIds].reverse())]);
  await Promise.all(Object.values(pools).map((pool) => pool.end()));
  expect(runs).toBe(3);
  const rows = await db.query<{ filing_id: string }>('select filing_id from public.cases where id = any ($1)', [
    caseIds,
  ]);
  for (const row of rows) expect(row.filing_id).toMatch(/[^+]\+\+$/);
});

test('what can not be serialised is tried four times and then given up; other failures are not tried again', async ({
  database,
}) => {
  for (const [state, tries] of [
    ['40001', 4],
    ['40P01', 4],
    ['23505', 1],
  ] as const) {
    let runs = 0;
    const work = database.write(SERVICE, (scope) => {
      runs++;
      return scope.sqlOnce(`do $$ begin raise exception using errcode = '${state}'; end $$`);
    });
    await expect(work).rejects.toMatchObject({ code: state });
    expect(runs).toBe(tries);
  }
});

test('a statement or a lock that takes too long is UNAVAILABLE, and its connection goes on serving', async ({
  db,
  database,
  offices,
}) => {
  const [{ owner, caseIds }] = offices;
  const limits = await database.read(owner, (scope) =>
    scope.sqlOnce(
      "select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock, current_setting('idle_in_transaction_session_timeout') as idle",
    ),
  );
  expect(limits).toEqual([{ statement: '8s', lock: '5s', idle: '15s' }]);
  const holder = new pg.Client({ connectionString: db.adminUrl });
  await holder.connect();
  await holder.query('begin');
  await holder.query('select from public.cases for update');
  const slow = {
    'statement_timeout = 50': 'select pg_sleep(20)',
    'lock_timeout = 50': 'select from public.cases for update',
  };
  for (const [limit, statement] of Object.entries(slow)) {
    const error = await database
      .write(owner, async (scope) => {
        await scope.sqlOnce(`set local ${limit}`);
        await scope.sqlOnce(statement);
      })
      .catch((thrown) => thrown);
    expect(translateDatabaseError(error), limit).toMatchObject({ code: 'UNAVAILABLE' });
    expect(await database.read(owner, (scope) => scope.sql('select id from public.cases'))).toHaveLength(
      caseIds.length,
    );
  }
  await holder.end();
});

test('with no free connection the answer is UNAVAILABLE, and all is well once one is free', async ({
  logins,
  offices,
}) => {
  const authenticated = createPool(logins.apiUrl, 1, log);
  authenticated.options.connectionTimeoutMillis = 50;
  const database = new Database({ authenticated, service_role: authenticated });
  const [{ owner }] = offices;
  const { close } = await database.openRead(owner);
  await expect(database.read(owner, async () => 'read')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await close();
  expect(await database.read(owner, async () => 'read')).toBe('read');
  await authenticated.end();
});

test('a connection that is cut while idle or at work is replaced', async ({ db, database, offices }) => {
  const [{ owner, caseIds }] = offices;
  const pidOf = () =>
    database.read(owner, async (scope) => (await scope.sql<{ pid: number }>('select pg_backend_pid() as pid'))[0]!.pid);
  const cut = (pid: number) => db.query('select pg_terminate_backend($1, 5000)', [pid]);
  const first = await pidOf();
  const error = await database
    .write(owner, async (scope) => {
      await cut(first);
      await scope.sql('select 1');
    })
    .catch((thrown) => thrown);
  expect(translateDatabaseError(error)).toMatchObject({ code: 'UNAVAILABLE' });
  const second = await pidOf();
  expect(second).not.toBe(first);
  await cut(second);
  // The news of it may come after the lease: one call may fail, the next does not.
  const third = await pidOf().catch(() => pidOf());
  expect(third).not.toBe(second);
  expect(await database.read(owner, (scope) => scope.sql('select id from public.cases'))).toHaveLength(caseIds.length);
});

/** Resolves for all when the last of `count` has come. */
function barrier(count: number): () => Promise<void> {
  let open: () => void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return () => {
    if (--count === 0) open();
    return opened;
  };
}

test('a migration that changes the shape of a result fails no write, and a read at most once', async ({
  db,
  logins,
}) => {
  const pools = {
    authenticated: createPool(logins.apiUrl, 1, log),
    service_role: createPool(logins.serviceUrl, 1, log),
  };
  const database = new Database(pools);
  const ask = (scope: Scope) => scope.sql('select * from public.role_permissions limit 1');
  const columns = (rows: object[]) => Object.keys(rows[0]!);
  expect(columns(await database.read(SERVICE, ask))).toHaveLength(3);

  await db.query('alter table public.role_permissions add column first text');
  expect(columns(await database.write(SERVICE, ask))).toHaveLength(4);

  await db.query('alter table public.role_permissions add column second text');
  await database.read(SERVICE, ask).catch(() => undefined);
  expect(columns(await database.read(SERVICE, ask))).toHaveLength(5);
  await Promise.all(Object.values(pools).map((pool) => pool.end()));
});
