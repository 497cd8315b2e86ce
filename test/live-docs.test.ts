import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, validate } from 'graphql';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { canonicalText } from '../src/json/canonical-text.ts';
import { contentHash } from '../src/json/content-hash.ts';
import type { JsonObject } from '../src/json/json-value.ts';
import { schema } from '../src/schema/index.ts';
import { HEARTBEAT_MS } from '../src/subscriptions/events.ts';
import { openCase, save } from './support/cases.ts';
import type { TestClient } from './support/client.ts';
import { Inbox } from './support/event-stream.ts';
import { test } from './support/fixtures.ts';
import { startTcpProxy } from './support/tcp-proxy.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGE = readFileSync(new URL('../docs/LIVE.md', import.meta.url), 'utf8');

/** Fenced blocks whose first line is this, as "js" or "text hash". */
const blocks = (kind: string) =>
  [...PAGE.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].filter((block) => block[1] === kind).map((block) => block[2]!);
const block = (kind: string) => blocks(kind)[0]!.trimEnd();

const [FIRST, SECOND] = [/whose version 1 is\s+`(\{.*\})`/, /saved as version 2: (\{.*\})/].map(
  (pattern) => JSON.parse(pattern.exec(PAGE)![1]!) as JsonObject,
) as [JsonObject, JsonObject];

/** Text in which … stands for anything. */
const asPattern = (text: string) =>
  new RegExp(
    `^${text
      .split('…')
      .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
      .join('.*')}$`,
  );

test('the transcript of docs/LIVE.md is what a server says', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: FIRST });
  const socket = new WebSocket(`${admin.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const heard = new Inbox<string>();
  socket.on('message', (data) => heard.put(String(data))).on('close', (code) => heard.put(`closed with ${code}`));
  await new Promise((resolve) => socket.once('open', resolve));
  const lines = block('text transcript').split('\n');
  expect(lines.length).toBeGreaterThan(15);
  for (const line of lines) {
    const [, mark, text] = /^([→← ]) (.*)$/.exec(line)!;
    if (mark === '→') socket.send(text!.replace('$TOKEN', admin.token!).replace('$CASE', caseId));
    else if (text!.includes('saved as version 2')) await save(admin, { caseId, expectedVersion: 1, helper: SECOND });
    else expect(await heard.take(line)).toMatch(asPattern(text!.trim()));
  }
});

test('the canonical text and the hash of docs/LIVE.md are those of its document, here and on the server', async ({
  world,
}) => {
  expect(canonicalText(SECOND)).toBe(block('text canonical'));
  expect(contentHash(SECOND)).toBe(block('text hash'));
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: FIRST });
  const { helper } = await save(admin, { caseId, expectedVersion: 1, helper: SECOND });
  expect(helper.contentHash).toBe(block('text hash'));
});

test('the queries of docs/LIVE.md are queries of the schema', () => {
  const queries = blocks('graphql').filter((text) => text.startsWith('query'));
  expect(queries.length).toBeGreaterThan(2);
  for (const query of queries) expect(validate(schema, parse(query)), query).toEqual([]);
});

test('every field of the events, reason and number that docs/LIVE.md names is there, and every one there is named', () => {
  const named = (heading: string) => PAGE.split(`\n## ${heading}\n`)[1]!.split(/\n## /, 1)[0]!;
  const subscriptions = named('The subscriptions');
  for (const type of ['FeedReady', 'HelperVersionSaved', 'FeedChange', 'FeedHeartbeat', 'FeedResyncRequired']) {
    const row = subscriptions.split('\n').find((line) => line.startsWith(`| \`${type}\``))!;
    const fields = Object.keys((schema.getType(type) as unknown as { getFields(): object }).getFields());
    const cell = row.split('|')[2]!;
    expect([...cell.matchAll(/`(\w+)`/g)].map((match) => match[1]).sort(), type).toEqual(fields.sort());
  }
  const reasons = (schema.getType('ResyncReason') as unknown as { getValues(): { name: string }[] }).getValues();
  expect([...subscriptions.matchAll(/^\| `([A-Z_]+)` \|/gm)].map((match) => match[1]).sort()).toEqual(
    reasons.map(({ name }) => name).sort(),
  );
  const codes = [...named('When a socket closes').matchAll(/^\| (\d{4}) \|/gm)].map((match) => Number(match[1]));
  expect(codes).toEqual([1000, 1001, 1005, 1006, 1009, 1012, 1013, 4400, 4401, 4403, 4406, 4408, 4409, 4429, 4500]);
  expect(named('Silence')).toMatch(new RegExp(`quiet for\\s${HEARTBEAT_MS / 1_000}\\sseconds`));
});

