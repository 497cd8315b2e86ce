import { expect } from 'vitest';
import { WebSocket } from 'ws';
import type { CasegraphClient } from '../../src/client/client.ts';
import type { FeedChange, FeedWatchOptions } from '../../src/client/watch-feed.ts';
import { forgeCursor } from '../feed/documents.ts';
import { openCase } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { eventually, numbered, openClient, openNetwork, range, saveVersions, VERY_IMPATIENT } from './watching.ts';

function recordFeed(client: CasegraphClient, options: Partial<FeedWatchOptions> = {}) {
  const record = {
    changes: [] as FeedChange[],
    resyncs: [] as string[],
    states: [] as string[],
    codes: [] as string[],
  };
  const watch = client.watchFeed({
    onChange: (change) => void record.changes.push(change),
    onResync: (reason) => void record.resyncs.push(reason),
    onState: (state) => record.states.push(state),
    onError: ({ code }) => record.codes.push(code),
    ...options,
  });
  return { watch, ...record };
}

const versionsOf = (changes: FeedChange[]) =>
  changes.filter(({ entity }) => entity === 'case_helper').map(({ version }) => version);

test.for(['cut', 'blackHole'] as const)(
  'a network that fails by %s while changes happen: each is told once, in order, none missing',
  async (fault, { world }) => {
    const admin = await (await world.org()).member('admin');
    const { id: caseId } = await openCase(admin, { helper: numbered(1) });
    const network = await openNetwork(admin);
    const { watch, ...record } = recordFeed(openClient(admin, { url: network.url, timing: VERY_IMPATIENT }));
    await eventually(() => watch.state).toBe('live');
    for (const round of range(0, 2)) {
      const done = 1 + round * 10;
      await saveVersions(admin, caseId, done + 1, done + 3);
      network[fault]();
      await saveVersions(admin, caseId, done + 4, done + 10);
      network.heal();
      await eventually(() => versionsOf(record.changes).at(-1)).toBe(done + 10);
    }
    expect(versionsOf(record.changes)).toEqual(range(2, 31));
    expect(record.changes.map(({ cursor }) => cursor)).toEqual([...new Set(record.changes.map((c) => c.cursor))]);
    expect(record.states.slice(0, 3)).toEqual(['live', 'stale', 'live']);
    expect(watch.stats).toMatchObject({ delivered: record.changes.length, duplicates: 0, resyncs: 0 });
  },
);

test('a change is handled before the next one comes, and the cursor moves only then', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: numbered(1) });
  const running: FeedChange[] = [];
  let finish = () => {};
  const { watch } = recordFeed(openClient(admin), {
    caseId,
    onChange: (change) => {
      running.push(change);
      return new Promise((resolve) => {
        finish = resolve;
      });
    },
  });
  await eventually(() => watch.state).toBe('live');
  const before = watch.cursor;
  await saveVersions(admin, caseId, 2, 3);
  await eventually(() => running.length).toBe(1);
  expect(watch.cursor).toBe(before);
  finish();
  await eventually(() => running.length).toBe(2);
  expect(watch.cursor).toBe(running[0]!.cursor);
  let isClosed = false;
  const closed = watch.close().then(() => {
    isClosed = true;
  });
  await new Promise(setImmediate);
  expect(isClosed).toBe(false);
  finish();
  await closed;
  expect(watch.cursor).toBe(running[1]!.cursor);
});

test('a change whose handling fails comes again until it does not, and nothing overtakes it', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: numbered(1) });
  const attempts: (number | null)[] = [];
  const { watch, codes } = recordFeed(openClient(admin), {
    caseId,
    onChange: async ({ version }) => {
      attempts.push(version);
      if (attempts.length < 3) throw new Error('the other system is down');
    },
  });
  await eventually(() => watch.state).toBe('live');
  await saveVersions(admin, caseId, 2, 3);
  await eventually(() => watch.stats.delivered).toBe(2);
  expect(attempts).toEqual([2, 2, 2, 3]);
  expect(codes).toEqual(['CALLBACK_FAILED', 'CALLBACK_FAILED']);
});

test('a cursor that was kept goes on after a restart of the application: nothing twice, nothing missing', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: numbered(1) });
  const first = recordFeed(openClient(admin), { caseId });
  await eventually(() => first.watch.state).toBe('live');
  await saveVersions(admin, caseId, 2, 4);
  await eventually(() => versionsOf(first.changes)).toEqual([2, 3, 4]);
  await first.watch.close();
  await saveVersions(admin, caseId, 5, 6);
  const second = recordFeed(openClient(admin), { caseId, after: first.watch.cursor });
  await eventually(() => versionsOf(second.changes)).toEqual([5, 6]);
});

test('an application that falls far behind gets every change, and none is kept beyond a few hundred', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId, databaseId } = await openCase(admin);
  const sent: string[] = [];
  const webSocket = class extends WebSocket {
    override send(text: string): void {
      sent.push((JSON.parse(text) as { type: string }).type);
      super.send(text);
    }
  };
  const seen: number[] = [];
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const { watch, codes } = recordFeed(openClient(admin, { webSocket: webSocket as never }), {
    caseId,
    onChange: async ({ entity, version }) => {
      await begun;
      if (entity === 'case_helper') seen.push(version!);
    },
  });
  await eventually(() => watch.state).toBe('live');
  await world.db.query(
    `do $$ begin for i in 1..600 loop
       insert into case_helper (case_id, helper_json) values ('${databaseId}', jsonb_build_object('count', i));
     end loop; end $$`,
  );
  await eventually(() => sent).toEqual(['connection_init', 'subscribe', 'complete']);
  begin();
  await eventually(() => seen.length).toBe(600);
  expect(seen).toEqual(range(1, 600));
  expect(codes).toEqual([]);
});

test('a cursor from before a database restore: the application is asked to fetch anew, then it goes on', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: numbered(1) });
  const first = recordFeed(openClient(admin), { caseId });
  await eventually(() => first.watch.state).toBe('live');
  const after = forgeCursor(first.watch.cursor!, { epoch: '00000000-0000-4000-8000-000000000000' });
  const attempts: string[] = [];
  const { watch, changes } = recordFeed(openClient(admin), {
    caseId,
    after,
    onResync: async (reason) => {
      attempts.push(reason);
      if (attempts.length < 2) throw new Error('the other system is down');
    },
  });
  await eventually(() => watch.stats.resyncs).toBe(2);
  await saveVersions(admin, caseId, 2, 3);
  await eventually(() => versionsOf(changes)).toEqual([2, 3]);
  expect(attempts).toEqual(['NEW_EPOCH', 'NEW_EPOCH']);
});

test('a cursor that is none, and a case that is not the caller’s, end the watch with the reason', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const stranger = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin);
  for (const [caller, options, code] of [
    [admin, { after: 'nonsense' }, 'INVALID_CURSOR'],
    [stranger, { caseId }, 'NOT_FOUND'],
  ] as const) {
    const { watch, states } = recordFeed(openClient(caller), options);
    await eventually(() => watch.error?.code).toBe(code);
    expect(states).toEqual(['ended']);
  }
});
