import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { openCase } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { createProject } from './packed.ts';
import { eventually } from './watching.ts';

const PAGE = readFileSync(new URL('../../docs/CLIENT.md', import.meta.url), 'utf8');

/** Each program of the page, with what the page says it prints; null of one that goes on for ever. */
const programs = [...PAGE.matchAll(/^```js\n([\s\S]*?)^```$(?:\n\n```text\n([\s\S]*?)^```$)?/gm)].map(
  ([, text, printed]) => ({ text: text!, printed: printed ?? null }),
);

test('the programs of docs/CLIENT.md, one after the other, print what the page says', { timeout: 120_000 }, async ({
  world,
  server,
}) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: { notes: 'new' } });
  const env = { URL: admin.url, TOKEN: admin.token!, CASE: caseId };
  const project = await createProject();
  try {
    const [client, ...rest] = programs;
    expect(client!.text).toMatch(/^\/\/ client\.js\n/);
    expect(rest).toHaveLength(5);
    await project.write('client.js', client!.text);
    for (const [index, { text, printed }] of rest.entries()) {
      const file = await project.write(`program-${index}.js`, text);
      if (printed !== null) expect(await project.node(file, env)).toBe(printed);
      else
        await expectToFollow(
          () => spawn(process.execPath, [file], { cwd: project.folder, env, stdio: ['ignore', 'pipe', 'inherit'] }),
          () => openCase(admin, { plate: '1234567' }),
          () => server.app.hub.waiting === 1,
        );
    }
  } finally {
    await project.remove();
  }
});

/** The one program without an end: it is told of what happens while it runs. */
async function expectToFollow(start: () => ChildProcess, change: () => Promise<unknown>, isHeard: () => boolean) {
  const child = start();
  try {
    let printed = '';
    child.stdout!.on('data', (data) => {
      printed += data;
    });
    await eventually(isHeard).toBe(true);
    await change();
    await eventually(() => printed).toMatch(/^CREATED cases null$/m);
  } finally {
    child.kill('SIGKILL');
  }
}
