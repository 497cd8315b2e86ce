import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { expect } from 'vitest';
import { signToken } from '../../src/auth/jwt.ts';
import { startEmbeddedPostgres } from '../../src/db/embedded/embedded-postgres.ts';
import { TestClient } from '../support/client.ts';
import { test } from './site.ts';

const JWT_SECRET = 'secret-of-an-installation-with-its-own-database';

test('with DATABASE_URL that database is migrated and served, nothing is seeded, and no token is printed', async ({
  site,
}) => {
  const elsewhere = await startEmbeddedPostgres({ dataDir: join(site.dataDir, '../elsewhere'), fsync: false });
  try {
    const running = await site.start({ DATABASE_URL: elsewhere.url(), JWT_SECRET });
    expect(running.banner).not.toContain('token  ');
    expect(existsSync(site.dataDir)).toBe(false);
    const ready = await fetch(`${running.url}/ready`);
    expect(await ready.json()).toMatchObject({ status: 'ok', database: 'ok', migrations: 'ok', listener: 'ok' });
    const service = new TestClient(running.url, await signToken(JWT_SECRET, { role: 'service_role' }, 60));
    expect((await service.data('{ viewer { role } }')).viewer.role).toBe('service_role');
    const admin = new pg.Client({ connectionString: elsewhere.url() });
    await admin.connect();
    const { rows } = await admin.query(
      'select (select count(*)::int from public.orgs) as orgs, (select count(*)::int from auth.users) as users',
    );
    await admin.end();
    expect(rows).toEqual([{ orgs: 0, users: 0 }]);
    running.signalGroup('SIGINT');
    expect((await running.ended).code).toBe(0);
  } finally {
    await elsewhere.stop();
  }
});

test('a database that does not answer ends the start with an error that names DATABASE_URL, not its password', async ({
  site,
}) => {
  const DATABASE_URL = 'postgresql://casegraph:opensesame@localhost:1/casegraph';
  const outcome = await site.npm(['start'], { DATABASE_URL, JWT_SECRET });
  expect(outcome.code).toBe(1);
  expect(outcome.stderr).toContain('DATABASE_URL');
  expect(outcome.stderr).not.toContain('opensesame');
});
