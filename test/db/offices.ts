import { randomUUID } from 'node:crypto';
import { test as base } from 'vitest';
import { Database } from '../../src/db/database.ts';
import { type Logins, prepareLogins } from '../../src/db/login-roles.ts';
import { createPool, type Pools } from '../../src/db/pools.ts';
import type { ScopeOwner } from '../../src/db/scope.ts';
import { createLogger } from '../../src/log.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { LOGIN_SECRET } from '../support/secrets.ts';

export const log = createLogger('silent');
export interface Office {
  readonly owner: ScopeOwner;
  readonly caseIds: string[];
}

/** One connection per login, so that whoever comes next gets the connection that the one before had. */
export const test = base.extend<{
  db: TestDatabase;
  logins: Logins;
  pools: Pools;
  database: Database;
  offices: [Office, Office];
}>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads what a fixture needs from its pattern
  db: async ({}, use) => {
    const db = await createDatabase();
    await use(db);
    await db.drop();
  },
  logins: async ({ db }, use) => {
    await use(await prepareLogins(db.adminUrl, LOGIN_SECRET, log));
  },
  pools: async ({ logins }, use) => {
    const pools = {
      authenticated: createPool(logins.apiUrl, 1, log),
      service_role: createPool(logins.serviceUrl, 1, log),
    };
    await use(pools);
    await Promise.all(Object.values(pools).map((pool) => pool.end()));
  },
  database: async ({ pools }, use) => {
    await use(new Database(pools));
  },
  offices: async ({ db }, use) => {
    await use([await createOffice(db), await createOffice(db)]);
  },
});

async function createOffice(db: TestDatabase): Promise<Office> {
  const [user] = await db.query<{ id: string }>('insert into auth.users default values returning id');
  const [org] = await db.query<{ id: string }>('insert into public.orgs (name) values ($1) returning id', [
    randomUUID(),
  ]);
  await db.query("insert into public.user_orgs (org_id, user_id, role) values ($1, $2, 'admin')", [org!.id, user!.id]);
  const cases = await db.query<{ id: string }>(
    "insert into public.cases (org_id, plate) values ($1, '11111'), ($1, '22222') returning id",
    [org!.id],
  );
  return {
    owner: {
      identity: { kind: 'USER', userId: user!.id, expiresAt: null },
      requestId: randomUUID(),
      requestedOrg: null,
    },
    caseIds: cases.map((row) => row.id),
  };
}
