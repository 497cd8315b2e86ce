import { expect } from 'vitest';
import { type FeedRetention, forgetOldEntries } from '../../src/db/feed-retention.ts';
import type { ScopeOwner } from '../../src/db/scope.ts';
import { CHANGED, FEED, FEED_PAGE, forgeCursor, seqOf } from '../feed/documents.ts';
import { openCase, save } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { test, type World } from '../support/fixtures.ts';
import { TestSocket } from '../support/socket.ts';

const OWNER: ScopeOwner = {
  identity: { kind: 'SERVICE', name: 'test', expiresAt: null },
  requestId: 'retention',
  requestedOrg: null,
};
const ALL: FeedRetention = { keepDays: 30, keepRows: 1_000_000 };

const forget = ({ server }: World, retention: Partial<FeedRetention>, batch?: number) =>
  forgetOldEntries(server.app.database, OWNER, { ...ALL, ...retention }, undefined, batch);

/** Writes one entry after another, past the server. */
const write = ({ db }: World, orgId: string, count: number) =>
  db.query(
    `do $$ begin for n in 1..${count} loop
       update public.orgs set time_zone = case time_zone when 'UTC' then 'Asia/Jerusalem' else 'UTC' end where id = '${orgId}';
     end loop; end $$`,
  );

const age = ({ db }: World, orgId: string, upTo: number, days: number) =>
  db.query('update feed.change_log set at = now() - make_interval(days => $3) where org_id = $1 and org_seq <= $2', [
    orgId,
    upTo,
    days,
  ]);

const keptOf = async ({ db }: World, orgId: string) =>
  (
    await db.query(
      `select f.min_seq::int as "minSeq", f.seq::int as seq, array(
         select l.org_seq::int from feed.change_log l where l.org_id = f.org_id order by 1) as entries
       from feed.org_feed f where f.org_id = $1`,
      [orgId],
    )
  )[0]!;

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
const page = async (client: TestClient, variables: Record<string, unknown> = {}): Promise<any> =>
  (await client.data(FEED_PAGE, variables)).feedPage;

test('what is over the days goes, from the oldest to the first that is not; every organisation by itself', async ({
  world,
}) => {
  const [org, other] = [await world.org(), await world.org()];
  await write(world, org.id, 11);
  await age(world, org.id, 5, 31);
  // A clock that was set back: younger by its number than its time says.
  await world.db.query("update feed.change_log set at = now() - interval '90 days' where org_id = $1 and org_seq = 9", [
    org.id,
  ]);
  expect(await forget(world, {}, 2)).toBe(5);
  expect(await keptOf(world, org.id)).toEqual({ minSeq: 6, seq: 12, entries: range(6, 12) });
  expect(await keptOf(world, other.id)).toEqual({ minSeq: 1, seq: 1, entries: [1] });
  expect(await forget(world, {}, 2)).toBe(0);
});

test('what is beyond the rows goes, in batches, and the newest stay', async ({ world }) => {
  const org = await world.org();
  await write(world, org.id, 24);
  expect(await forget(world, { keepRows: 4 }, 10)).toBe(21);
  expect(await keptOf(world, org.id)).toEqual({ minSeq: 22, seq: 25, entries: range(22, 25) });
});

test('a log that is old as a whole is empty afterwards and goes on counting; who had read it all misses nothing', async ({
  world,
}) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const { cursor } = await page(admin);
  await age(world, org.id, 1_000, 31);
  const { seq } = await keptOf(world, org.id);
  expect(await forget(world, {})).toBe(seq);
  expect(await keptOf(world, org.id)).toEqual({ minSeq: seq + 1, seq, entries: [] });
  expect(await page(admin)).toMatchObject({ changes: [], cursor, hasMore: false, resync: null });
  await write(world, org.id, 1);
  expect(await keptOf(world, org.id)).toEqual({ minSeq: seq + 1, seq: seq + 1, entries: [seq + 1] });
  expect((await page(admin, { after: cursor })).changes.map(({ cursor }: { cursor: string }) => seqOf(cursor))).toEqual(
    [seq + 1],
  );
});

