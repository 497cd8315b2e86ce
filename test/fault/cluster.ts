import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/db/embedded/embedded-postgres.ts';
import { processIdentity } from '../../src/db/embedded/live-process.ts';
import { pollUntil } from '../../src/db/embedded/poll.ts';
import { migrate } from '../../src/db/migrations/migrate.ts';

const TEMPLATE = 'fault_template';

/** A real PostgreSQL that writes to disk as in production, and can be killed. Its port changes with each start. */
export class Cluster {
  #postgres: EmbeddedPostgres;

  private constructor(
    readonly dataDir: string,
    postgres: EmbeddedPostgres,
  ) {
    this.#postgres = postgres;
  }

  /** Starts it in a folder of its own and migrates the template that databases are cloned from. */
  static async start(dataDir: string): Promise<Cluster> {
    const cluster = new Cluster(dataDir, await startEmbeddedPostgres({ dataDir }));
    await cluster.query('postgres', `create database ${TEMPLATE}`);
    await migrate({ url: cluster.url(TEMPLATE) });
    return cluster;
  }

  get port(): number {
    return this.#postgres.port;
  }

  /** As superuser, past the proxies. */
  url(database: string): string {
    return this.#postgres.url(database);
  }

  /** A migrated, empty database; answers its name. */
  async createDatabase(): Promise<string> {
    const name = `fault_${randomUUID().replaceAll('-', '')}`;
    await this.query('postgres', `create database ${name} template ${TEMPLATE} strategy file_copy`);
    return name;
  }

  async dropDatabase(name: string): Promise<void> {
    await this.query('postgres', `drop database if exists ${name} with (force)`);
  }

  /** One statement on a connection of its own. */
  async query<Row extends pg.QueryResultRow>(database: string, sql: string, values: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.url(database) });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Row>(sql, values)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** SIGQUIT is PostgreSQL's immediate shutdown; SIGKILL leaves its backends behind. Resolves when the postmaster is gone. */
  async crash(signal: 'SIGQUIT' | 'SIGKILL'): Promise<void> {
    const pid = Number((await readFile(join(this.dataDir, 'pgdata/postmaster.pid'), 'utf8')).split('\n', 1)[0]);
    process.kill(pid, signal);
    await pollUntil(async () => (await processIdentity(pid)) === undefined || undefined, {
      timeoutMs: 30_000,
      intervalMs: 10,
      explain: () => `PostgreSQL (process ${pid}) did not end.`,
    });
  }

  /** After a crash: starts it again, which recovers what was committed. */
  async restart(): Promise<void> {
    this.#postgres = await startEmbeddedPostgres({ dataDir: this.dataDir });
  }

  async stop(): Promise<void> {
    await this.#postgres.stop();
  }
}
