import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { test } from './site.ts';

test.for(['creating the database cluster', 'starting PostgreSQL'])(
  'Ctrl-C at "%s" ends the start and leaves no database running',
  async (place, { site }) => {
    const starting = site.launch();
    await starting.says(place);
    starting.signalGroup('SIGINT');
    const outcome = await starting.ended;
    expect(outcome.stdout).not.toContain('casegraph serves');
    expect(existsSync(join(site.dataDir, 'pgdata/postmaster.pid'))).toBe(false);
  },
);

test('after the interrupted starts the next one serves', async ({ site }) => {
  const running = await site.start();
  expect((await running.user().data('{ cases { totalCount } }')).cases.totalCount).toBe(1);
  running.signalGroup('SIGINT');
  expect((await running.ended).code).toBe(0);
});
