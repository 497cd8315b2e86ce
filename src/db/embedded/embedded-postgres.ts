// A real PostgreSQL without installation or configuration, kept in the data directory. The server is a process of its
// own and outlives ours when we are killed; the next start finds it and takes it over.
import { join } from 'node:path';
import type pg from 'pg';
import { assertReachable, createDataDir } from './data-dir.ts';
import { databaseOsUser } from './os-user.ts';
import { stopPostmaster } from './postmaster.ts';
import { type DataDirSecrets, loadOrCreateSecrets } from './secrets.ts';
import { connectOrLaunch, type RunningServer } from './server.ts';
import { withStartLock } from './start-lock.ts';
import { connectSuperuser, ensureDatabase, superuserUrl, tryOwn } from './superuser.ts';

export interface EmbeddedPostgres {
  /** As superuser; without an argument, the product's own database, which exists. */
  readonly url: (database?: string) => string;
  readonly port: number;
  readonly dataDir: string;
  /** Exactly one process owns the server: the one that started it, or took it over after its owner was killed. */
  readonly owned: boolean;
  readonly secrets: DataDirSecrets;
  /** The owner stops the server, everyone else just lets go of it. */
  stop(): Promise<void>;
}

/**
 * Starts the server of this data directory, creating whatever is missing, or attaches to the one already running.
 * Any number of processes may call this at the same moment.
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string;
  /** False risks the data for speed: tests only. */
  fsync?: boolean;
  /** Another place for PostgreSQL's programs than the installed package: tests only. */
  packageRoot?: string;
  log?: (message: string) => void;
}): Promise<EmbeddedPostgres> {
  const { fsync = true, packageRoot, log = () => undefined } = options;
  const dataDir = await createDataDir(options.dataDir);
  const pgdata = join(dataDir, 'pgdata');
  const user = await databaseOsUser(pgdata);
  await assertReachable(dataDir, user);

  return withStartLock(dataDir, async () => {
    const secrets = await loadOrCreateSecrets(dataDir);
    const { superuserPassword } = secrets;
    const server = await connectOrLaunch({ dataDir, pgdata, user, superuserPassword, fsync, packageRoot, log });
    const { client, port } = server;
    const isConnected = watchConnection(client, log);
    const reconnect = () => connectSuperuser(port, superuserPassword, pgdata);
    const shutDown = () => stopOwned({ server, pgdata, isConnected, reconnect });

    const owned = await tryOwn(client);
    try {
      await ensureDatabase(client, DATABASE);
    } catch (error) {
      await (owned ? shutDown() : client.end());
      throw error;
    }
    log(`PostgreSQL listens on 127.0.0.1:${port}${owned ? '' : ', owned by another process'}`);

    let stopping: Promise<void> | undefined;
    return {
      url: (database = DATABASE) => superuserUrl(port, superuserPassword, database),
      port,
      dataDir,
      owned,
      secrets,
      stop: () => {
        stopping ??= owned ? stopInTurn(dataDir, shutDown) : client.end();
        return stopping;
      },
    };
  });
}

const DATABASE = 'casegraph';

/**
 * Under the start lock, so that a process which starts meanwhile never attaches to a server that is going away.
 * Where the lock cannot be had (a full disk, a deleted folder) the server must be stopped all the same.
 */
async function stopInTurn(dataDir: string, shutDown: () => Promise<void>): Promise<void> {
  let begun: Promise<void> | undefined;
  await withStartLock(dataDir, () => {
    begun = shutDown();
    return begun;
  }).catch(() => undefined);
  await (begun ?? shutDown());
}

async function stopOwned(owner: {
  server: RunningServer;
  pgdata: string;
  isConnected: () => boolean;
  reconnect: () => Promise<pg.Client>;
}): Promise<void> {
  const { server, pgdata } = owner;
  if (!owner.isConnected() && (await isOwnedByAnother(owner.reconnect))) return;
  await server.client.end().catch(() => undefined);
  await stopPostmaster(server.pid, pgdata);
}

/** After a crash of the server our lock is gone, and another process may have become the owner since. */
async function isOwnedByAnother(reconnect: () => Promise<pg.Client>): Promise<boolean> {
  const client = await reconnect().catch(() => undefined);
  if (client === undefined) return false;
  try {
    return !(await tryOwn(client));
  } finally {
    await client.end().catch(() => undefined);
  }
}

function watchConnection(client: pg.Client, log: (message: string) => void): () => boolean {
  let connected = true;
  client.once('error', (error) => log(`the connection to PostgreSQL has broken: ${error.message}`));
  client.on('end', () => {
    connected = false;
  });
  return () => connected;
}
