import { expect } from 'vitest';
import { openCase, save } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { TestSocket } from '../support/socket.ts';
import { CHANGED, CHANGED_VERSIONS, FEED, FEED_PAGE } from './documents.ts';

const SHARE = 'insert into case_collaborators (org_id, case_id, user_id, role) values ($1, $2, $3, $4)';

test('an assessor hears of the cases he may see and of the organisation itself, and of no other case', async ({
  world,
}) => {
  const org = await world.org();
  const [admin, assessor] = [await org.member('admin'), await org.member('assessor')];
  const hidden = await openCase(admin, { helper: { a: 1 } });
  const shared = await openCase(admin, { plate: '1234567', helper: { a: 1 } });
  const own = await openCase(assessor, { plate: '7654321' });
  await world.db.query(SHARE, [org.id, shared.databaseId, assessor.userId, 'WATCHER']);
  const socket = await TestSocket.open(assessor);
  const stream = socket.subscribe(FEED);
  await stream.event();
  await save(admin, { caseId: hidden.id, expectedVersion: 1, helper: { a: 2 } });
  await save(admin, { caseId: shared.id, expectedVersion: 1, helper: { a: 2 } });
  await world.db.query('update orgs set time_zone = $2 where id = $1', [org.id, 'UTC']);
  await save(admin, { caseId: own.id, expectedVersion: 0, helper: { a: 1 } });
  expect((await stream.events(3)).map((event) => [event.entity, event.caseId])).toEqual([
    ['case_helper', shared.id],
    ['orgs', null],
    ['case_helper', own.id],
  ]);
  const { changes } = (await assessor.data(FEED_PAGE, { first: 200 })).feedPage;
  const cases = new Set(changes.map((change: { caseId: string | null }) => change.caseId));
  expect(cases).toEqual(new Set([null, shared.id, own.id]));
  expect((await socket.subscribe(FEED, { caseId: hidden.id }).failure()).extensions.code).toBe('NOT_FOUND');
  await socket.close();
});

test('a stranger hears nothing: not of an organisation he names, nor of a case, nor with its cursor', async ({
  world,
}) => {
  const org = await world.org();
  const opened = await openCase(await org.member('admin'));
  const { cursor } = (await (await org.member('admin')).data(FEED_PAGE)).feedPage;
  const nobody = await world.user();
  const other = await (await world.org()).member('admin');
  for (const stranger of [nobody, other]) {
    const socket = await TestSocket.open(stranger);
    expect((await socket.subscribe(FEED, { caseId: opened.id }).failure()).extensions.code).toBe('NOT_FOUND');
    const withCursor = await socket.subscribe(FEED, { after: cursor }).failure();
    expect(withCursor.extensions.code).toBe(stranger === nobody ? 'FORBIDDEN' : 'INVALID_CURSOR');
    const named = await stranger.send(FEED_PAGE, {}, { 'x-org-id': org.id });
    expect(named.errors?.[0]?.extensions.code).toBe('VALIDATION_FAILED');
    await socket.close();
  }
  const { changes } = (await other.data(FEED_PAGE)).feedPage;
  expect(changes.every((change: { caseId: string | null }) => change.caseId === null)).toBe(true);
});

test('a share that is taken back ends both subscriptions, and nothing saved afterwards is sent', async ({
  world,
  server,
}) => {
  const org = await world.org();
  const [admin, assessor] = [await org.member('admin'), await org.member('assessor')];
  const opened = await openCase(admin, { helper: { a: 1 } });
  await world.db.query(SHARE, [org.id, opened.databaseId, assessor.userId, 'EDITOR']);
  const socket = await TestSocket.open(assessor);
  const changed = socket.subscribe(CHANGED_VERSIONS, { caseId: opened.id });
  const feed = socket.subscribe(FEED, { caseId: opened.id });
  await changed.event();
  await feed.event();
  await world.db.query(
    `with gone as (delete from case_collaborators returning case_id)
     insert into case_helper (case_id, helper_json) select case_id, '{"secret": true}' from gone`,
  );
  expect((await changed.failure()).extensions.code).toBe('NOT_FOUND');
  expect((await feed.failure()).extensions.code).toBe('NOT_FOUND');
  await expect.poll(() => server.app.hub.waiting).toBe(0);
  await socket.close();
});

