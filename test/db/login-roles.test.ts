import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { Database } from '../../src/db/database.ts';
import { prepareLogins } from '../../src/db/login-roles.ts';
import { createPool } from '../../src/db/pools.ts';
import { ReadinessCheck } from '../../src/http/health.ts';
import { createLogger } from '../../src/log.ts';
import { FeedHub } from '../../src/subscriptions/feed-hub.ts';
import { test } from '../support/fixtures.ts';
import { LOGIN_SECRET } from '../support/secrets.ts';

const log = createLogger('silent');

test('the confined logins are found again by every instance that knows the secret', async ({ db }) => {
  const [first, second] = await Promise.all([
    prepareLogins(db.adminUrl, LOGIN_SECRET, log),
    prepareLogins(db.adminUrl, LOGIN_SECRET, log),
  ]);
  expect(first).toEqual(second);
  expect(first.confined).toBe(true);
  expect(new URL(first.apiUrl).username).toBe('casegraph_api');
  expect(new URL(first.serviceUrl).username).toBe('casegraph_service');
});

test('where no logins can be made, one that may switch roles serves, and readiness says so', async ({ db }) => {
  const login = `plain_${randomUUID().replaceAll('-', '')}`;
  await db.query(`create role ${login} login password 'plain' nosuperuser nocreaterole`);
  await db.query(`grant authenticated, service_role to ${login}`);
  const url = new URL(db.adminUrl);
  url.username = login;
  url.password = 'plain';

  const logins = await prepareLogins(url.href, 'a secret that no instance has used before', log);
  expect(logins).toEqual({ apiUrl: url.href, serviceUrl: url.href, confined: false });

  const pools = { authenticated: createPool(url.href, 2, log), service_role: createPool(url.href, 2, log) };
  const database = new Database(pools);
  const hub = new FeedHub({ database, listenUrl: url.href, log });
  await hub.start();
  const identity = { kind: 'USER', userId: randomUUID(), expiresAt: null } as const;
  const roles = await database.read({ identity, requestId: 'test', requestedOrg: null }, (scope) =>
    scope.sql('select current_user as role'),
  );
  expect(roles).toEqual([{ role: 'authenticated' }]);
  expect(await new ReadinessCheck({ database, hub, confined: logins.confined }).read()).toMatchObject({
    status: 'ok',
    confinedLogins: 'off',
  });
  await hub.stop();
  await Promise.all(Object.values(pools).map((pool) => pool.end()));
  await db.query(`drop role ${login}`);
});
