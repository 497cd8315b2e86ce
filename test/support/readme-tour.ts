import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { pollUntil } from '../../src/db/embedded/poll.ts';

/** One fenced block: commands to type, or what they print. */
export interface TourStep {
  readonly kind: 'commands' | 'output';
  /** 1 is the terminal the tour is made in; in the others something goes on running. */
  readonly terminal: number;
  readonly text: string;
}

/** The `sh` and `text` blocks between a heading and the next one of its level. */
export function readTour(markdown: string, heading: string): TourStep[] {
  const [, section = ''] = markdown.split(`\n${heading}\n`);
  const blocks = section.split(/\n## /, 1)[0]!.matchAll(/^```(sh|text)(?: terminal=(\d))?\n(.*?)^```$/gms);
  return [...blocks].map(([, language, terminal = '1', text]) => ({
    kind: language === 'sh' ? 'commands' : 'output',
    terminal: Number(terminal),
    text: text!,
  }));
}

const WAIT_MS = 15_000;

/** A shell that lives on from block to block, as a person's does. */
export class Terminal {
  readonly #shell: ChildProcess;
  #output = '';
  /** What has been compared already. */
  #seen = 0;

  constructor(cwd: string, env: NodeJS.ProcessEnv) {
    // A process group of its own, so that what goes on running in it can be ended with it.
    this.#shell = spawn('bash', ['--norc'], { cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    for (const stream of [this.#shell.stdout!, this.#shell.stderr!])
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
  }

  /** Types the commands and waits until they have ended. */
  async run(commands: string): Promise<void> {
    const end = `end of ${randomUUID()}`;
    this.#seen = this.#output.length;
    this.type(`${commands}\necho "${end}"`);
    await this.#until(() => this.#output.includes(end), commands);
    this.#output = this.#output.replace(`${end}\n`, '');
  }

  /** Types commands that go on for ever. */
  type(commands: string): void {
    // Not from the shell's own input, which its commands would read.
    const word = `'${commands.replaceAll("'", "'\\''")}'`;
    this.#shell.stdin!.write(`eval ${word} </dev/null\n`);
  }

  /** Waits until lines like these have come, in this order, since the last comparison. */
  async expectLines(expected: string): Promise<void> {
    const lines = expected.trimEnd().split('\n');
    const pattern = new RegExp(
      lines.map((line) => `^${line.split('…').map(quoteForRegExp).join('.*')}$`).join('\n(?:.*\n)*?'),
      'm',
    );
    let found: RegExpExecArray | null = null;
    await this.#until(() => {
      found = pattern.exec(this.#output.slice(this.#seen));
      return found !== null;
    }, expected);
    this.#seen += found!.index + found![0].length;
  }

  kill(): void {
    if (this.#shell.exitCode === null) process.kill(-this.#shell.pid!, 'SIGKILL');
  }

  async #until(isTrue: () => boolean, what: string): Promise<void> {
    await pollUntil(async () => isTrue() || undefined, {
      timeoutMs: WAIT_MS,
      intervalMs: 20,
      explain: () => `The tour waited for\n${what}\nand this was printed:\n${this.#output.slice(this.#seen)}`,
    });
  }
}

function quoteForRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
