import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { expect, test } from 'vitest';
import { ENVIRONMENT_NAMES } from '../src/config.ts';
import { startEmbeddedPostgres } from '../src/db/embedded/embedded-postgres.ts';
import { migrate } from '../src/db/migrations/migrate.ts';
import { undoLastMigration } from '../src/db/migrations/undo.ts';
import { createMetrics } from '../src/observe/metrics.ts';
import type { TestDatabase } from './support/database.ts';
import { createWorld } from './support/fixtures.ts';
import { startTestServer } from './support/server.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs/OPERATIONS.md'), 'utf8');

/** Fenced blocks whose first line is this, as "sql plain"; they may stand in a list. */
const blocks = (kind: string) =>
  [...PAGE.matchAll(/^ *```(.*)\n([\s\S]*?)^ *```$/gm)].filter((block) => block[1] === kind).map((block) => block[2]!);
const section = (heading: string) => PAGE.split(`\n## ${heading}\n`)[1]!.split(/\n## /, 1)[0]!;
/** What stands in `code` in the first column of a section's table. */
const firstColumn = (heading: string) =>
  section(heading)
    .split('\n')
    .flatMap((line) => [...(/^\| (`.*?) \|/.exec(line)?.[1] ?? '').matchAll(/`(\w+\*?)`/g)].map((match) => match[1]!));

test('every variable is thought of, and every one that is named is read', () => {
  const named = firstColumn('Variables');
  const families = named.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  const missing = ENVIRONMENT_NAMES.filter(
    (name) => !named.includes(name) && !families.some((family) => name.startsWith(family)),
  );
  expect(missing).toEqual([]);
  expect(named.filter((name) => !name.endsWith('*') && !ENVIRONMENT_NAMES.includes(name))).toEqual([]);
});

test('every metric of ours is to be watched, and every one that is named is there', () => {
  const { registry } = createMetrics();
  const all = registry.getMetricsAsArray().map(({ name }) => name);
  const ours = all.filter((name) => name.startsWith('casegraph_'));
  expect(
    firstColumn('What to watch')
      .filter((name) => name.startsWith('casegraph_'))
      .sort(),
  ).toEqual(ours.sort());
  const others = firstColumn('What to watch').filter((name) => !name.startsWith('casegraph_'));
  expect(others.filter((name) => !all.includes(name))).toEqual([]);
});

test('the login for a plain PostgreSQL may all that the server needs, and the one for backups reads everything', {
  timeout: 60_000,
}, async () => {
  const dataDir = join(tmpdir(), `casegraph-operations-${randomUUID()}`);
  const postgres = await startEmbeddedPostgres({ dataDir, fsync: false });
  const as = async (url: string, ...statements: string[]) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      const rows: Record<string, unknown>[] = [];
      for (const statement of statements) rows.push(...((await client.query(statement)).rows ?? []));
      return rows;
    } finally {
      await client.end();
    }
  };
  const urlOf = (user: string, password: string) => {
    const url = new URL(postgres.url('casegraph_of_the_page'));
    Object.assign(url, { username: user, password });
    return url.href;
  };
  try {
    const plain = blocks('sql plain')[0]!.replace('database casegraph ', 'database casegraph_of_the_page ');
    await as(postgres.url(), ...plain.trim().split(/(?<=;)\n/));
    const migrator = urlOf('casegraph_migrator', 'choose-one');
    const db = {
      adminUrl: migrator,
      query: (sql: string, values: unknown[] = []) => pool.query(sql, values).then(({ rows }) => rows),
    };
    const pool = new pg.Pool({ connectionString: postgres.url('casegraph_of_the_page'), max: 2 });
    const server = await startTestServer(db as unknown as TestDatabase);
    const world = await createWorld(db as unknown as TestDatabase, server);
    const admin = await (await world.org()).member('admin');
    expect((await admin.data('{ cases { totalCount } }')).cases.totalCount).toBe(0);
    const ready = await (await fetch(`${server.url}/ready`)).json();
    expect(ready).toMatchObject({ status: 'ok', confinedLogins: 'ok' });
    await server.stop();
    await pool.end();

    await as(postgres.url('casegraph_of_the_page'), blocks('sql backup')[0]!);
    // What pg_dump does first: better to fail than to leave out what it may not see.
    const dump = (url: string) => as(url, 'set row_security = off', 'select count(*)::int as orgs from public.orgs');
    expect(await dump(urlOf('casegraph_backup', 'choose-another'))).toEqual([{ orgs: 1 }]);
    await expect(dump(migrator)).rejects.toThrow('query would be affected by row-level security policy');

    expect(blocks('sql look').length).toBe(2);
    for (const look of blocks('sql look')) await as(migrator, look);
    expect(await undoLastMigration({ url: migrator })).toMatch(/^\d+_\w+$/);
    expect((await migrate({ url: migrator })).applied).toHaveLength(1);
  } finally {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
});
