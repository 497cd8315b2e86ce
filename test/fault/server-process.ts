import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ENVIRONMENT_NAMES } from '../../src/config.ts';
import { pollUntil } from '../../src/db/embedded/poll.ts';
import { callInspector } from './call-inspector.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START_WITHIN_MS = 90_000;
const STOP_WITHIN_MS = 30_000;
const PAGE_BYTES = 4096;

/** One server as in production, `src/main.ts` in a process of its own, started again at the same port as often as wanted. */
export class ServerProcess {
  /** Exits that nobody had asked for. */
  readonly crashes: string[] = [];
  /** Starts that came to nothing because there was no database, and said so: whoever supervises it starts it again. */
  failedStarts = 0;
  #child: ChildProcess | null = null;
  #ended: Promise<void> = Promise.resolve();
  #asked = false;
  #starts = 0;

  /** @param logFile what it prints is added there */
  constructor(
    readonly name: string,
    readonly port: number,
    private readonly env: Readonly<Record<string, string>>,
    private readonly logFile: string,
  ) {}

  get running(): boolean {
    return this.#child !== null;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** How often it was started: a reading of another start is not to be compared with. */
  get starts(): number {
    return this.#starts;
  }

  /** Resolves when it serves. */
  async start(): Promise<void> {
    this.launch();
    await this.serves();
  }

  launch(): void {
    if (this.#child) throw new Error(`${this.name} runs already; kill it first.`);
    const log = openSync(this.logFile, 'a');
    const printedBefore = fstatSync(log).size;
    const child = spawn(process.execPath, ['--inspect-port=0', '--import', 'tsx', 'src/main.ts'], {
      cwd: ROOT,
      env: { ...environmentWithoutOurs(), ...this.env, PORT: String(this.port) },
      stdio: ['ignore', log, log],
      // Ctrl-C is the driver's: it stops the servers in order.
      detached: true,
    });
    closeSync(log);
    this.#starts++;
    this.#asked = false;
    this.#child = child;
    this.#ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        if (!this.#asked && this.#couldNotStart(printedBefore)) this.failedStarts++;
        else if (!this.#asked) this.crashes.push(`${this.name} ended by itself: ${signal ?? `exit code ${code}`}`);
        this.#child = null;
        resolve();
      });
    });
  }

  async serves(): Promise<void> {
    await pollUntil(async () => (await this.readiness()) !== null || undefined, {
      timeoutMs: START_WITHIN_MS,
      intervalMs: 100,
      explain: () => `${this.name} does not serve after ${START_WITHIN_MS / 1000} s; it printed into ${this.logFile}`,
    });
  }

  /** What /ready says, past the proxies; null when it does not answer that it serves. */
  async readiness(): Promise<{ status: string; listener: string } | null> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/ready`, {
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(5_000),
    }).catch(() => null);
    if (answer?.status !== 200) return null;
    return (await answer.json()) as { status: string; listener: string };
  }

  /** SIGKILL: gone without a word. */
  async kill(): Promise<void> {
    await this.#signal('SIGKILL');
  }

  /** SIGTERM, and the hard way if it does not end in time, which counts as a crash. */
  async stop(): Promise<void> {
    const timer = setTimeout(() => {
      this.crashes.push(`${this.name} did not stop within ${STOP_WITHIN_MS / 1000} s of SIGTERM`);
      this.#child?.kill('SIGKILL');
    }, STOP_WITHIN_MS);
    await this.#signal('SIGTERM');
    clearTimeout(timer);
  }

  /** Resident memory; null when it does not run. */
  get rssBytes(): number | null {
    if (!this.pid) return null;
    try {
      return Number(readFileSync(`/proc/${this.pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES;
    } catch {
      return null;
    }
  }

  /** Does nothing when it does not run. */
  async collectGarbage(): Promise<void> {
    if (this.pid) await callInspector(this.pid, this.logFile, 'HeapProfiler.collectGarbage');
  }

  /** Runs code inside it, as to set its clock or to keep it busy; resolves when the code has run. */
  async evaluate(expression: string): Promise<void> {
    if (!this.pid) throw new Error(`${this.name} does not run.`);
    await callInspector(this.pid, this.logFile, 'Runtime.evaluate', { expression });
  }

  #couldNotStart(printedBefore: number): boolean {
    return readFileSync(this.logFile)
      .subarray(printedBefore)
      .includes('\nThe database of DATABASE_URL can not be used');
  }

  async #signal(signal: NodeJS.Signals): Promise<void> {
    this.#asked = true;
    this.#child?.kill(signal);
    await this.#ended;
  }
}

/** What the driver was started with must not decide what the servers do. Set to nothing they also hide a .env file. */
function environmentWithoutOurs(): NodeJS.ProcessEnv {
  return { ...process.env, ...Object.fromEntries(ENVIRONMENT_NAMES.map((name) => [name, ''])) };
}
