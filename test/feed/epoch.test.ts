import { expect } from 'vitest';
import { openCase, save } from '../support/cases.ts';
import type { TestDatabase } from '../support/database.ts';
import { test } from '../support/fixtures.ts';
import { TestSocket } from '../support/socket.ts';
import { openEventSource } from '../support/sse.ts';
import { CHANGED, FEED, FEED_PAGE, forgeCursor, seqOf } from './documents.ts';

/** What `npm run epoch` does. */
async function beginEpoch(db: TestDatabase): Promise<string> {
  const [row] = await db.query<{ epoch: string }>('update feed.meta set epoch = gen_random_uuid() returning epoch');
  return row!.epoch;
}

test('subscribers who are connected when an epoch begins are told so at their place in the stream, and go on', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const opened = await openCase(admin, { helper: { n: 1 } });
  const socket = await TestSocket.open(admin);
  const streams = {
    feed: socket.subscribe(FEED),
    ofCase: socket.subscribe(FEED, { caseId: opened.id }),
    versions: socket.subscribe(CHANGED, { caseId: opened.id }),
    eventSource: openEventSource(admin, FEED),
  };
  const { cursor } = await streams.feed.event();
  for (const stream of [streams.ofCase, streams.versions, streams.eventSource]) await stream.event();

  const head = forgeCursor(cursor, { epoch: await beginEpoch(world.db) });
  const resync = { __typename: 'FeedResyncRequired', cursor: head, reason: 'NEW_EPOCH' };
  expect(await streams.feed.event()).toEqual({ ...resync, currentVersion: null });
  expect(await streams.eventSource.event()).toEqual({ ...resync, currentVersion: null });
  expect(await streams.ofCase.event()).toEqual({ ...resync, currentVersion: 1 });
  expect(await streams.versions.event()).toEqual({ ...resync, currentVersion: 1 });

  await save(admin, { caseId: opened.id, expectedVersion: 1, helper: { n: 2 } });
  for (const stream of Object.values(streams)) expect(await stream.event()).toMatchObject({ version: 2 });
  streams.eventSource.stop();
  await socket.close();
});

test('who comes back with a cursor of another epoch resyncs, whatever its number; a write carries the new one', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const opened = await openCase(admin, { helper: { n: 1 } });
  const { cursor: old } = (await admin.data(FEED_PAGE)).feedPage;
  const head = forgeCursor(old, { epoch: await beginEpoch(world.db) });
  const socket = await TestSocket.open(admin);
  for (const seq of [0, seqOf(old), seqOf(old) + 1_000]) {
    const after = forgeCursor(old, { seq });
    const stream = socket.subscribe(FEED, { after });
    expect(await stream.event()).toMatchObject({ __typename: 'FeedReady', cursor: after });
    expect(await stream.event()).toMatchObject({ __typename: 'FeedResyncRequired', cursor: head, reason: 'NEW_EPOCH' });
    stream.stop();
  }
  const payload = await save(admin, { caseId: opened.id, expectedVersion: 1, helper: { n: 2 } });
  expect(payload.cursor).toBe(forgeCursor(head, { seq: seqOf(old) + 1 }));
  const resumed = socket.subscribe(FEED, { after: head });
  expect(await resumed.event()).toMatchObject({ __typename: 'FeedReady', cursor: head });
  expect(await resumed.event()).toMatchObject({ entity: 'case_helper', version: 2 });
  await socket.close();
});

test('a log that was set back gives the same numbers anew, and every change under them is told', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const opened = await openCase(admin, { helper: { n: 1 } });
  const { cursor: restored } = (await admin.data(FEED_PAGE)).feedPage;
  const lost = await openCase(admin, { plate: '1234567' });
  const socket = await TestSocket.open(admin);
  const stream = socket.subscribe(FEED);
  expect(seqOf((await stream.event()).cursor)).toBe(seqOf(restored) + 1);

  // As from a backup made before the second case.
  await world.db.query(
    `begin; alter table cases disable trigger user; delete from cases where id = '${lost.databaseId}';
     alter table cases enable trigger user; delete from feed.change_log where org_seq > ${seqOf(restored)};
     update feed.org_feed set seq = ${seqOf(restored)} where org_id = '${org.id}';
     update feed.meta set epoch = gen_random_uuid(); commit`,
  );
  const resync = await stream.event();
  expect(resync).toMatchObject({ __typename: 'FeedResyncRequired', reason: 'NEW_EPOCH' });
  expect(seqOf(resync.cursor)).toBe(seqOf(restored));
  await save(admin, { caseId: opened.id, expectedVersion: 1, helper: { n: 2 } });
  const told = await stream.event();
  expect(told).toMatchObject({ entity: 'case_helper', version: 2 });
  expect(seqOf(told.cursor)).toBe(seqOf(restored) + 1);
  await socket.close();
});
