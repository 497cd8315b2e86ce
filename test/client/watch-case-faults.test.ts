import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { signToken } from '../../src/auth/jwt.ts';
import { openCase, save } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { JWT_SECRET } from '../support/secrets.ts';
import { startTestServer } from '../support/server.ts';
import {
  eventually,
  numbered,
  openClient,
  openNetwork,
  range,
  recordCase,
  saveVersions,
  VERY_IMPATIENT,
} from './watching.ts';

/** Accepted still, for clocks differ; the grace after its end is over in two to three seconds. */
const ENDING_S = -2;
const SHARE = 'insert into case_collaborators (org_id, case_id, user_id, role) values ($1, $2, $3, $4)';

test.for(['cut', 'blackHole'] as const)(
  'a network that fails by %s while versions are saved: each comes once, in order, and the watch is live again',
  async (fault, { world }) => {
    const admin = await (await world.org()).member('admin');
    const { id: caseId } = await openCase(admin, { helper: numbered(1) });
    const network = await openNetwork(admin);
    const watch = recordCase(openClient(admin, { url: network.url, timing: VERY_IMPATIENT }), { caseId });
    await eventually(() => watch.current.state).toBe('live');
    for (const round of range(0, 2)) {
      const done = 1 + round * 10;
      await saveVersions(admin, caseId, done + 1, done + 3);
      network[fault]();
      await saveVersions(admin, caseId, done + 4, done + 7);
      network.heal();
      await saveVersions(admin, caseId, done + 8, done + 10);
      await eventually(() => watch.current).toMatchObject({ state: 'live', version: done + 10 });
    }
    expect(watch.told.map(({ version }) => version)).toEqual(range(1, 31));
    expect(watch.told.map(({ helper }) => helper)).toEqual(range(1, 31).map(numbered));
    expect(watch.stats).toMatchObject({ applied: 30, fetched: 1, mismatches: 0, gaps: 0, duplicates: 0 });
    expect(watch.states.slice(0, 3)).toEqual(['live', 'stale', 'live']);
    expect(new Set(watch.codes)).toEqual(new Set(['NETWORK']));
  },
);

test('a server that takes connections and says nothing while the watch begins is tried again until it answers', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: numbered(1) });
  const network = await openNetwork(admin);
  const client = openClient(admin, {
    url: network.url,
    timing: VERY_IMPATIENT,
    fetch: (_, init) => fetch(`${admin.url}/graphql`, init),
  });
  network.blackHole();
  const watch = recordCase(client, { caseId });
  await eventually(() => network.connections).toBeGreaterThan(2);
  expect(watch.current).toMatchObject({ state: 'connecting', version: 1, error: { code: 'NETWORK' } });
  network.heal();
  await eventually(() => watch.current).toMatchObject({ state: 'live', error: null });
});

test('a subscription that falls silent on a connection that lives is taken for dead, and made anew', async ({
  world,
  server,
}) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: numbered(1) });
  const watch = recordCase(openClient(admin, { timing: VERY_IMPATIENT }), { caseId });
  // Nothing happens, and the server's heartbeat is slower than this client waits.
  await eventually(() => watch.states).toEqual(['live', 'stale', 'live']);
  Object.assign(server.app.hub, { heartbeatMs: 100 });
  await eventually(() => server.app.hub.waiting).toBe(1);
});

test('a token that ends is replaced, and the watch goes on where it was', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: numbered(1) });
  const ending = await signToken(JWT_SECRET, { role: 'authenticated', userId: admin.userId }, ENDING_S);
  const refusals: (string | null)[] = [];
  const getToken = (refused: string | null) => {
    refusals.push(refused);
    return refused === ending ? admin.token : ending;
  };
  const watch = recordCase(openClient(admin, { getToken }), { caseId });
  await eventually(() => watch.states).toEqual(['live', 'stale', 'live']);
  await saveVersions(admin, caseId, 2, 3);
  await eventually(() => watch.told.map(({ version }) => version)).toEqual([1, 2, 3]);
  expect(watch.codes).toEqual(['UNAUTHENTICATED']);
  expect(refusals).toContain(ending);
  expect(watch.stats).toMatchObject({ fetched: 1, applied: 2 });
});

test.for([
  ['fixed', {}],
  ['renewed no more', { getToken: (refused: string | null) => (refused ? null : 'not a token') }],
] as const)('a token that is refused and %s ends the watch', async ([, options], { world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: numbered(1) });
  const watch = recordCase(openClient(admin, 'getToken' in options ? options : { token: 'not a token' }), { caseId });
  await eventually(() => watch.current).toMatchObject({ state: 'ended', error: { code: 'UNAUTHENTICATED' } });
});

