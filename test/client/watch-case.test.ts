import { expect } from 'vitest';
import { openCase, sampleHelper, save } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { openDamagingSocket } from './damaging-socket.ts';
import { eventually, numbered, openClient, range, recordCase, saveVersions } from './watching.ts';

test('a watch begins with the current helper and follows every version by its patch, checked against its hash', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: sampleHelper() });
  const watch = recordCase(openClient(admin), { caseId });
  expect(watch.current).toEqual({ state: 'connecting', error: null, version: null, helper: null, saved: null });
  await eventually(() => watch.current.state).toBe('live');
  expect(watch.current).toMatchObject({ version: 1, helper: sampleHelper(), saved: { trigger: 'OPEN' } });
  for (const version of range(1, 10)) {
    const helper = { ...sampleHelper(), manual_notes: `note ${version}` };
    await save(admin, { caseId, expectedVersion: version, helper });
  }
  await eventually(() => watch.told.map(({ version }) => version)).toEqual(range(1, 11));
  expect(watch.told.map(({ helper }) => (helper as { manual_notes: string }).manual_notes).slice(1)).toEqual(
    range(1, 10).map((version) => `note ${version}`),
  );
  expect(watch.stats).toMatchObject({ applied: 10, fetched: 1, mismatches: 0, gaps: 0, duplicates: 0, breaks: 0 });
});

test('a case without a helper is version 0, and its first version is fetched', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin);
  const watch = recordCase(openClient(admin), { caseId });
  await eventually(() => watch.current).toMatchObject({ state: 'live', version: 0, helper: null, saved: null });
  await saveVersions(admin, caseId, 1, 2);
  await eventually(() => watch.current).toMatchObject({ version: 2, helper: numbered(2) });
  expect(watch.stats).toMatchObject({ applied: 1, fetched: 2 });
});

test('a version without a patch, because it would be larger than the helper, is fetched whole', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: { a: 1 } });
  const watch = recordCase(openClient(admin), { caseId });
  await eventually(() => watch.current.state).toBe('live');
  await save(admin, { caseId, expectedVersion: 1, helper: { b: 2 } });
  await eventually(() => watch.current).toMatchObject({ state: 'live', version: 2, helper: { b: 2 } });
  expect(watch.stats).toMatchObject({ applied: 0, fetched: 2, mismatches: 0 });
});

test.for(['patch that changes something else', 'patch that fits nowhere', 'message that is left out'] as const)(
  'a %s on the way is noticed: that version is fetched, and the next ones are applied again',
  async (damage, { world }) => {
    const admin = await (await world.org()).member('admin');
    const { id: caseId } = await openCase(admin, { helper: numbered(1) });
    const webSocket = openDamagingSocket(damage, 3);
    const watch = recordCase(openClient(admin, { webSocket }), { caseId });
    await eventually(() => watch.current.state).toBe('live');
    await saveVersions(admin, caseId, 2, 6);
    await eventually(() => watch.current.version).toBe(6);
    const leftOut = damage === 'message that is left out';
    const versions = leftOut ? [1, 2, 4, 5, 6] : range(1, 6);
    expect(watch.told.map(({ version }) => version)).toEqual(versions);
    expect(watch.told.map(({ helper }) => helper)).toEqual(versions.map(numbered));
    const counts = leftOut ? { gaps: 1, mismatches: 0, applied: 3 } : { gaps: 0, mismatches: 1, applied: 4 };
    expect(watch.stats).toMatchObject({ ...counts, fetched: 2 });
  },
);

test('a version that comes twice is told once', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: numbered(1) });
  const watch = recordCase(openClient(admin, { webSocket: openDamagingSocket('message that comes twice', 3) }), {
    caseId,
  });
  await eventually(() => watch.current.state).toBe('live');
  await saveVersions(admin, caseId, 2, 5);
  await eventually(() => watch.told.map(({ version }) => version)).toEqual(range(1, 5));
  expect(watch.stats).toMatchObject({ duplicates: 1, applied: 4, fetched: 1 });
});

