import { expect } from 'vitest';
import { openCase, save } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';
import { TestSocket } from '../support/socket.ts';
import { CHANGED, FEED, FEED_PAGE, forgeCursor, seqOf } from './documents.ts';

const page = async (client: TestClient, variables: Record<string, unknown> = {}) =>
  (await client.data(FEED_PAGE, variables)).feedPage;

const withoutNode = ({ node: _, ...change }: Record<string, unknown>) => ({ __typename: 'FeedChange', ...change });

test('feed sends what feedPage answers: the same entries, after the same cursors', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const start = (await page(admin)).cursor;
  const opened = await openCase(admin, { helper: { a: 1 } });
  await save(admin, { caseId: opened.id, expectedVersion: 1, helper: { a: 2 } });
  const { changes, cursor, hasMore, resync } = await page(admin, { after: start });
  expect({ hasMore, resync }).toEqual({ hasMore: false, resync: null });
  expect(
    changes.map((change: { entity: string; kind: string; version: number }) => [
      change.entity,
      change.kind,
      change.version,
    ]),
  ).toEqual([
    ['cases', 'CREATED', null],
    ['case_helper', 'CREATED', 1],
    ['case_helper', 'CREATED', 2],
  ]);
  expect(changes[0]).toMatchObject({
    entityId: opened.id,
    entityIds: [opened.id],
    caseId: opened.id,
    actor: { kind: 'USER', id: admin.userId },
    node: { __typename: 'Case', id: opened.id },
  });
  expect(changes[2].node).toEqual({ __typename: 'CaseHelper', id: changes[2].entityId });

  const socket = await TestSocket.open(admin);
  const replay = socket.subscribe(FEED, { after: start });
  expect(await replay.event()).toEqual({ __typename: 'FeedReady', cursor: start, currentVersion: null });
  expect(await replay.events(3)).toEqual(changes.map(withoutNode));
  for (const [index, change] of changes.entries()) {
    const resumed = socket.subscribe(FEED, { after: change.cursor });
    await resumed.event();
    expect(await resumed.events(2 - index)).toEqual(changes.slice(index + 1).map(withoutNode));
    resumed.stop();
  }
  await save(admin, { caseId: opened.id, expectedVersion: 2, helper: { a: 3 } });
  const live = await replay.event();
  expect((await page(admin, { after: cursor })).changes.map(withoutNode)).toEqual([live]);
  await socket.close();
});

test('feed without a cursor begins now; of one case it sends that case alone', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const watched = await openCase(admin, { helper: { a: 1 } });
  const other = await openCase(admin, { plate: '1234567' });
  const socket = await TestSocket.open(admin);
  const everything = socket.subscribe(FEED);
  const ofCase = socket.subscribe(FEED, { caseId: watched.id });
  expect(await everything.event()).toMatchObject({ __typename: 'FeedReady', currentVersion: null });
  expect(await ofCase.event()).toMatchObject({ __typename: 'FeedReady', currentVersion: 1 });
  await save(admin, { caseId: other.id, expectedVersion: 0, helper: { b: 1 } });
  await save(admin, { caseId: watched.id, expectedVersion: 1, helper: { a: 2 } });
  expect((await everything.events(2)).map((event) => event.caseId)).toEqual([other.id, watched.id]);
  expect(await ofCase.event()).toMatchObject({ caseId: watched.id, version: 2 });
  expect(ofCase.unread).toBe(0);
  const paged = await page(admin, { caseId: watched.id });
  expect(paged.changes.every((change: { caseId: string }) => change.caseId === watched.id)).toBe(true);
  expect(paged.changes).toHaveLength(3);
  await socket.close();
});

test('the cursor of a write is at the write or after it: a reader who has come to it has read the write', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const opened = await openCase(admin);
  const before = (await page(admin)).cursor;
  const payloads = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      save(admin, { caseId: opened.id, onConflict: 'FORCE', expectedVersion: 0, helper: { index } }),
    ),
  );
  const { changes } = await page(admin, { after: before });
  for (const { cursor, helper } of payloads) {
    const entry = changes.find((change: { version: number }) => change.version === helper.version);
    expect(seqOf(cursor)).toBeGreaterThanOrEqual(seqOf(entry.cursor));
  }
});

test('pages of every size visit every entry once, in order, and say when there is no more', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const opened = await openCase(admin);
  for (let version = 0; version < 9; version++)
    await save(admin, { caseId: opened.id, expectedVersion: version, helper: { version } });
  const all = (await page(admin, { first: 200 })).changes;
  for (const first of [1, 3, all.length - 1, all.length, all.length + 1]) {
    const visited = [];
    let at = await page(admin, { first });
    visited.push(...at.changes);
    while (at.hasMore) {
      expect(at.changes).toHaveLength(first);
      at = await page(admin, { first, after: at.cursor });
      visited.push(...at.changes);
    }
    expect(visited).toEqual(all);
  }
  for (const first of [0, -1, 201]) {
    const { errors } = await admin.send(FEED_PAGE, { first });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'VALIDATION_FAILED', field: ['first'] });
  }
});