test('a fixed token that ends under way ends the watch, which keeps what it has', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: numbered(1) });
  const token = await signToken(JWT_SECRET, { role: 'authenticated', userId: admin.userId }, ENDING_S);
  const watch = recordCase(openClient(admin, { token }), { caseId });
  await eventually(() => watch.states).toEqual(['live', 'ended']);
  expect(watch.current).toMatchObject({ version: 1, helper: numbered(1), error: { code: 'UNAUTHENTICATED' } });
});

test('a server that restarts while versions are saved: another one behind the same address sends the rest', async ({
  world,
  server,
  db,
}) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: numbered(1) });
  const network = await openNetwork(admin);
  const watch = recordCase(openClient(admin, { url: network.url }), { caseId });
  await eventually(() => watch.current.state).toBe('live');
  await saveVersions(admin, caseId, 2, 4);
  const next = await startTestServer(db);
  try {
    network.redirect(Number(new URL(next.url).port));
    const stopped = server.stop();
    await saveVersions(Object.assign(Object.create(admin), { url: next.url }), caseId, 5, 8);
    await stopped;
    await eventually(() => watch.current).toMatchObject({ state: 'live', version: 8 });
    expect(watch.told.map(({ version }) => version)).toEqual(range(1, 8));
  } finally {
    await next.stop();
  }
});

test('access that is taken away ends the watch', async ({ world }) => {
  const org = await world.org();
  const [admin, assessor] = [await org.member('admin'), await org.member('assessor')];
  const { id: caseId, databaseId } = await openCase(admin, { helper: numbered(1) });
  await world.db.query(SHARE, [org.id, databaseId, assessor.userId, 'EDITOR']);
  const watch = recordCase(openClient(assessor), { caseId });
  await eventually(() => watch.current.state).toBe('live');
  await world.db.query('delete from case_collaborators');
  await save(admin, { caseId, expectedVersion: 1, helper: { secret: true } });
  await eventually(() => watch.current).toMatchObject({
    state: 'ended',
    version: 1,
    error: { code: 'NOT_FOUND' },
  });
});

test('a database restored to before what the watch has: it fetches what there is now and goes on from there', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId, databaseId } = await openCase(admin, { helper: numbered(1) });
  await saveVersions(admin, caseId, 2, 5);
  const network = await openNetwork(admin);
  const states: [string, number | null][] = [];
  const onState = (state: string) => states.push([state, watch.current.version]);
  const watch = recordCase(openClient(admin, { url: network.url }), { caseId, onState });
  await eventually(() => watch.current).toMatchObject({ state: 'live', version: 5 });
  await world.db.query(
    `begin; set local session_replication_role = replica;
     delete from case_helper where case_id = '${databaseId}' and version > 3;
     delete from feed.change_log where case_id = '${databaseId}' and case_version > 3;
     update case_helper set is_current = true where case_id = '${databaseId}' and version = 3;
     update cases set version = 3 where id = '${databaseId}'; commit`,
  );
  network.cut();
  await eventually(() => watch.current).toMatchObject({ state: 'live', version: 3, helper: numbered(3) });
  await saveVersions(admin, caseId, 4, 4);
  await eventually(() => watch.current).toMatchObject({ version: 4 });
  expect(watch.stats).toMatchObject({ resyncs: 1, applied: 1 });
  expect(states).toEqual([
    ['live', 5],
    ['stale', 5],
    ['live', 3],
  ]);
});

test('an answer that is an error passes when it says so: the watch subscribes again by itself', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: numbered(1) });
  let refused = 0;
  const webSocket = class extends WebSocket {
    override send(text: string): void {
      const message = JSON.parse(text) as { id?: string; type: string };
      if (message.type !== 'subscribe' || refused === 2) {
        super.send(text);
        return;
      }
      const payload = [{ message: 'Later.', extensions: { code: ['UNAVAILABLE', 'RATE_LIMITED'][refused++] } }];
      this.emit('message', Buffer.from(JSON.stringify({ id: message.id, type: 'error', payload })), false);
    }
  };
  const watch = recordCase(openClient(admin, { webSocket: webSocket as never }), { caseId });
  await eventually(() => watch.current.state).toBe('live');
  expect(watch.codes).toEqual(['UNAVAILABLE', 'RATE_LIMITED']);
});
