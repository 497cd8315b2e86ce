import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Job, WindowResult } from './job.ts';

/** The process that makes the load; one job at a time. */
export class Load {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = fork(fileURLToPath(new URL('./generator.ts', import.meta.url)), {
      execArgv: ['--import', 'tsx'],
      serialization: 'advanced',
    });
  }

  run(job: Job): Promise<WindowResult> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null) => reject(new Error(`The load ended by itself (${code}).`));
      this.#child.once('exit', ended);
      this.#child.once('message', (answer: { result?: WindowResult; error?: string }) => {
        this.#child.off('exit', ended);
        if (answer.result) resolve(answer.result);
        else reject(new Error(`${job.peer}, ${job.work.kind === 'write' ? job.work.name : 'read'}: ${answer.error}`));
      });
      this.#child.send(job);
    });
  }

  stop(): void {
    this.#child.kill();
  }
}
