import { expect } from 'vitest';
import { TestClient } from '../support/client.ts';
import { test } from './site.ts';

test('npm run key makes a key for some operations, lists it without the key, and refuses what the API would', async ({
  site,
}) => {
  const running = await site.start();
  const key = (...args: string[]) => site.npm(['run', '-s', 'key', '--', ...args]);
  const limits = ['--permissions', 'case.read,case.create', '--operations', 'case.upsert, viewer.get'];
  const made = await key(
    'create',
    '--name',
    'make',
    ...limits,
    '--writable',
    '/vehicle,/valuation',
    '--strict',
    '--expires',
    '2030-01-01',
  );
  expect(made.code, made.stderr).toBe(0);
  expect(made.stdout).toMatch(/^cgk_[\w-]{43}\n$/);
  const client = new TestClient(running.url, made.stdout.trim());
  expect((await client.data('{ viewer { permissions } }')).viewer.permissions).toEqual(['case.create', 'case.read']);
  expect((await client.send('{ cases { totalCount } }')).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);

  const listed = await key('list');
  expect(listed).toMatchObject({ code: 0, stderr: '' });
  expect(listed.stdout).not.toContain(made.stdout.trim().slice(12));
  for (const told of [
    made.stdout.slice(0, 12),
    'LIVE',
    'make',
    'permissions case.read,case.create',
    'operations case.upsert,viewer.get',
    'writable /vehicle,/valuation',
    'strict',
    'expires 2030-01-01T00:00:00Z',
  ])
    expect(listed.stdout).toContain(told);
  expect((await key('revoke', '--name', 'make')).code).toBe(0);
  expect((await key('list')).stdout).toContain('REVOKED');

  for (const [args, says] of [
    [['--operations', 'case.upsrt'], 'did you mean case.upsert'],
    [['--expires', 'soon'], '--expires reads like'],
    [['--colour', 'blue'], '--colour'],
  ] as const) {
    const refused = await key('create', '--name', 'bad', ...args);
    expect(refused, args.join(' ')).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(says);
    expect(refused.stderr).toContain('Usage:');
  }
  expect((await key('list')).stdout.trim().split('\n')).toHaveLength(1);
}, 120_000);