test("a cursor that is none, or another organisation's, is INVALID_CURSOR in page and subscription", async ({
  world,
}) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const other = await (await world.org()).member('admin');
  const { cursor } = await page(admin);
  const foreign = (await page(other)).cursor;
  const cursors = [
    '',
    'x',
    'a'.repeat(10_000),
    foreign,
    `${cursor}AAAA`,
    forgeCursor(cursor, { seq: -1 }),
    forgeCursor(cursor, { seq: '1e3' }),
  ];
  const socket = await TestSocket.open(admin);
  for (const after of cursors) {
    const { errors } = await admin.send(FEED_PAGE, { after });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'INVALID_CURSOR', field: ['after'] });
    const failure = await socket.subscribe(FEED, { after }).failure();
    expect(failure.extensions).toMatchObject({ code: 'INVALID_CURSOR', field: ['after'] });
  }
  await socket.close();
});

test('a cursor that can not be resumed from asks for a resync, with the reason, and goes on from the head', async ({
  world,
}) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const opened = await openCase(admin, { helper: { a: 1 } });
  const old = (await page(admin)).changes[0].cursor;
  const { cursor } = await page(admin);
  const socket = await TestSocket.open(admin);
  const expectResync = async (after: string, reason: string, version: number) => {
    const head = (await page(admin)).cursor;
    expect(await page(admin, { after })).toEqual({
      changes: [],
      cursor: head,
      hasMore: false,
      resync: { cursor: head, reason, currentVersion: null },
    });
    const stream = socket.subscribe(FEED, { after });
    // Its own: remembered in place of the head, it does not skip what it was to refetch.
    expect(await stream.event()).toMatchObject({ __typename: 'FeedReady', cursor: after });
    expect(await stream.event()).toEqual({
      __typename: 'FeedResyncRequired',
      cursor: head,
      reason,
      currentVersion: null,
    });
    await save(admin, { caseId: opened.id, expectedVersion: version, helper: { version } });
    expect(await stream.event()).toMatchObject({ entity: 'case_helper', version: version + 1 });
    stream.stop();
  };
  await expectResync(forgeCursor(cursor, { seq: seqOf(cursor) + 1 }), 'CURSOR_AHEAD', 1);
  await world.db.query('delete from feed.change_log where org_id = $1 and org_seq <= $2', [org.id, seqOf(old) + 1]);
  await world.db.query('update feed.org_feed set min_seq = $2 where org_id = $1', [org.id, seqOf(old) + 2]);
  await expectResync(old, 'CURSOR_TOO_OLD', 2);
  // The last position before the oldest entry kept misses nothing.
  expect((await page(admin, { after: forgeCursor(old, { seq: seqOf(old) + 1 }) })).resync).toBeNull();
  await world.db.query('update feed.meta set epoch = gen_random_uuid()');
  await expectResync(cursor, 'NEW_EPOCH', 3);
  await socket.close();
});

test('a restore of the database under a running subscription: it is told to resync, and goes on', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const opened = await openCase(admin);
  const socket = await TestSocket.open(admin);
  const stream = socket.subscribe(FEED);
  await stream.event();
  await world.db.query('update feed.meta set epoch = gen_random_uuid()');
  await save(admin, { caseId: opened.id, expectedVersion: 0, helper: { a: 1 } });
  const resync = await stream.event();
  expect(resync).toMatchObject({ __typename: 'FeedResyncRequired', reason: 'NEW_EPOCH' });
  await save(admin, { caseId: opened.id, expectedVersion: 1, helper: { a: 2 } });
  // The subscription may have looked before the first save or after it; from its cursor on it sends everything.
  for (const change of (await page(admin, { after: resync.cursor })).changes)
    expect(await stream.event()).toEqual(withoutNode(change));
  await socket.close();
});

test('who is ten thousand entries behind refetches rather than replays; pages go back as far as the log does', async ({
  world,
}) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const opened = await openCase(admin, { helper: { a: 1 } });
  const { changes } = await page(admin);
  await world.db.query('update feed.org_feed set seq = seq + 10001 where org_id = $1', [org.id]);
  await world.db.query('update cases set version = 10002 where id = $1', [opened.databaseId]);
  const socket = await TestSocket.open(admin);
  const feed = socket.subscribe(FEED, { after: changes[0].cursor });
  await feed.event();
  expect(await feed.event()).toMatchObject({ __typename: 'FeedResyncRequired', reason: 'TOO_FAR_BEHIND' });
  const changed = socket.subscribe(CHANGED, { caseId: opened.id, afterVersion: 1 });
  await changed.event();
  expect(await changed.event()).toMatchObject({ reason: 'TOO_FAR_BEHIND', currentVersion: 10_002 });
  expect((await page(admin, { after: changes[0].cursor })).changes).toEqual(changes.slice(1));
  await socket.close();
});
