import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { expect } from 'vitest';
import { pollUntil } from '../../src/db/embedded/poll.ts';
import { openCase, sampleHelper, save } from '../support/cases.ts';
import { TestClient } from '../support/client.ts';
import { type Running, type Site, superuserUrl, test, WAIT } from './site.ts';

const READ =
  'query Read($plate: String) { case(plate: $plate) { version helper { helperJson } } cases { totalCount } }';

async function expectStopped(site: Site, running: Running): Promise<void> {
  expect(await running.ended).toMatchObject({ code: 0 });
  expect(() => running.signalGroup(0 as never)).toThrow('ESRCH');
  expect(existsSync(join(site.dataDir, 'pgdata/postmaster.pid'))).toBe(false);
}

test('npm run token makes a token where no server runs, leaves none running, and the server accepts it later', async ({
  site,
}) => {
  const made = await site.npm(['run', '-s', 'token', '--', '--role', 'authenticated', '--email', 'a@example.com']);
  expect(made.code, made.stderr).toBe(0);
  expect(made.stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  expect(await site.postgres()).toBeNull();
  const running = await site.start();
  const { viewer } = await new TestClient(running.url, made.stdout.trim()).data('{ viewer { actor { kind } role } }');
  expect(viewer).toEqual({ actor: { kind: 'USER' }, role: 'admin' });
  running.signalGroup('SIGINT');
  await expectStopped(site, running);
});

test('Ctrl-C stops the server and PostgreSQL, at once even with subscribers and kept-alive connections', async ({
  site,
}) => {
  const running = await site.start();
  const stream = await fetch(`${running.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${running.userToken}`,
    },
    body: JSON.stringify({ query: 'subscription { feed { __typename } }' }),
  });
  const events = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  let heard = '';
  while (!heard.includes('FeedReady')) heard += (await events.read()).value ?? '';

  running.signalGroup('SIGINT');
  await expectStopped(site, running);
  await expect(drain(events)).rejects.toThrow();
  // Were the stream waited for, the server would have been killed by its own deadline, and said so.
  expect((await running.ended).stderr).not.toContain('could not stop');
});

test('SIGTERM to npm lets the mutation that runs finish, and answers it', async ({ site }) => {
  const running = await site.start();
  const opened = await openCase(running.user(), { plate: '1234567', helper: { first: 'word' } });
  const blocker = new pg.Client({ connectionString: await superuserUrl(site.dataDir) });
  await blocker.connect();
  await blocker.query('begin');
  await blocker.query('select from public.cases where id = $1 for update', [opened.databaseId]);
  const saving = save(running.user(), { caseId: opened.id, helper: { last: 'word' }, expectedVersion: 1 });
  await pollUntil(async () => {
    const waiting = await blocker.query("select 1 from pg_stat_activity where wait_event_type = 'Lock'");
    return waiting.rowCount! > 0 || undefined;
  }, WAIT);

  running.signalNpm('SIGTERM');
  await pollUntil(() => refusesConnections(running.url), WAIT);
  await blocker.query('commit');
  await blocker.end();
  expect(await saving).toMatchObject({ ok: true, outcome: 'UPDATED', case: { version: 2 } });
  await expectStopped(site, running);
});

test('the sample survives save → kill -9 → start → read deep-equal, and nothing is seeded again', async ({ site }) => {
  const killed = await site.start();
  const demo = (await killed.user().data('{ case(plate: "90012345") { id } }')).case;
  await save(killed.user(), { caseId: demo.id, helper: { between: 'two' }, expectedVersion: 1 });
  const saved = await save(killed.user(), { caseId: demo.id, helper: sampleHelper(), expectedVersion: 2 });
  expect(saved).toMatchObject({ ok: true, helper: { version: 3 } });
  const { cases } = await killed.user().data(READ, { plate: '90012345' });
  killed.signalGroup('SIGKILL');
  await killed.ended;
  const orphan = await site.postgres();
  expect(orphan).not.toBeNull();

  const next = await site.start();
  // The database server outlives ours, and is taken over as it is.
  expect(await site.postgres()).toBe(orphan);
  const found = await next.user().data(READ, { plate: '90012345' });
  expect(found).toEqual({ case: { version: 3, helper: { helperJson: sampleHelper() } }, cases });
  next.signalNpm('SIGTERM');
  await expectStopped(site, next);
});

test('the data is there after kill -9 of the server and of PostgreSQL', async ({ site }) => {
  const killed = await site.start();
  await openCase(killed.user(), { plate: '7654321', helper: { kept: 'this' } });
  process.kill((await site.postgres())!, 'SIGKILL');
  killed.signalGroup('SIGKILL');
  await killed.ended;

  const next = await site.start();
  const found = await next.user().data(READ, { plate: '7654321' });
  expect(found.case).toEqual({ version: 1, helper: { helperJson: { kept: 'this' } } });
  next.signalGroup('SIGINT');
  await expectStopped(site, next);
});

async function drain(events: ReadableStreamDefaultReader<string>): Promise<void> {
  while (!(await events.read()).done);
}

async function refusesConnections(url: string): Promise<true | undefined> {
  // A connection of its own: one that is kept alive would still be served.
  return fetch(`${url}/health`, { headers: { connection: 'close' } }).then(
    () => undefined,
    () => true as const,
  );
}
