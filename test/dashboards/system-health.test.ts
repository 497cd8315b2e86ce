import { expect } from 'vitest';
import { readFeedHealth } from '../../src/subscriptions/feed-health.ts';
import { openCase, save } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';
import { TestSocket } from '../support/socket.ts';
import { statementsOf } from '../support/statements.ts';
import { moveTime, plant } from './plant.ts';

const HEALTH = /* GraphQL */ `
  query Health($hours: Int = 24, $staleDays: Int = 14) {
    systemHealth(hours: $hours, staleDays: $staleDays) {
      since until errors warnings hours { at errors warnings }
      feed { cursor entries lastEntryAt secondsSinceLastEntry listening waitingSubscriptions unheardEntries oldestUnheardAt }
      failedSyncs { count newest { databaseId direction status helperVersion errorDetails at case { plate } } }
      failedCopies { count newest { databaseId fileType path errorDetails at case { plate assignedTo { name } } } }
      casesWithoutHelper { totalCount nodes { plate } }
      staleCases { totalCount nodes { plate } }
      projectionMismatches { totalCount nodes { plate } }
    }
  }
`;
const HOUR_MS = 3_600_000;

const health = async (client: TestClient, variables: Record<string, unknown> = {}) =>
  (await client.data(HEALTH, variables)).systemHealth;

const platesOf = (list: { totalCount: number; nodes: { plate: string }[] }) => {
  expect(list.totalCount).toBe(list.nodes.length);
  return list.nodes.map((node) => node.plate);
};

test('the board is for those who hold log.read, and says so to the others', async ({ world }) => {
  const org = await world.org();
  for (const client of [
    await org.member('admin'),
    await org.member('developer'),
    await org.apiKey(['org.read', 'log.read']),
    await world.service({ 'x-org-id': org.id }),
  ])
    expect((await health(client)).hours).toHaveLength(24);
  // How far the feed is, and nothing of what is in it.
  expect((await health(await org.apiKey(['log.read']))).feed).toMatchObject({
    lastEntryAt: null,
    oldestUnheardAt: null,
  });
  for (const client of [await org.member('assessor'), await org.member('assistant'), await org.apiKey(['org.read'])]) {
    const { data, errors } = await client.send(HEALTH);
    expect(data ?? null).toBeNull();
    expect(errors![0]!.extensions.code).toBe('FORBIDDEN');
    expect(errors![0]!.message).toContain('log.read');
  }
  const nobody = await world.anonymous().send(HEALTH);
  expect(nobody.errors![0]!.extensions.code).toBe('UNAUTHENTICATED');
});

test('errors and warnings stand in their hours, every hour of the window is there, and the totals agree', async ({
  world,
}) => {
  const [org, other] = [await world.org(), await world.org()];
  const admin = await org.member('admin');
  const log = async (orgId: string, log_level: string, hoursAgo: number, times = 1) => {
    for (let n = 0; n < times; n++) {
      const id = await plant(world.db, 'system_logs', orgId, { log_level, component: 'UI', message: 'm' });
      await moveTime(
        world.db,
        'public.system_logs',
        `created_at = date_trunc('hour', now(), 'UTC') - make_interval(hours => ${hoursAgo})`,
        `id = '${id}'`,
      );
    }
  };
  await log(org.id, 'ERROR', 0, 2);
  await log(org.id, 'WARN', 0);
  await log(org.id, 'INFO', 0);
  await log(org.id, 'DEBUG', 1);
  await log(org.id, 'ERROR', 2);
  await log(org.id, 'WARN', 3);
  await log(org.id, 'ERROR', 4);
  await log(other.id, 'ERROR', 1, 3);
  const board = await health(admin, { hours: 4 });
  const counts = board.hours.map((hour: { errors: number; warnings: number }) => [hour.errors, hour.warnings]);
  expect(counts).toEqual([
    [0, 1],
    [1, 0],
    [0, 0],
    [2, 1],
  ]);
  expect([board.errors, board.warnings]).toEqual([3, 2]);
  const starts = board.hours.map((hour: { at: string }) => Date.parse(hour.at));
  expect(starts[0]).toBe(Date.parse(board.since));
  expect(starts[0] % HOUR_MS).toBe(0);
  expect(starts.map((start: number) => start - starts[0])).toEqual([0, HOUR_MS, 2 * HOUR_MS, 3 * HOUR_MS]);
  expect(Date.parse(board.until)).toBeGreaterThanOrEqual(starts[3]);
  expect((await health(admin, { hours: 1 })).hours).toHaveLength(1);
  expect((await health(admin, { hours: 744 })).hours).toHaveLength(744);
});