test('a cursor from before what is kept is too old, for the page and the subscription; the one right before it is not', async ({
  world,
}) => {
  const org = await world.org();
  const admin = await org.member('admin');
  await write(world, org.id, 8);
  const { cursor: head } = await page(admin);
  await forget(world, { keepRows: 3 });
  const { minSeq, seq } = await keptOf(world, org.id);
  const [tooOld, oldest] = [minSeq - 2, minSeq - 1].map((seq) => forgeCursor(head, { seq }));
  const resync = { cursor: head, reason: 'CURSOR_TOO_OLD' };
  expect(await page(admin, { after: tooOld })).toMatchObject({ changes: [], cursor: head, hasMore: false, resync });
  const read = await page(admin, { after: oldest });
  expect(read.changes.map(({ cursor }: { cursor: string }) => seqOf(cursor))).toEqual(range(minSeq, seq));
  expect(await page(admin)).toEqual(read);

  const socket = await TestSocket.open(admin);
  const late = socket.subscribe(FEED, { after: tooOld });
  expect(await late.event()).toMatchObject({ __typename: 'FeedReady', cursor: tooOld });
  expect(await late.event()).toMatchObject({ __typename: 'FeedResyncRequired', ...resync });
  const timely = socket.subscribe(FEED, { after: oldest });
  expect(await timely.event()).toMatchObject({ __typename: 'FeedReady', cursor: oldest });
  expect((await timely.events(3)).map((event) => seqOf(event.cursor))).toEqual(range(minSeq, seq));
  // Who is at the head is not disturbed when all before it goes.
  await age(world, org.id, seq, 31);
  await forget(world, {});
  await write(world, org.id, 1);
  expect(seqOf((await timely.event()).cursor)).toBe(seq + 1);
  expect(seqOf((await late.event()).cursor)).toBe(seq + 1);
  await socket.close();
});

test('versions outlive their entries: all of them are replayed, those without one at a position that is not kept', async ({
  world,
}) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const opened = await openCase(admin, { helper: { n: 1 } });
  for (const version of [1, 2])
    await save(admin, { caseId: opened.id, expectedVersion: version, helper: { n: version + 1 } });
  await forget(world, { keepRows: 1 });
  const { minSeq, seq } = await keptOf(world, org.id);
  const stream = (await TestSocket.open(admin)).subscribe(CHANGED, { caseId: opened.id, afterVersion: 0 });
  await stream.event();
  const events = await stream.events(3);
  expect(events.map(({ version, helper }) => [version, helper.helperJson])).toEqual([
    [1, { n: 1 }],
    [2, { n: 2 }],
    [3, { n: 3 }],
  ]);
  expect(events.map(({ cursor }) => seqOf(cursor))).toEqual([minSeq - 2, minSeq - 2, seq]);
  stream.stop();
});

test('the timeline of a case reaches back as far as the log; its versions say who and when all the same', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const opened = await openCase(admin, { helper: { n: 1 } });
  await save(admin, { caseId: opened.id, expectedVersion: 1, helper: { n: 2 } });
  await forget(world, { keepRows: 1 });
  const { timeline, helperVersions } = (
    await admin.data(
      `query ($id: ID!) { case(id: $id) {
         timeline { totalCount nodes { type version } } helperVersions { nodes { version savedAt savedBy { id } } } } }`,
      { id: opened.id },
    )
  ).case;
  expect(timeline).toEqual({ totalCount: 1, nodes: [{ type: 'HELPER_SAVED', version: 2 }] });
  expect(helperVersions.nodes).toMatchObject([
    { version: 2, savedBy: { id: admin.userId } },
    { version: 1, savedBy: { id: admin.userId } },
  ]);
});

test('while commits and two sweeps go on, every reader gets what follows its cursor, or is told that it is too old', async ({
  world,
}) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const { cursor: first } = await page(admin);
  await write(world, org.id, 20);
  let writing = true;
  const writers = Promise.all(
    range(1, 3).map(async () => {
      for (let round = 1; round <= 30; round++) await write(world, org.id, 1);
    }),
  ).finally(() => {
    writing = false;
  });
  const sweepers = range(1, 2).map(async () => {
    while (writing) await forget(world, { keepRows: 10 }, 3);
  });
  const readers = [1, 3, 50].map(async (size) => {
    for (let cursor = first; writing; ) {
      const read = await page(admin, { after: cursor, first: size });
      const [from, to] = [cursor, read.cursor].map(seqOf) as [number, number];
      const seqs = read.changes.map((change: { cursor: string }) => seqOf(change.cursor));
      expect(seqs).toEqual(read.resync ? [] : range(from + 1, to));
      cursor = read.cursor;
    }
  });
  await Promise.all([writers, ...sweepers, ...readers]);
  await forget(world, { keepRows: 10 });
  const { minSeq, seq, entries } = await keptOf(world, org.id);
  expect(entries).toEqual(range(minSeq, seq));
  expect(entries).toHaveLength(10);
  expect((await page(admin, { after: first })).resync).toMatchObject({ reason: 'CURSOR_TOO_OLD' });
});