test('snapshots never change once they are handed out, and share what did not change', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: numbered(1) });
  const watch = recordCase(openClient(admin), { caseId });
  await eventually(() => watch.current.state).toBe('live');
  const [first] = watch.told;
  const before = JSON.stringify(first);
  await saveVersions(admin, caseId, 2, 2);
  await save(admin, { caseId, expectedVersion: 2, helper: { ...(numbered(2) as object), count: 3 } });
  await eventually(() => watch.current.version).toBe(3);
  expect(JSON.stringify(first)).toBe(before);
  const [, second, third] = watch.told.map(({ helper }) => helper as { members: unknown });
  expect(third!.members).toBe(second!.members);
});

test('an application that changes a helper it was given harms nothing but that object', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: numbered(1) });
  const watch = recordCase(openClient(admin), { caseId });
  await eventually(() => watch.current.state).toBe('live');
  (watch.current.helper as { notes: string }).notes = 'changed here alone';
  await saveVersions(admin, caseId, 2, 2);
  await eventually(() => watch.current).toMatchObject({ version: 2, helper: numbered(2) });
  expect(watch.stats.mismatches).toBe(1);
});

test('a store for useSyncExternalStore: the same snapshot until something changes, a call at each change, none afterwards', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: numbered(1) });
  const watch = openClient(admin).watchCase({ caseId });
  const { subscribe } = watch;
  const seen = [watch.current];
  const stop = subscribe(() => seen.push(watch.current));
  await eventually(() => watch.current.state).toBe('live');
  expect(watch.current).toBe(watch.current);
  expect(seen.map(({ state, version }) => [state, version])).toEqual([
    ['connecting', null],
    ['connecting', 1],
    ['live', 1],
  ]);
  stop();
  await saveVersions(admin, caseId, 2, 2);
  await eventually(() => watch.current.version).toBe(2);
  expect(seen).toHaveLength(3);
});

test('with LATEST a watch holds the newest version in the end, whatever it skipped', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: numbered(1) });
  const watch = recordCase(openClient(admin), { caseId, policy: 'LATEST' });
  await eventually(() => watch.current.state).toBe('live');
  await saveVersions(admin, caseId, 2, 20);
  await eventually(() => watch.current).toMatchObject({ version: 20, helper: numbered(20) });
  const versions = watch.told.map(({ version }) => version!);
  expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
  expect(watch.stats).toMatchObject({ mismatches: 0, gaps: 0 });
});

test('what a callback throws is reported, and the watch goes on', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: numbered(1) });
  const watch = recordCase(openClient(admin), {
    caseId,
    onChange: () => {
      throw new Error('a bug of the page');
    },
  });
  await eventually(() => watch.current.state).toBe('live');
  await saveVersions(admin, caseId, 2, 2);
  await eventually(() => watch.current.version).toBe(2);
  expect(watch.codes).toEqual(['CALLBACK_FAILED', 'CALLBACK_FAILED']);
});

test('a watch that is closed tells nothing more, and lets go of its subscription', async ({ world, server }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: numbered(1) });
  const watch = recordCase(openClient(admin), { caseId });
  await eventually(() => watch.current.state).toBe('live');
  await eventually(() => server.app.hub.waiting).toBe(1);
  watch.close();
  expect(watch.current).toMatchObject({ state: 'ended', error: null, version: 1 });
  await eventually(() => server.app.hub.waiting).toBe(0);
  await saveVersions(admin, caseId, 2, 2);
  expect(watch.told).toHaveLength(1);
});

test('what can not be watched ends the watch with the reason', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const stranger = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin);
  for (const [caller, id, code] of [
    [stranger, caseId, 'NOT_FOUND'],
    [admin, 'nonsense', 'VALIDATION_FAILED'],
  ] as const) {
    const watch = recordCase(openClient(caller), { caseId: id });
    await eventually(() => watch.current).toMatchObject({ state: 'ended', error: { code } });
    expect(watch.states).toEqual(['ended']);
  }
});