test('synchronisations that failed in the window and copies that are failed now are counted, the newest shown', async ({
  world,
}) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const case_id = (await openCase(admin, { plate: '70001', assignedTo: admin.userId })).databaseId;
  const sync = (sync_status: string, error_details: unknown = null) =>
    plant(world.db, 'helper_sync_log', org.id, {
      case_id,
      sync_status,
      sync_direction: 'FROM_SUPABASE',
      helper_version: 3,
      error_details,
    });
  const long = await sync('FAILED');
  await moveTime(world.db, 'public.helper_sync_log', "created_at = now() - interval '30 hours'", `id = '${long}'`);
  await sync('SUCCESS');
  for (let n = 0; n < 21; n++) await sync('FAILED');
  await sync('PARTIAL', { reason: 'זמן קצוב' });
  const copy = (sync_status: string, supabase_path: string) =>
    plant(world.db, 'onedrive_sync', org.id, { case_id, sync_status, supabase_path, file_type: 'REPORT' });
  await copy('PENDING', 'a');
  await copy('SYNCED', 'b');
  const failed = await copy('FAILED', 'reports/c.pdf');
  await moveTime(world.db, 'public.onedrive_sync', "updated_at = now() - interval '90 days'", 'true');

  const { failedSyncs, failedCopies } = await health(admin);
  expect(failedSyncs.count).toBe(22);
  expect(failedSyncs.newest).toHaveLength(20);
  expect(failedSyncs.newest[0]).toMatchObject({
    direction: 'FROM_SUPABASE',
    status: 'PARTIAL',
    helperVersion: 3,
    errorDetails: { reason: 'זמן קצוב' },
    case: { plate: '70001' },
  });
  expect(failedCopies).toMatchObject({
    count: 1,
    newest: [{ databaseId: failed, fileType: 'REPORT', path: 'reports/c.pdf', case: { plate: '70001' } }],
  });
  expect((await health(admin, { hours: 48 })).failedSyncs.count).toBe(23);
});

test('cases that need a look: no helper after an hour, nothing done for days, unknown to search', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  await openCase(admin, { plate: '80001' });
  const bare = await openCase(admin, { plate: '80002', ownerName: 'Dana' });
  await openCase(admin, { plate: '80003', helper: { a: 1 } });
  await openCase(admin, { plate: '80004', status: 'CLOSED' });
  await moveTime(world.db, 'public.cases', "created_at = now() - interval '61 minutes'", "plate <> '80001'");
  await moveTime(world.db, 'public.cases', "updated_at = now() - interval '9 days'", "plate in ('80003', '80004')");
  await moveTime(world.db, 'public.cases', "updated_at = now() - interval '20 days'", "plate = '80002'");
  await world.db.query("update feed.change_log set at = now() - interval '20 days'");
  let board = await health(admin, { staleDays: 7 });
  expect(platesOf(board.casesWithoutHelper)).toEqual(['80002']);
  expect(platesOf(board.staleCases)).toEqual(['80002', '80003']);
  expect(platesOf((await health(admin, { staleDays: 10 })).staleCases)).toEqual(['80002']);
  expect(platesOf(board.projectionMismatches)).toEqual([]);
  const { cases } = await admin.data('{ cases(filter: { staleDays: 7 }) { totalCount } }');
  expect(cases.totalCount).toBe(2);

  await world.db.query(
    "delete from public.case_search_index s using public.cases k where k.id = s.case_id and k.plate = '80001'",
  );
  await world.db.query("update public.case_search_index set title = 'damaged' where case_id = $1", [bare.databaseId]);
  board = await health(admin);
  expect(platesOf(board.projectionMismatches).sort()).toEqual(['80001', '80002']);
  await save(admin, { caseId: bare.id, expectedVersion: 0, helper: { a: 1 } });
  board = await health(admin);
  expect(platesOf(board.casesWithoutHelper)).toEqual([]);
  expect(platesOf(board.projectionMismatches)).toEqual(['80001']);
});

test('lists of cases show twenty and page on like any other', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  for (let n = 0; n < 23; n++) await openCase(admin, { plate: String(100_000 + n) });
  await moveTime(world.db, 'public.cases', "created_at = now() - interval '2 hours'", 'true');
  const page = async (args: string) =>
    (
      await admin.data(
        `{ systemHealth { casesWithoutHelper${args} { totalCount nodes { plate } pageInfo { hasNextPage endCursor } } } }`,
      )
    ).systemHealth.casesWithoutHelper;
  const first = await page('');
  expect([first.totalCount, first.nodes.length, first.pageInfo.hasNextPage]).toEqual([23, 20, true]);
  const rest = await page(`(after: "${first.pageInfo.endCursor}")`);
  expect([rest.nodes.length, rest.pageInfo.hasNextPage]).toEqual([3, false]);
  expect(new Set([...first.nodes, ...rest.nodes].map((node) => node.plate)).size).toBe(23);
});

