import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from 'vitest';
import { defaultDataDir } from '../../src/db/embedded/data-dir.ts';
import { startEmbeddedPostgres } from '../../src/db/embedded/embedded-postgres.ts';
import { isRoot } from '../../src/db/embedded/os-user.ts';
import { loadOrCreateSecrets } from '../../src/db/embedded/secrets.ts';

const test = base.extend<{ folder: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the names of the fixtures from it
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'casegraph-data-'));
    await chmod(folder, 0o755);
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },
});

test('secrets are made once, are long, and only their owner can read them', async ({ folder }) => {
  const dataDir = join(folder, 'not/yet/there');
  const secrets = await loadOrCreateSecrets(dataDir);
  expect(Buffer.from(secrets.serverSecret, 'base64url')).toHaveLength(32);
  expect(secrets.superuserPassword).not.toBe(secrets.serverSecret);
  expect(await loadOrCreateSecrets(dataDir)).toEqual(secrets);
  expect((await stat(join(dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600);
});

test('secrets asked for by many at once are the same for all', async ({ folder }) => {
  const all = await Promise.all(Array.from({ length: 20 }, () => loadOrCreateSecrets(folder)));
  expect(new Set(all.map((secrets) => secrets.serverSecret)).size).toBe(1);
});

test('a damaged secrets file is named, never quoted and never replaced', async ({ folder }) => {
  const file = join(folder, 'secrets.json');
  for (const content of ['', '{"superuserPassword":"hunter2', '{"superuserPassword":"hunter2"}']) {
    await writeFile(file, content);
    const error = await loadOrCreateSecrets(folder).catch((reason: Error) => reason);
    expect(String(error)).toContain(file);
    expect(String(error)).not.toContain('hunter2');
    expect(await readFile(file, 'utf8')).toBe(content);
  }
});

test('the default folder is inside the checkout, or under /var/lib for root, one for each checkout', () => {
  const dataDir = defaultDataDir('/srv/a/garage');
  if (!isRoot()) expect(dataDir).toBe('/srv/a/garage/.casegraph');
  else expect(dataDir).toMatch(/^\/var\/lib\/casegraph\/garage-[0-9a-f]{8}$/);
  expect(defaultDataDir('/srv/b/garage')).not.toBe(dataDir);
});

test('the data of another PostgreSQL version is refused, naming folder and versions', async ({ folder }) => {
  const pgdata = join(folder, 'pgdata');
  await mkdir(pgdata);
  await writeFile(join(pgdata, 'PG_VERSION'), '12\n');
  const starting = startEmbeddedPostgres({ dataDir: folder });
  await expect(starting).rejects.toThrow(`${pgdata} belongs to PostgreSQL 12, and the installed version is 18`);
});

test.runIf(isRoot())(
  'root: a folder closed to the account of the database is named with DATA_DIR',
  async ({ folder }) => {
    await chmod(folder, 0o700);
    const starting = startEmbeddedPostgres({ dataDir: join(folder, 'data') });
    await expect(starting).rejects.toThrow(new RegExp(`DATA_DIR ${folder}/data .*: ${folder} is closed`));
  },
);