test('what was on its way to a slow reader when his share ended is refused as not his, and the end says so', async ({
  world,
}) => {
  const org = await world.org();
  const [admin, assessor] = [await org.member('admin'), await org.member('assessor')];
  const opened = await openCase(admin);
  await world.db.query(SHARE, [org.id, opened.databaseId, assessor.userId, 'EDITOR']);
  await world.db.query(
    `do $$ begin for n in 1..60 loop
       insert into case_helper (case_id, helper_json)
         values ('${opened.databaseId}', jsonb_build_object('n', n, 'text', repeat('x', 200000)));
     end loop; end $$`,
  );
  const socket = await TestSocket.open(assessor);
  const stream = socket.subscribe(CHANGED, { caseId: opened.id, afterVersion: 0 });
  expect(await stream.event()).toMatchObject({ currentVersion: 60 });
  await stream.event();
  socket.socket.pause();
  await world.db.query('delete from case_collaborators');
  await save(admin, { caseId: opened.id, expectedVersion: 60, helper: { secret: true } });
  socket.socket.resume();
  let expected = 2;
  let result = await stream.result();
  for (; !result.errors; result = await stream.result()) expect(result.data.caseHelperChanged.version).toBe(expected++);
  expect(expected).toBeLessThanOrEqual(61);
  const codes = new Set<string>();
  for (; result !== null; result = (await stream.resultOrEnd())!) {
    expect(result.data?.caseHelperChanged).toBeFalsy();
    for (const error of result.errors!) codes.add(error.extensions.code);
  }
  expect([...codes]).toEqual(['NOT_FOUND']);
  await socket.close();
});

test('who leaves the organisation hears no more of it', async ({ world, server }) => {
  const org = await world.org();
  const [admin, leaving] = [await org.member('admin'), await org.member('admin')];
  const opened = await openCase(admin, { helper: { a: 1 } });
  const socket = await TestSocket.open(leaving);
  const changed = socket.subscribe(CHANGED_VERSIONS, { caseId: opened.id });
  const feed = socket.subscribe(FEED);
  await changed.event();
  await feed.event();
  await world.db.query('delete from user_orgs where user_id = $1', [leaving.userId]);
  expect((await changed.failure()).extensions.code).toBe('NOT_FOUND');
  expect((await feed.failure()).extensions.code).toBe('FORBIDDEN');
  await expect.poll(() => server.app.hub.waiting).toBe(0);
  await socket.close();
});

test('who moves to another organisation is not moved to its feed silently', async ({ world }) => {
  const [first, second] = [await world.org(), await world.org()];
  const moving = await first.member('admin');
  const stream = (await TestSocket.open(moving)).subscribe(FEED);
  await stream.event();
  await world.db.query('update user_orgs set org_id = $1 where user_id = $2', [second.id, moving.userId]);
  await world.db.query('update orgs set time_zone = $2 where id = $1', [first.id, 'UTC']);
  expect((await stream.failure()).extensions.code).toBe('FORBIDDEN');
});

test('a revoked API key hears no more: its socket is closed, and what it followed is let go of', async ({
  world,
  server,
}) => {
  const org = await world.org();
  const key = await org.apiKey();
  const opened = await openCase(key, { helper: { a: 1 } });
  const socket = await TestSocket.open(key);
  const changed = socket.subscribe(CHANGED_VERSIONS, { caseId: opened.id });
  const feed = socket.subscribe(FEED);
  await changed.event();
  await feed.event();
  await world.db.query('update api_keys set revoked_at = now() where id = $1', [key.id]);
  expect(await socket.closed).toMatchObject({ code: 4403 });
  await expect.poll(() => server.app.hub.watched(org.id)).toBeNull();
});

test('an API key that may read cases and nothing else follows them by the same cursors', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const reader = await org.apiKey(['case.read']);
  const opened = await openCase(admin, { helper: { a: 1 } });
  const socket = await TestSocket.open(reader);
  const stream = socket.subscribe(FEED);
  const { cursor } = await stream.event();
  expect(cursor).toBe((await admin.data(FEED_PAGE)).feedPage.cursor);
  await save(admin, { caseId: opened.id, expectedVersion: 1, helper: { a: 2 } });
  expect(await stream.event()).toMatchObject({ caseId: opened.id, version: 2 });
  await socket.close();
});
