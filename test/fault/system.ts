// What a row breaks: two real servers over one real PostgreSQL, with a fault proxy in every path between.
//
//   clients ──▶ links.clients[0] ──▶ servers[0] ──▶ links.database[0] ──┐
//                                        └────────▶ links.listen[0]   ──┤
//                                                                       ├──▶ cluster (PostgreSQL)
//   clients ──▶ links.clients[1] ──▶ servers[1] ──▶ links.database[1] ──┤
//                                        └────────▶ links.listen[1]   ──┘
//
// A row's function is given a RowRun (row-run.ts) and does to `run.system` what it is about:
//
//   servers[i]   kill() · stop() · start() · readiness() · rssBytes · crashes (exits nobody asked for) · evaluate(code)
//   links.*[i]   blackHole() · halfOpen('toServer') · reset(count) · latency(ms, jitter) · throttle(bytes/s) · heal() · open · counts
//                openLink(i) for one more path from clients to a server
//                of the database and listen links also cutOnCommit(p) and dropNotifications(true)
//   cluster      crash('SIGQUIT' | 'SIGKILL'), after it restartPostgres() of the system, which leads the links to its new port
//   query(sql)   as superuser on the row's database, past all proxies; connect() where a session has to be held
//
// Addresses that clients use (`urls`) and ports of the servers stay the same over all restarts of a row.
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import type { Cluster } from './cluster.ts';
import type { Query } from './final-state.ts';
import { FaultProxy } from './proxy.ts';
import type { Random } from './random.ts';
import { ServerProcess } from './server-process.ts';

export const JWT_SECRET = 'secret-of-the-fault-suite-and-of-nothing-else';

const INSTANCES = [0, 1] as const;

export interface FaultSystem {
  readonly cluster: Cluster;
  readonly database: string;
  readonly servers: readonly ServerProcess[];
  readonly links: {
    readonly database: readonly FaultProxy[];
    readonly listen: readonly FaultProxy[];
    readonly clients: readonly FaultProxy[];
  };
  /** Where clients find the instances. */
  readonly urls: readonly string[];
  /** One more path from clients to an instance, for those that a row does something to; stopped with the system. */
  openLink(instance: number): Promise<FaultProxy>;
  readonly query: Query;
  /** A session of the superuser's own, past the proxies; its caller ends it. */
  connect(database?: string): Promise<pg.Client>;
  /** After cluster.crash(): starts PostgreSQL again and leads the links there. */
  restartPostgres(): Promise<void>;
  stop(): Promise<void>;
}

/** @param env further variables of the servers, as DATABASE_POOL_MAX */
export async function startSystem(parts: {
  readonly cluster: Cluster;
  readonly folder: string;
  readonly random: Random;
  readonly env: Readonly<Record<string, string>>;
}): Promise<FaultSystem> {
  const { cluster, folder, random } = parts;
  const database = await cluster.createDatabase();
  const proxies: FaultProxy[] = [];
  const proxy = async (port: number, protocol: 'postgres' | 'any') => {
    const started = await FaultProxy.start(port, random.fork(proxies.length), protocol);
    proxies.push(started);
    return started;
  };
  const each = async <T>(make: (instance: number) => Promise<T>) => {
    const made: T[] = [];
    for (const instance of INSTANCES) made.push(await make(instance));
    return made;
  };
  const toDatabase = await each(() => proxy(cluster.port, 'postgres'));
  const toListen = await each(() => proxy(cluster.port, 'postgres'));
  const servers = await each(async (instance) => {
    const through = (link: FaultProxy) => {
      const url = new URL(cluster.url(database));
      url.port = String(link.port);
      return url.href;
    };
    const env = {
      JWT_SECRET,
      DATABASE_URL: through(toDatabase[instance]!),
      DATABASE_DIRECT_URL: through(toListen[instance]!),
      GRAPHIQL: 'off',
      LOG_LEVEL: 'warn',
      ...parts.env,
    };
    return new ServerProcess(`server ${instance}`, await findFreePort(), env, join(folder, `server-${instance}.log`));
  });
  const toServer = await each((instance) => proxy(servers[instance]!.port, 'any'));

  const system: FaultSystem = {
    cluster,
    database,
    servers,
    links: { database: toDatabase, listen: toListen, clients: toServer },
    urls: toServer.map((link) => `http://127.0.0.1:${link.port}`),
    openLink: (instance) => proxy(servers[instance]!.port, 'any'),
    query: (sql, values) => cluster.query(database, sql, values),
    async connect(name = database) {
      const client = new pg.Client({ connectionString: cluster.url(name) });
      client.on('error', () => undefined);
      await client.connect();
      return client;
    },
    async restartPostgres() {
      await cluster.restart();
      for (const link of [...toDatabase, ...toListen]) link.redirect(cluster.port);
    },
    async stop() {
      await Promise.all(servers.map((server) => server.stop()));
      await Promise.all(proxies.map((link) => link.stop()));
      await cluster.dropDatabase(database).catch(() => undefined);
    },
  };
  try {
    await Promise.all(servers.map((server) => server.start()));
    return system;
  } catch (error) {
    await system.stop();
    throw error;
  }
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
