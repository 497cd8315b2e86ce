import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { defaultDataDir } from '../../src/db/embedded/data-dir.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/db/embedded/embedded-postgres.ts';
import { loadDatabase } from './load.ts';

/** What is in a database: what its numbers depend on. */
export interface Shape {
  readonly cases: number;
  readonly helperBytes: number;
  /** Versions of each case that is saved to, before the first save of the load. */
  readonly versions: number;
}

export const STANDARD_SHAPE: Shape = { cases: 5_000, helperBytes: 45_000, versions: 1 };

const BENCH = fileURLToPath(new URL('..', import.meta.url));
/** Whatever decides what a load leaves behind. */
const MADE_BY = [
  'prisma/migrations',
  'prisma/demo',
  'bench/data/load.ts',
  'bench/data/helper-document.ts',
  'bench/data/peers.sql',
].map((path) => join(BENCH, '..', path));
const TEMPLATE_PREFIX = 'shape_';

/** The one PostgreSQL of all servers, as `npm start` brings it: on disk, with fsync. Its data is kept between runs. */
export class BenchCluster {
  private constructor(
    private readonly postgres: EmbeddedPostgres,
    private readonly digest: string,
    private readonly tell: (message: string) => void,
  ) {}

  static async start(tell: (message: string) => void): Promise<BenchCluster> {
    const postgres = await startEmbeddedPostgres({ dataDir: defaultDataDir(BENCH) });
    const cluster = new BenchCluster(postgres, await digestOf(MADE_BY), tell);
    await cluster.#dropStale();
    return cluster;
  }

  url(database: string): string {
    return this.postgres.url(database);
  }

  /**
   * A database of this shape, always the same: cloned from a template that is loaded once. What the run before wrote is
   * gone.
   */
  async openDatabase(shape: Shape): Promise<string> {
    const template = `${TEMPLATE_PREFIX}${shape.cases}_${shape.helperBytes}_${shape.versions}_${this.digest}`;
    if (!(await this.#exists(template))) {
      this.tell(`loading ${shape.cases} cases with helpers of ${shape.helperBytes / 1000} KB, once`);
      const draft = `draft_${template}`;
      await this.#command(`drop database if exists ${draft} with (force)`);
      await this.#command(`create database ${draft}`);
      await loadDatabase(this.url(draft), shape, this.tell);
      await this.#command(`alter database ${draft} rename to ${template}`);
    }
    await this.#command('drop database if exists bench with (force)');
    await this.#command(`create database bench template ${template} strategy file_copy`);
    await this.#command('checkpoint');
    return this.url('bench');
  }

  async stop(): Promise<void> {
    await this.#command('drop database if exists bench with (force)');
    await this.postgres.stop();
  }

  /** Templates of other migrations, or made in another way. */
  async #dropStale(): Promise<void> {
    const names = await this.#command<{ datname: string }>('select datname from pg_database');
    for (const { datname } of names)
      if (/^(draft_)?shape_/.test(datname) && !datname.endsWith(this.digest))
        await this.#command(`drop database ${datname} with (force)`);
  }

  async #exists(name: string): Promise<boolean> {
    return (await this.#command('select from pg_database where datname = $1', [name])).length > 0;
  }

  async #command<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.url('postgres') });
    await client.connect();
    try {
      return (await client.query<Row>(sql, values)).rows;
    } finally {
      await client.end();
    }
  }
}

async function digestOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths)
    for (const file of await listFiles(path)) hash.update(file.slice(BENCH.length)).update(await readFile(file));
  return hash.digest('hex').slice(0, 10);
}

async function listFiles(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => null);
  if (!entries) return [path];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
