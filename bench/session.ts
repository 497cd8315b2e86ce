import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { ensureGeneratedClient } from '../src/db/generated-client.ts';
import { prepareLogins } from '../src/db/login-roles.ts';
import { readSample, type Sample } from './data/sample.ts';
import { BenchCluster, type Shape } from './data/shape.ts';
import { installPeers } from './install.ts';
import { Load } from './load/load.ts';
import { nodeForServers } from './node-binary.ts';
import type { PeerName } from './peers/peers.ts';
import { ServerProcess, type ServerSettings } from './server-process.ts';

const POOL_MAX = 10;
const JWT_SECRET = 'jwt-secret-of-the-bench-0123456789-abcdef';

/** What a measurement works with: servers over one fresh database, and the process that makes the load. */
export interface Running {
  readonly servers: readonly ServerProcess[];
  readonly sample: Sample;
  readonly load: Load;
  readonly adminUrl: string;
  /** One more server beside the others, in its first moment; it ends with them. */
  start(name: PeerName): Promise<ServerProcess>;
}

/** The cluster and the Node binary of one run. */
export class Session {
  /** Processes that are to end with the session. */
  readonly #processes = new Set<{ stop(): unknown }>();
  #closing: Promise<void> | null = null;

  private constructor(
    private readonly cluster: BenchCluster,
    private readonly node: ReturnType<typeof nodeForServers>,
    private readonly logFolder: string,
    private readonly tell: (message: string) => void,
  ) {}

  static async open(tell: (message: string) => void): Promise<Session> {
    installPeers(tell);
    await ensureGeneratedClient();
    const node = nodeForServers(tell);
    const logFolder = await mkdtemp(join(tmpdir(), 'casegraph-bench-'));
    return new Session(await BenchCluster.start(tell), node, logFolder, tell);
  }

  /**
   * Starts servers over a fresh database of a shape, and ends them after `measure`.
   *
   * @param readCases of how many of the newest cases reads ask
   */
  async withServers<Result>(
    names: readonly PeerName[],
    { shape, readCases }: { shape: Shape; readCases: number },
    measure: (running: Running) => Promise<Result>,
  ): Promise<Result> {
    const adminUrl = await this.cluster.openDatabase(shape);
    // As the server works it out, so that both come to the same passwords.
    const loginSecret = `${new URL(adminUrl).password}|${JWT_SECRET}`;
    const { apiUrl } = await prepareLogins(adminUrl, loginSecret, pino({ level: 'silent' }));
    const { node, logFolder } = this;
    const settings: ServerSettings = {
      node: node.path,
      adminUrl,
      apiUrl,
      jwtSecret: JWT_SECRET,
      poolMax: POOL_MAX,
      logFolder,
    };
    // Of its own for each database: it keeps the versions that its saves came to.
    const load = new Load();
    this.#processes.add(load);
    const start = async (name: PeerName) => {
      const server = await ServerProcess.start(name, settings);
      this.#processes.add(server);
      return server;
    };
    this.tell(`starting ${names.join(', ')} on Node ${node.version}; they log into ${logFolder}`);
    try {
      const servers: ServerProcess[] = [];
      for (const name of names) servers.push(await start(name));
      const sample = await readSample(adminUrl, JWT_SECRET, readCases);
      return await measure({ servers, sample, load, adminUrl, start });
    } finally {
      await this.#endProcesses();
    }
  }

  /** Ends whatever it has started, at any moment; more than once does no harm. */
  close(): Promise<void> {
    this.#closing ??= this.#endProcesses().then(() => this.cluster.stop());
    return this.#closing;
  }

  async #endProcesses(): Promise<void> {
    const ending = [...this.#processes];
    this.#processes.clear();
    for (const process of ending) await process.stop();
  }
}
