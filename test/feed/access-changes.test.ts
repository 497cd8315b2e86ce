import { expect } from 'vitest';
import { openCase, save } from '../support/cases.ts';
import type { Member, Org, World } from '../support/fixtures.ts';
import { test } from '../support/fixtures.ts';
import { TestSocket } from '../support/socket.ts';
import { openEventSource } from '../support/sse.ts';
import { CHANGED_VERSIONS, FEED } from './documents.ts';

const SHARE = 'insert into case_collaborators (org_id, case_id, user_id, role) values ($1, $2, $3, $4)';

/** The newest position of an organisation's log. */
async function headOf({ db }: World, orgId: string): Promise<number> {
  const [log] = await db.query<{ head: number }>('select seq::int as head from feed.org_feed where org_id = $1', [
    orgId,
  ]);
  return log!.head;
}

interface Watched {
  readonly world: World;
  readonly org: Org;
  readonly watcher: Member;
  readonly opened: { readonly id: string; readonly databaseId: string };
}

/** Each takes away the right to see the case, and is nothing that its subscribers would otherwise hear of. */
const TAKES_AWAY: Record<string, (watched: Watched) => Promise<unknown>> = {
  'a share is taken back': ({ world }) => world.db.query('delete from case_collaborators'),
  'a share is moved to somebody else': async ({ world, org }) =>
    world.db.query('update case_collaborators set user_id = $1', [(await org.member('assessor')).userId]),
  'a share becomes one of another role without rights': ({ world }) =>
    world.db.query("delete from role_permissions where role = 'WATCHER'"),
  'the member is put out': ({ world, watcher }) =>
    world.db.query('delete from user_orgs where user_id = $1', [watcher.userId]),
  'the user is deleted': ({ world, watcher }) =>
    world.db.query('delete from auth.users where id = $1', [watcher.userId]),
};

test.for(Object.keys(TAKES_AWAY))(
  '%s: every subscription to the case ends, though nothing is saved',
  async (what, { world, server }) => {
    const org = await world.org();
    const [admin, watcher] = [await org.member('admin'), await org.member('assessor')];
    const opened = await openCase(admin, { helper: { n: 1 } });
    await world.db.query(SHARE, [org.id, opened.databaseId, watcher.userId, 'WATCHER']);
    const sockets = await Promise.all([1, 2].map(() => TestSocket.open(watcher)));
    const streams = [
      ...sockets.map((socket) => socket.subscribe(CHANGED_VERSIONS, { caseId: opened.id })),
      ...sockets.map((socket) => socket.subscribe(FEED, { caseId: opened.id })),
      openEventSource(watcher, CHANGED_VERSIONS, { caseId: opened.id }),
    ];
    for (const stream of streams) await stream.event();
    const others = (await TestSocket.open(admin)).subscribe(CHANGED_VERSIONS, { caseId: opened.id });
    await others.event();
    await TAKES_AWAY[what]!({ world, org, watcher, opened });
    for (const stream of streams) expect((await stream.failure()).extensions.code).toBe('NOT_FOUND');
    await save(admin, { caseId: opened.id, expectedVersion: 1, helper: { n: 2 } });
    expect(await others.event()).toMatchObject({ version: 2 });
    expect(streams.map((stream) => stream.unread)).toEqual(streams.map(() => 0));
    await expect.poll(() => server.app.hub.waiting).toBe(1);
    for (const socket of sockets) socket.cut();
  },
);

test('who was given a case hears of it from then on; from whom it was taken, no more: one and the same feed', async ({
  world,
}) => {
  const org = await world.org();
  const [admin, first, second] = [
    await org.member('admin'),
    await org.member('assessor'),
    await org.member('assessor'),
  ];
  const opened = await openCase(admin, { helper: { n: 1 } });
  const feeds = await Promise.all(
    [first, second].map(async (member) => (await TestSocket.open(member)).subscribe(FEED)),
  );
  for (const feed of feeds) await feed.event();
  const assign = (member: Member) =>
    world.db.query('update cases set assigned_to = $1 where id = $2', [member.userId, opened.databaseId]);
  let version = 1;
  const saveOne = async () => {
    await save(admin, { caseId: opened.id, expectedVersion: version, helper: { n: ++version } });
  };
  await assign(first);
  expect(await feeds[0]!.event()).toMatchObject({ entity: 'cases', kind: 'UPDATED' });
  await saveOne();
  expect(await feeds[0]!.event()).toMatchObject({ entity: 'case_helper', version: 2 });
  await assign(second);
  expect(await feeds[1]!.event()).toMatchObject({ entity: 'cases', kind: 'UPDATED' });
  await saveOne();
  expect(await feeds[1]!.event()).toMatchObject({ entity: 'case_helper', version: 3 });
  await world.db.query("update orgs set time_zone = 'UTC'");
  // The first hears of the organisation still, and of nothing in between.
  for (const feed of feeds) expect(await feed.event()).toMatchObject({ entity: 'orgs' });
});

test('an organisation that opens its cases, then closes them: assessors hear of all cases while it is open', async ({
  world,
  server,
}) => {
  const org = await world.org({ access: 'ROLES' });
  const [admin, assessor] = [await org.member('admin'), await org.member('assessor')];
  const opened = await openCase(admin, { helper: { n: 1 } });
  const feed = (await TestSocket.open(assessor)).subscribe(FEED);
  await feed.event();
  for (const [access, version] of [
    ['OPEN', 2],
    ['ROLES', 3],
    ['OPEN', 4],
  ] as const) {
    await world.db.query('update orgs set access = $1', [access]);
    await save(admin, { caseId: opened.id, expectedVersion: version - 1, helper: { n: version } });
    expect(await feed.event()).toMatchObject({ entity: 'orgs' });
    if (access === 'OPEN') expect(await feed.event()).toMatchObject({ entity: 'case_helper', version });
    // Nothing for him in the rest: found out while it is so, and not once it is open again.
    else
      await expect
        .poll(() => server.app.hub.watched(org.id))
        .toEqual({ head: await headOf(world, org.id), waiting: 1 });
  }
  expect(feed.unread).toBe(0);
});

test('a role that loses a permission loses it on open subscriptions as well', async ({ world, server }) => {
  const org = await world.org();
  const [admin, watcher] = [await org.member('admin'), await org.member('assistant')];
  await openCase(admin);
  const feed = (await TestSocket.open(watcher)).subscribe(FEED);
  await feed.event();
  await world.db.query("delete from role_permissions where role = 'assistant'");
  await world.db.query("update orgs set time_zone = 'UTC'");
  // Heard of, and nothing for him: he waits again.
  await expect.poll(() => server.app.hub.watched(org.id)).toEqual({ head: await headOf(world, org.id), waiting: 1 });
  // He belongs to the organisation, so his feed goes on; nothing in it is his to see.
  await world.db.query(
    "insert into role_permissions (role, permission, reach) values ('assistant', 'org.read', 'ORG')",
  );
  await world.db.query("update orgs set time_zone = 'Asia/Jerusalem'");
  const event = await feed.event();
  expect(event).toMatchObject({ entity: 'orgs' });
  expect(feed.unread).toBe(0);
  await feed.stop();
});
