import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

test('an error that nobody caught ends the process with all that was logged, and without the values it quotes', async () => {
  const program = `
    import { createLogger, exitOnCrash } from './src/log.ts';
    const log = createLogger('info');
    exitOnCrash(log);
    for (let line = 1; line <= 500; line++) log.info({ line }, 'before');
    const error = Object.assign(new Error('Key (plate)=(canary) already exists'), { code: '23505', routine: 'check', detail: 'canary' });
    setTimeout(() => Promise.reject(error));
  `;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], { cwd: ROOT });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  const lines = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toHaveLength(501);
  expect(lines.at(-1)).toMatchObject({ level: 60, msg: 'crashed', error: { code: '23505', routine: 'check' } });
  expect(stderr).not.toContain('canary');
  expect(code).toBe(1);
});
