import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base } from 'vitest';
import { ENVIRONMENT_NAMES } from '../../src/config.ts';
import { processIdentity } from '../../src/db/embedded/live-process.ts';
import { pollUntil } from '../../src/db/embedded/poll.ts';
import { TestClient } from '../support/client.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What a command left behind. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npm start` that serves, as a terminal sees it. */
export interface Running {
  readonly url: string;
  readonly banner: string;
  readonly serviceToken: string;
  readonly userToken: string;
  user(): TestClient;
  service(): TestClient;
  /** As Ctrl-C does: to npm and to everything it has started. */
  signalGroup(signal: NodeJS.Signals): void;
  /** To npm alone, as `kill` and supervisors do. */
  signalNpm(signal: NodeJS.Signals): void;
  /** Resolves when the process and its pipes have ended. */
  readonly ended: Promise<Outcome>;
}

/** `npm start` on its way. */
export interface Launched {
  /** Resolves once it has written this text, on stdout or stderr. */
  says(text: string): Promise<unknown>;
  signalGroup(signal: NodeJS.Signals): void;
  readonly ended: Promise<Outcome>;
}

/** One data folder that does not exist yet, and the commands on it; gone with all its processes afterwards. */
export interface Site {
  readonly dataDir: string;
  start(env?: Record<string, string>): Promise<Running>;
  /** `npm start`, to be met before it serves. */
  launch(env?: Record<string, string>): Launched;
  npm(args: string[], env?: Record<string, string>): Promise<Outcome>;
  /** Pid of the database server; null when postmaster.pid is gone or its process has ended. */
  postgres(): Promise<number | null>;
}

export const test = base.extend<{ $file: { site: Site } }>({
  site: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads what a fixture needs from its pattern
    async ({}, use) => {
      const folder = join(tmpdir(), `casegraph-process-${randomUUID()}`);
      const children: ChildProcess[] = [];
      const site = createSite(join(folder, 'data'), children);
      await use(site);
      for (const child of children) if (isRunning(child)) process.kill(-child.pid!, 'SIGKILL');
      const postgres = await site.postgres();
      if (postgres) process.kill(postgres, 'SIGQUIT');
      await pollUntil(async () => (await site.postgres()) === null || undefined, WAIT);
      await rm(folder, { recursive: true, force: true });
    },
    { scope: 'file' },
  ],
});

export const WAIT = { timeoutMs: 20_000, intervalMs: 20, explain: () => 'waited for too long' };

function createSite(dataDir: string, children: ChildProcess[]): Site {
  const npm = (args: string[], env: Record<string, string>) => {
    const child = spawn('npm', args, {
      cwd: ROOT,
      env: { ...environmentWithoutOurs(), DATA_DIR: dataDir, PORT: '0', ...env },
      // A process group of its own, as a terminal gives to every command.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    return child;
  };
  return {
    dataDir,
    npm: (args, env = {}) => collect(npm(args, env)).ended,
    launch: (env = {}) => {
      const child = npm(['start'], env);
      const output = collect(child);
      return {
        says: (text) => pollUntil(async () => `${output.stdout}${output.stderr}`.includes(text) || undefined, WAIT),
        signalGroup: (signal) => process.kill(-child.pid!, signal),
        ended: output.ended,
      };
    },
    start: (env = {}) => awaitBanner(npm(['start'], env)),
    async postgres() {
      const text = await readFile(join(dataDir, 'pgdata/postmaster.pid'), 'utf8').catch(() => '');
      const pid = Number(text.split('\n', 1)[0]);
      return pid > 0 && (await processIdentity(pid)) ? pid : null;
    },
  };
}

/** What this test run was started with must not decide what the commands do. */
/** Ours are set to nothing, which also hides what a developer's own .env says. */
function environmentWithoutOurs(): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !/^(npm_|VITEST|NODE_ENV)/.test(name));
  return Object.fromEntries([...others, ...ENVIRONMENT_NAMES.map((name) => [name, ''])]);
}

function collect(child: ChildProcess): { ended: Promise<Outcome>; readonly stdout: string; readonly stderr: string } {
  const seen = { stdout: '', stderr: '' };
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    seen.stdout += text;
  });
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    seen.stderr += text;
  });
  const ended = new Promise<Outcome>((resolve) => {
    child.once('close', (code) => resolve({ code, ...seen }));
  });
  return {
    ended,
    get stdout() {
      return seen.stdout;
    },
    get stderr() {
      return seen.stderr;
    },
  };
}

async function awaitBanner(child: ChildProcess): Promise<Running> {
  const output = collect(child);
  await pollUntil(async () => output.stdout.includes('Ctrl-C stops.') || !isRunning(child) || undefined, WAIT);
  const banner = output.stdout;
  const url = /GraphiQL +(\S+)\/graphql/.exec(banner)?.[1];
  if (!url) throw new Error(`npm start shows no banner: ${banner}${output.stderr}`);
  const serviceToken = /Service token +(\S+)/.exec(banner)?.[1] ?? '';
  const userToken = /User token +(\S+)/.exec(banner)?.[1] ?? '';
  return {
    url,
    banner,
    serviceToken,
    userToken,
    user: () => new TestClient(url, userToken),
    service: () => new TestClient(url, serviceToken),
    signalGroup: (signal) => process.kill(-child.pid!, signal),
    signalNpm: (signal) => process.kill(child.pid!, signal),
    ended: output.ended,
  };
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/** A superuser's URL of the site's database, for looking at it and for standing in its way. */
export async function superuserUrl(dataDir: string): Promise<string> {
  const { superuserPassword } = JSON.parse(await readFile(join(dataDir, 'secrets.json'), 'utf8')) as {
    superuserPassword: string;
  };
  const port = (await readFile(join(dataDir, 'pgdata/postmaster.pid'), 'utf8')).split('\n')[3];
  return `postgres://postgres:${superuserPassword}@127.0.0.1:${port}/casegraph`;
}
