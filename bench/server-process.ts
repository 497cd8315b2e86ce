import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ENVIRONMENT_NAMES } from '../src/config.ts';
import { pollUntil } from '../src/db/embedded/poll.ts';
import { rssMbOf } from './measure/process-usage.ts';
import type { PeerName } from './peers/peers.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const START_WITHIN_MS = 60_000;

export interface ServerSettings {
  readonly node: string;
  /** Owner of the schema; casegraph makes its logins by it. */
  readonly adminUrl: string;
  /** The login of casegraph for its users, which may do nothing but take on a caller's identity. All others use it. */
  readonly apiUrl: string;
  readonly jwtSecret: string;
  readonly poolMax: number;
  readonly logFolder: string;
}

/**
 * What casegraph is told besides: sixteen users ask for more than sixteen people do, so they may spend more in a minute.
 * It is counted and every other limit holds, as in production.
 */
const CASEGRAPH_SETTINGS = { LIMIT_COST_PER_MINUTE: '1000000000000' };

/** A server under measurement, in a process of its own. */
export class ServerProcess {
  private constructor(
    readonly name: PeerName,
    readonly port: number,
    private readonly child: ChildProcess,
  ) {}

  /** Resolves when it accepts connections. casegraph is started as `npm start` does it. */
  static async start(name: PeerName, settings: ServerSettings): Promise<ServerProcess> {
    const port = await freePort();
    const file = name === 'casegraph' ? 'src/main.ts' : `bench/peers/servers/${name}.ts`;
    const logFile = join(settings.logFolder, `${name}.log`);
    const log = openSync(logFile, 'a');
    const child = spawn(settings.node, ['--import', 'tsx', file], {
      cwd: ROOT,
      env: {
        ...process.env,
        // Set to nothing they also hide a .env file.
        ...Object.fromEntries(ENVIRONMENT_NAMES.map((variable) => [variable, ''])),
        NODE_ENV: 'production',
        PORT: String(port),
        DATABASE_URL: name === 'casegraph' ? settings.adminUrl : settings.apiUrl,
        DATABASE_POOL_MAX: String(settings.poolMax),
        JWT_SECRET: settings.jwtSecret,
        ...(name === 'casegraph' ? CASEGRAPH_SETTINGS : {}),
      },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    const server = new ServerProcess(name, port, child);
    await pollUntil(
      async () => {
        if (child.exitCode !== null) throw new Error(`${name} ended while starting; it printed into ${logFile}`);
        return (await isServing(port)) || undefined;
      },
      {
        timeoutMs: START_WITHIN_MS,
        intervalMs: 100,
        explain: () => `${name} does not serve after ${START_WITHIN_MS / 1000} s; it printed into ${logFile}`,
      },
    );
    return server;
  }

  get pid(): number {
    return this.child.pid!;
  }

  get rssMb(): number | null {
    return rssMbOf(this.pid);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill();
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(timer);
  }
}

/** Whatever it answers: that it does is enough. */
async function isServing(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/ready`, { headers: { connection: 'close' } }).then(
    (answer) => answer.status !== 503,
    () => false,
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