test('the feed is told as it stands: its end, its last entry, who waits here, and nothing left untold', async ({
  world,
}) => {
  const org = await world.org();
  const admin = await org.member('admin');
  await openCase(admin, { helper: { a: 1 } });
  const before = (await health(admin)).feed;
  const { feedPage } = await admin.data('{ feedPage { cursor changes { cursor } } }');
  expect(before).toMatchObject({
    cursor: feedPage.cursor,
    listening: true,
    waitingSubscriptions: 0,
    unheardEntries: null,
    oldestUnheardAt: null,
  });
  expect(before.entries).toBe(feedPage.changes.length);
  expect(before.secondsSinceLastEntry).toBeGreaterThanOrEqual(0);

  const socket = await TestSocket.open(admin);
  const feed = socket.subscribe('subscription { feed { __typename ... on FeedChange { cursor } } }');
  await feed.event();
  await expect.poll(() => world.server.app.hub.watched(org.id)?.waiting).toBe(1);
  expect((await health(admin)).feed).toMatchObject({
    waitingSubscriptions: 1,
    unheardEntries: 0,
    oldestUnheardAt: null,
  });
  // Of others' subscriptions nothing is told.
  expect((await health(await (await world.org()).member('admin'))).feed.waitingSubscriptions).toBe(0);
  await socket.close();
});

test('what this instance has not told its subscriptions yet is counted, and how long the oldest waits', async ({
  world,
}) => {
  const org = await world.org();
  const admin = await org.member('admin');
  for (const plate of ['10001', '10002', '10003']) await openCase(admin, { plate });
  await world.db.query(
    "update feed.change_log set at = '2026-01-01'::timestamptz + org_seq * interval '1 day' where org_id = $1",
    [org.id],
  );
  const owner = {
    identity: { kind: 'USER', userId: admin.userId, expiresAt: null },
    requestId: 'test',
    requestedOrg: org.id,
  } as const;
  const [{ seq }] = (await world.db.query<{ seq: number }>('select seq::int from feed.org_feed where org_id = $1', [
    org.id,
  ])) as [{ seq: number }];
  for (const [head, unheardEntries, oldestUnheardAt] of [
    [seq - 2, 2, new Date(Date.UTC(2026, 0, seq))],
    [seq, 0, null],
    // The hub is ahead of the snapshot that is read.
    [seq + 1, 0, null],
  ] as const) {
    const hub = { listening: false, watched: () => ({ head, waiting: 3 }) };
    const found = await world.server.app.database.read(owner, (scope) => readFeedHealth(scope, hub));
    expect(found).toMatchObject({ listening: false, waitingSubscriptions: 3, unheardEntries, oldestUnheardAt });
  }
});

test('a window or a number of days that is none is refused by its name', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  for (const [variables, field] of [
    [{ hours: 0 }, 'hours'],
    [{ hours: -24 }, 'hours'],
    [{ hours: 745 }, 'hours'],
    [{ staleDays: 0 }, 'staleDays'],
    [{ staleDays: 3651 }, 'staleDays'],
  ] as const) {
    const { errors } = await admin.send(HEALTH, variables);
    expect(errors![0]!.extensions).toMatchObject({ code: 'VALIDATION_FAILED', field: [field] });
  }
  expect((await health(admin, { hours: null, staleDays: null })).hours).toHaveLength(24);
});

test('a figure costs its statement only where it is selected, whatever the number of rows', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const send = (document: string) =>
    statementsOf(
      () => admin.data(document),
      (text) => text.includes('make_interval'),
    );
  // begin, identity, organisation, the permission, the window, commit
  expect(await send('{ systemHealth { since } }')).toHaveLength(6);
  expect(await send('{ systemHealth { errors warnings hours { errors } } }')).toHaveLength(7);
  expect(await send('{ systemHealth { staleCases { totalCount } } }')).toHaveLength(9);
  const document = '{ systemHealth { failedSyncs { count newest { case { plate createdBy { name } } } } } }';
  for (let n = 0; n < 3; n++) {
    const { databaseId } = await openCase(admin, { plate: `9000${n}` });
    await plant(world.db, 'helper_sync_log', org.id, {
      case_id: databaseId,
      sync_direction: 'TO_SUPABASE',
      sync_status: 'FAILED',
    });
    // … the failures, their cases, names
    expect(await send(document)).toHaveLength(9);
  }
});
