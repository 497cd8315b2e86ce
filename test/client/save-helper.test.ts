import { expect } from 'vitest';
import { CasegraphError, type SaveOutcome, SaveUncertainError } from '../../src/client/client.ts';
import { openCase, save } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { whileHeld } from '../support/held-inserts.ts';
import { eventually, openClient, openNetwork, recordCase } from './watching.ts';

const WAITING = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
const VERSIONS = 'select version, helper_json as helper from case_helper where case_id = $1 order by version';

test('a save is answered as saved with its version, and the same content again as unchanged', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin);
  const client = openClient(admin);
  const saved = await client.saveHelper({ caseId, expectedVersion: 0, helper: { a: 1 }, note: 'first' });
  expect(saved).toMatchObject({ outcome: 'saved', saved: { version: 1, note: 'first' } });
  const again = await client.saveHelper({ caseId, expectedVersion: 1, helper: { a: 1 } });
  expect(again).toMatchObject({ outcome: 'unchanged', saved: { version: 1 } });
});

test('two who save disjoint parts from the same version: both are in the helper, and both hold it', async ({
  world,
}) => {
  const org = await world.org();
  const [one, other] = [await org.member('admin'), await org.member('admin')];
  const { id: caseId } = await openCase(one, { helper: { a: 1, b: 1 } });
  const watches = [recordCase(openClient(one), { caseId }), recordCase(openClient(other), { caseId })];
  for (const watch of watches) await eventually(() => watch.current.version).toBe(1);
  const outcomes = await Promise.all([
    watches[0]!.save((helper) => ({ ...(helper as object), a: 2 })),
    watches[1]!.save((helper) => ({ ...(helper as object), b: 2 })),
  ]);
  expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['merged', 'saved']);
  for (const watch of watches)
    await eventually(() => watch.current).toMatchObject({ version: 3, helper: { a: 2, b: 2 } });
});

test('two who change the same place: the second is told who was first, where they meet, and what is there now', async ({
  world,
}) => {
  const org = await world.org();
  const [one, other] = [await org.member('admin'), await org.member('admin')];
  const { id: caseId } = await openCase(one, { helper: { a: 1 } });
  await save(other, { caseId, expectedVersion: 1, helper: { a: 2 } });
  const answer = await openClient(one).saveHelper({ caseId, expectedVersion: 1, helper: { a: 3 } });
  expect(answer).toMatchObject({
    outcome: 'conflict',
    conflict: {
      currentVersion: 2,
      conflictingPaths: ['/a'],
      savedBy: { id: other.userId },
      current: { version: 2, helperJson: { a: 2 } },
    },
  });
});

test('what will not be taken later either is refused, with the reason', async ({ world }) => {
  const org = await world.org();
  const [admin, stranger] = [await org.member('admin'), await (await world.org()).member('admin')];
  const { id: caseId } = await openCase(admin);
  const refusals: [SaveOutcome, string][] = [
    [await openClient(stranger).saveHelper({ caseId, expectedVersion: 0, helper: {} }), 'NOT_FOUND'],
    [await openClient(admin).saveHelper({ caseId, expectedVersion: 0, helper: { n: 2 ** 60 } }), 'INVALID_DOCUMENT'],
    [
      await openClient(admin, { token: 'none' }).saveHelper({ caseId, expectedVersion: 0, helper: {} }),
      'UNAUTHENTICATED',
    ],
  ];
  for (const [answer, code] of refusals) expect(answer).toMatchObject({ outcome: 'refused', error: { code } });
});

test('an answer that is lost after the commit: sent again, and written once', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId, databaseId } = await openCase(admin);
  let lost = 0;
  const client = openClient(admin, {
    fetch: async (url, init) => {
      const body = await (await fetch(url, init)).text();
      if (lost++ < 2) throw new TypeError('fetch failed');
      return new Response(body);
    },
  });
  const answer = await client.saveHelper({ caseId, expectedVersion: 0, helper: { a: 1 } });
  expect(answer).toMatchObject({ outcome: 'saved', saved: { version: 1 } });
  expect(lost).toBe(3);
  expect(await world.db.query(VERSIONS, [databaseId])).toEqual([{ version: 1, helper: { a: 1 } }]);
});

test('a connection that is cut while the server writes: sent again, and written once', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId, databaseId } = await openCase(admin);
  const network = await openNetwork(admin);
  const client = openClient(admin, { url: network.url });
  // Nothing is written before the first try, of which nobody hears, and the second wait for each other.
  const [answer] = await whileHeld<unknown>(world.db, 'case_helper', [
    () => client.saveHelper({ caseId, expectedVersion: 0, helper: { a: 1 } }),
    async () => {
      await eventually(() => world.db.query(WAITING)).toHaveLength(1);
      network.cut();
    },
  ]);
  expect(answer).toMatchObject({ outcome: 'saved', saved: { version: 1 } });
  expect(network.connections).toBeGreaterThan(1);
  expect(await world.db.query(VERSIONS, [databaseId])).toEqual([{ version: 1, helper: { a: 1 } }]);
});

test.for([
  ['UNAVAILABLE', 200],
  ['IDEMPOTENCY_IN_PROGRESS', 200],
  ['a proxy’s own words', 502],
] as const)('%s is no answer: the save is sent again under the same key', async ([code, status], { world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin);
  const keys = new Set<string>();
  let sent = 0;
  const client = openClient(admin, {
    fetch: async (url, init) => {
      keys.add(JSON.parse(init.body as string).variables.input.idempotencyKey);
      if (sent++ >= 2) return fetch(url, init);
      const body = status === 200 ? { errors: [{ message: 'Later.', extensions: { code } }] } : '<html>';
      return new Response(JSON.stringify(body), { status });
    },
  });
  expect(await client.saveHelper({ caseId, expectedVersion: 0, helper: { a: 1 } })).toMatchObject({ outcome: 'saved' });
  expect([sent, keys.size]).toEqual([3, 1]);
});

test('without a sure answer in time the error names the key, under which the same save is safe later', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId, databaseId } = await openCase(admin);
  const lossy = openClient(admin, {
    fetch: async (url, init) => {
      await (await fetch(url, init)).text();
      throw new TypeError('fetch failed');
    },
  });
  const write = { caseId, expectedVersion: 0, helper: { a: 1 } };
  const error = await lossy.saveHelper({ ...write, withinMs: 100 }).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(SaveUncertainError);
  expect(error).toBeInstanceOf(CasegraphError);
  const { idempotencyKey, code, retryable } = error as SaveUncertainError;
  expect([code, retryable]).toEqual(['NETWORK', true]);
  expect(await openClient(admin).saveHelper({ ...write, idempotencyKey })).toMatchObject({ saved: { version: 1 } });
  expect(await world.db.query(VERSIONS, [databaseId])).toHaveLength(1);
});

test('a watch can not save before it knows what is there', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin);
  const watch = recordCase(openClient(admin), { caseId });
  await expect(watch.save((helper) => helper)).rejects.toThrow('has not been loaded yet');
});
