import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { sampleHelper } from '../support/cases.ts';
import { TestClient } from '../support/client.ts';
import { test as base, type Running } from './site.ts';

const test = base.extend<{ $file: { running: Running } }>({
  running: [
    async ({ site }, use) => {
      await use(await site.start());
    },
    { scope: 'file' },
  ],
});

const VIEWER = '{ viewer { actor { kind name } role orgName permissions } }';

test('the first start prints one block: where GraphiQL is, two tokens, where the data lies, what to do next', async ({
  site,
  running,
}) => {
  const block = running.banner.slice(running.banner.indexOf('casegraph serves.')).trim();
  expect(block).not.toContain('{');
  expect(block.split('\n').filter((line) => line === '')).toHaveLength(1);
  expect(block).toMatch(/^ {2}GraphiQL +http:\/\/127\.0\.0\.1:\d+\/graphql$/m);
  expect(block).toMatch(/^ {2}Service token +[\w-]+\.[\w-]+\.[\w-]+$/m);
  expect(block).toMatch(/^ {2}User token +[\w-]+\.[\w-]+\.[\w-]+$/m);
  expect(block).toContain(site.dataDir);
  expect(block).toMatch(/^ {2}Next step +\S/m);
});

test('what it prints is true: the page opens, both tokens work, the demo case is the sample', async ({ running }) => {
  const page = await fetch(`${running.url}/graphql`, { headers: { accept: 'text/html' } });
  expect(await page.text()).toContain('<html');
  const { viewer } = await running.user().data(VIEWER);
  expect(viewer).toMatchObject({ actor: { kind: 'USER' }, role: 'admin', orgName: 'Demo appraisal office' });
  expect((await running.service().data(VIEWER)).viewer.actor.kind).toBe('SERVICE');
  const found = await running.user().data('{ case(plate: "90-012-345") { version helper { helperJson } } }');
  expect(found.case).toEqual({ version: 1, helper: { helperJson: sampleHelper() } });
  const ready = await fetch(`${running.url}/ready`);
  expect(await ready.json()).toEqual({
    status: 'ok',
    database: 'ok',
    pools: { api: 'ok', service: 'ok' },
    migrations: 'ok',
    listener: 'ok',
    confinedLogins: 'ok',
    problems: [],
  });
});

test('npm run token prints a token and nothing else, which works at the running server', async ({ site, running }) => {
  const service = await site.npm(['run', '-s', 'token', '--', '--role', 'service_role']);
  expect(service.code, service.stderr).toBe(0);
  expect(service.stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  expect((await new TestClient(running.url, service.stdout.trim()).data(VIEWER)).viewer.actor.kind).toBe('SERVICE');

  const args = [
    '--role',
    'authenticated',
    '--email',
    'Dana@example.com',
    '--org',
    'North office',
    '--member-role',
    'assistant',
  ];
  const user = await site.npm(['run', '-s', 'token', '--', ...args]);
  expect(user.code, user.stderr).toBe(0);
  expect(user.stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  const { viewer } = await new TestClient(running.url, user.stdout.trim()).data(VIEWER);
  expect(viewer).toMatchObject({ role: 'assistant', orgName: 'North office' });
});

test.for(
  [
    '',
    '--role anon',
    '--role authenticated',
    '--role authenticated --email nobody',
    '--role authenticated --email a@example.com --member-role owner',
    '--role service_role --expires-in soon',
    '--colour blue',
  ].map((line) => ({ line })),
)('token "$line" prints the usage on stderr, nothing on stdout, and fails', async ({ line }, { site }) => {
  const outcome = await site.npm(['run', '-s', 'token', '--', ...line.split(' ').filter(Boolean)]);
  expect(outcome).toMatchObject({ code: 1, stdout: '' });
  expect(outcome.stderr).toContain('npm run -s token -- --role service_role');
});

test('npm run key makes a key that works until it is revoked', async ({ site, running }) => {
  const key = (...args: string[]) => site.npm(['run', '-s', 'key', '--', ...args, '--name', 'scenario']);
  const created = await key('create', '--org', 'Demo appraisal office');
  expect(created.code, created.stderr).toBe(0);
  expect(created.stdout).toMatch(/^\S+\n$/);
  const client = new TestClient(running.url, created.stdout.trim());
  expect((await client.data(VIEWER)).viewer.actor.kind).toBe('API_KEY');
  expect((await key('revoke', '--org', 'Demo appraisal office')).code).toBe(0);
  expect((await client.send(VIEWER)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  expect(await key('revoke')).toMatchObject({ code: 1, stdout: '' });
  const wrong = await key('destroy');
  expect(wrong).toMatchObject({ code: 1, stdout: '' });
  expect(wrong.stderr).toContain('Usage:');
});

test('a taken port ends the start with an error that names PORT, before any database is made', async ({
  site,
  running,
}) => {
  const dataDir = join(site.dataDir, '../other');
  const outcome = await site.npm(['start'], { PORT: new URL(running.url).port, DATA_DIR: dataDir });
  expect(outcome.code).toBe(1);
  expect(outcome.stderr).toMatch(/PORT \d+ is taken/);
  expect(outcome.stdout).not.toContain('casegraph serves');
  expect(existsSync(dataDir)).toBe(false);
});

test('a wrong variable ends the start with an error that names it', async ({ site }) => {
  const outcome = await site.npm(['start'], { PORT: 'web', JWT_SECRET: 'short' });
  expect(outcome.code).toBe(1);
  expect(outcome.stderr).toContain('  PORT: must be a whole number');
  expect(outcome.stderr).toContain('  JWT_SECRET: must have at least 32 characters');
});
