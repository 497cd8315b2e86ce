import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { ENVIRONMENT_NAMES } from '../src/config.ts';
import { ERROR_CODES } from '../src/errors.ts';
import { test } from './process/site.ts';
import { readTour, Terminal } from './support/readme-tour.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

const README = read('README.md');
const DECISIONS = readdirSync(join(ROOT, 'docs/decisions')).sort();
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'docs/ARCHITECTURE.md',
  'docs/MAKE.md',
  'docs/LIVE.md',
  'docs/CLIENT.md',
  'docs/OPERATIONS.md',
  'docs/SECURITY.md',
  'docs/PERFORMANCE.md',
  ...DECISIONS.map((name) => `docs/decisions/${name}`),
];

/** The tour is typed into a shell; a machine with Node alone may have neither of these. */
const hasShell = ['bash', 'curl'].every((program) => !spawnSync(program, ['--version']).error);

/** Pages with commands to type: under which heading, and at least how many blocks there are. */
const TOURS: Record<string, { heading: string; blocks: number; env?: Record<string, string> }> = {
  'README.md': { heading: '## Five-minute tour', blocks: 16 },
  'docs/MAKE.md': { heading: '## From a shell', blocks: 8 },
  'docs/OPERATIONS.md': {
    heading: '## Look at a running server',
    blocks: 7,
    env: { METRICS_TOKEN: 'token-of-my-prometheus' },
  },
};

for (const [page, { heading, blocks, env: serverEnv }] of Object.entries(TOURS))
  test.runIf(hasShell)(`the commands of ${page} work as written`, { timeout: 60_000 }, async ({ site }) => {
    const steps = readTour(read(page), heading);
    const [signIn, ...rest] = steps;
    expect(steps.length).toBeGreaterThanOrEqual(blocks);

    const running = await site.start(serverEnv);
    const env = { ...process.env, DATA_DIR: site.dataDir, TMPDIR: tmpdir() };
    const terminals = new Map<number, Terminal>();
    const open = async (number: number): Promise<Terminal> => {
      const terminal = new Terminal(ROOT, env);
      terminals.set(number, terminal);
      await terminal.run(signIn!.text.replace('http://127.0.0.1:4000', running.url));
      return terminal;
    };
    try {
      for (const { kind, terminal: number, text } of rest) {
        const terminal = terminals.get(number) ?? (await open(number));
        if (kind === 'output') await terminal.expectLines(text);
        else if (number === 1) await terminal.run(text);
        else terminal.type(text);
      }
    } finally {
      for (const terminal of terminals.values()) terminal.kill();
    }
  });

test('the README explains every variable that is read and every error code there is, and no other', () => {
  const named = (heading: string) =>
    [...section(README, heading).matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name).sort();
  expect(named('## Variables')).toEqual([...ENVIRONMENT_NAMES].sort());
  expect(named('## Error codes')).toEqual([...ERROR_CODES].sort());
});

test.for(PAGES)('%s: links lead somewhere', (page) => {
  const dead = [...read(page).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !/^https?:/.test(target) && !existsSync(join(ROOT, dirname(page), target)));
  expect(dead).toEqual([]);
});

test.for(PAGES)('%s: files and scripts it names exist', (page) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const text = read(page);
  const files = [...text.matchAll(/`((?:src|test|prisma|docs|\.ci)\/[\w./-]+)`/g)].map(([, file]) => file!);
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  const named = [...text.matchAll(/npm run (?:-s )?([\w:-]+\w)/g)].map(([, name]) => name!);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test('decisions are numbered without gaps and say status, context, decision and consequences', () => {
  expect(DECISIONS.map((name) => name.slice(0, 4))).toEqual(
    DECISIONS.map((_, index) => String(index + 1).padStart(4, '0')),
  );
  for (const name of DECISIONS)
    expect(read(`docs/decisions/${name}`).match(/^(Status|## \w+)/gm), name).toEqual([
      'Status',
      '## Context',
      '## Decision',
      '## Consequences',
    ]);
});

function section(markdown: string, heading: string): string {
  return markdown.split(`\n${heading}\n`)[1]?.split(/\n## /, 1)[0] ?? '';
}
