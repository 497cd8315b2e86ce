import { expect } from 'vitest';
import { createRoutes } from '../../src/http/routes.ts';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import { createLogger } from '../../src/log.ts';
import { test } from '../support/fixtures.ts';
import { rest } from '../support/rest.ts';

test('the page and its files come from this server, with their types, and the browser holds them to that', async ({
  world,
}) => {
  const client = world.anonymous();
  const page = await rest(client, 'GET', '/gateway');
  expect(page.status).toBe(200);
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const policy = page.headers.get('content-security-policy')!.split(/; */);
  expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", "script-src 'self'", "connect-src 'self'"]));
  expect(policy.filter((rule) => /https?:|wss?:|\*|unsafe-eval/.test(rule))).toEqual([]);

  const addresses = [...page.text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address!);
  const files = addresses.filter((address) => address !== 'data:,');
  expect(files).toHaveLength(3);
  for (const file of files) {
    expect(file).toMatch(/^\/gateway\/ui\//);
    const { status, headers, text } = await rest(client, 'GET', file);
    expect([file, status]).toEqual([file, 200]);
    expect(headers.get('content-type')).toBe(
      file.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8',
    );
    expect(Buffer.byteLength(text)).toBe(Number(headers.get('content-length')));
  }
  const start = await rest(client, 'GET', '/gateway/ui/start.js');
  expect(start.text).toContain('validatorUrl: null');
});

test('no other file of the library or of the server can be had there', async ({ world }) => {
  for (const name of ['index.html', 'package.json', '..%2f..%2fpackage.json', '__proto__', 'toString', '']) {
    const answer = await rest(world.anonymous(), 'GET', `/gateway/ui/${name}`);
    expect([name, answer.status, answer.body?.errors[0].code]).toEqual([name, 404, 'NOT_FOUND']);
  }
});

test('a server without the pages has no page; its operations and their description stay', () => {
  const run = async () => ({ result: {}, operation: null });
  const route = createRoutes({ run, log: createLogger('silent'), limits: DEFAULT_LIMITS, page: false, metrics: null });
  expect([route('/gateway'), route('/gateway/ui/start.js')]).toEqual([null, null]);
  expect(route('/gateway/openapi.json')).not.toBeNull();
  expect(route('/gateway/case.upsert')).not.toBeNull();
});