const PROGRAMS = { python: ['python3', '-c'], js: ['node', '--input-type=module', '-e'] } as const;

/** Runs a block as a program that watches a case, and answers what it prints, line by line. */
function run(kind: keyof typeof PROGRAMS, program: string, client: TestClient, url: string, caseId: string) {
  const [command, ...args] = PROGRAMS[kind];
  const child: ChildProcess = spawn(command, [...args, program], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, URL: url, TOKEN: client.token!, CASE: caseId, PYTHONIOENCODING: 'utf8' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = new Inbox<string>();
  for (const stream of [child.stdout!, child.stderr!]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop()!;
      for (const line of parts) lines.put(line);
    });
  }
  return { lines, stop: () => child.kill('SIGKILL') };
}

const hasPython = !spawnSync('python3', ['--version']).error;

test.runIf(hasPython)(
  'the client of docs/LIVE.md holds every version exactly, also when its connection is cut',
  {
    timeout: 60_000,
  },
  async ({ world }) => {
    const admin = await (await world.org()).member('admin');
    const { id: caseId } = await openCase(admin, { helper: FIRST });
    const proxy = await startTcpProxy(Number(new URL(admin.url).port));
    const { lines, stop } = run('python', block('python'), admin, `http://127.0.0.1:${proxy.port}/graphql`, caseId);
    try {
      expect(await lines.take('the first version')).toBe('version 1 loaded');
      const versions: JsonObject[] = [
        SECOND,
        { ...SECOND, parts: [...(SECOND.parts as JsonObject[])].reverse(), 'a/b~': { '': [null, true, -0.5, 2.5e-9] } },
        { other: 'נ\u2028\u007f"\\\u001f🙂￥', plate: '90012345' },
        FIRST,
      ];
      for (const [index, helper] of versions.entries()) {
        if (index === 2) proxy.cut();
        const { userErrors } = await save(admin, { caseId, expectedVersion: index + 1, helper });
        expect(userErrors).toEqual([]);
        let line = await lines.take(`version ${index + 2}`);
        // How often it has to try is the network's.
        while (line.startsWith('again:')) line = await lines.take(`version ${index + 2}`);
        expect(line).toBe(`version ${index + 2} is ${contentHash(helper)}`);
      }
    } finally {
      stop();
      await proxy.stop();
    }
  },
);

const [PLAIN, RESUMING] = blocks('js') as [string, string];
const RECIPES = {
  'graphql-ws': PLAIN,
  'Apollo Client': RESUMING + block('js apollo'),
  urql: RESUMING + block('js urql'),
};

test.for(Object.entries(RECIPES))(
  'the recipe of docs/LIVE.md for %s brings every version once, also when its connection is cut',
  { timeout: 30_000 },
  async ([, program], { world }) => {
    const admin = await (await world.org()).member('admin');
    const { id: caseId } = await openCase(admin, { helper: { n: 1 } });
    const proxy = await startTcpProxy(Number(new URL(admin.url).port));
    const { lines, stop } = run('js', program, admin, `http://127.0.0.1:${proxy.port}/graphql`, caseId);
    try {
      for (let version = 2; version <= 5; version++) {
        if (version === 4) proxy.cut();
        await save(admin, { caseId, expectedVersion: version - 1, helper: { n: version } });
        expect(await lines.take(`version ${version}`)).toBe(`${version} /n`);
      }
    } finally {
      stop();
      await proxy.stop();
    }
  },
);
