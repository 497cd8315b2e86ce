import { expect } from 'vitest';
import { openCase, save } from '../support/cases.ts';
import type { EventStream } from '../support/event-stream.ts';
import { test } from '../support/fixtures.ts';
import { TestSocket } from '../support/socket.ts';
import { openEventSource } from '../support/sse.ts';
import { statementsOf } from '../support/statements.ts';
import { CHANGED, FEED, seqOf } from './documents.ts';

/** Nothing in it depends on who asks. */
const SAME_FOR_ALL = /* GraphQL */ `
  subscription ($caseId: ID!, $afterVersion: Int) {
    caseHelperChanged(caseId: $caseId, afterVersion: $afterVersion) {
      ... on HelperVersionSaved { version changedPaths patch helper { contentHash helperJson(pointer: "/a") } }
    }
  }
`;
const CHANGES = 'subscription { feed { ... on FeedChange { cursor entity entityId version changedFields } } }';

test('an event for sixty subscriptions of three callers costs the statements of one', async ({ world }) => {
  const org = await world.org();
  const admins = await Promise.all([1, 2, 3].map(() => org.member('admin')));
  const writer = admins[0]!;
  const opened = await openCase(writer, { helper: { a: 0 } });
  const streams: EventStream[] = [];
  const costs: number[] = [];
  let version = 1;
  const saveAndHear = async () => {
    await save(writer, { caseId: opened.id, expectedVersion: version, helper: { a: version } });
    version++;
    for (const stream of streams) expect(JSON.stringify(await stream.event())).toContain(`"version":${version}`);
  };
  for (const perAdmin of [0, 1, 10]) {
    for (const admin of admins) {
      const socket = await TestSocket.open(admin);
      for (let n = 0; n < perAdmin; n++) {
        for (const stream of [socket.subscribe(SAME_FOR_ALL, { caseId: opened.id }), socket.subscribe(CHANGES)]) {
          streams.push(stream);
          await stream.event();
        }
      }
    }
    // The first event also asks what each caller sees.
    if (perAdmin > 0) await saveAndHear();
    const statements = await statementsOf(saveAndHear, () => true);
    costs.push(statements.filter((text) => /helper/.test(text) && !/insert|update|advisory/i.test(text)).length);
  }
  expect(costs[1]).toBeGreaterThan(costs[0]!);
  expect(costs[2]).toBe(costs[1]);
});

test('every subscriber is sent the same of an event, by socket or stream, whenever he came', async ({ world }) => {
  const org = await world.org();
  const [admin, other] = [await org.member('admin'), await org.member('admin')];
  const opened = await openCase(admin, { helper: { a: [{ id: 'x', n: 1 }] } });
  const [socket, otherSocket] = [await TestSocket.open(admin), await TestSocket.open(other)];
  const live = [
    socket.subscribe(CHANGED, { caseId: opened.id }),
    socket.subscribe(CHANGED, { caseId: opened.id, afterVersion: 1 }),
    otherSocket.subscribe(CHANGED, { caseId: opened.id }),
    openEventSource(admin, CHANGED, { caseId: opened.id }),
    openEventSource(other, CHANGED, { caseId: opened.id, policy: 'LATEST' }),
  ];
  for (const stream of live) await stream.event();
  await save(admin, { caseId: opened.id, expectedVersion: 1, helper: { a: [{ id: 'x', n: 2 }], 'ש"\n': '\u2028' } });
  const events = await Promise.all(live.map((stream) => stream.event()));
  expect(events[0]).toMatchObject({ version: 2, previousVersion: 1, helper: { helperJson: { 'ש"\n': '\u2028' } } });
  for (const event of events) expect(event).toEqual(events[0]);
  const late = socket.subscribe(CHANGED, { caseId: opened.id, afterVersion: 1 });
  await late.event();
  expect(await late.event()).toEqual(events[0]);
  for (const stream of live) stream.stop();
  socket.cut();
  otherSocket.cut();
});

test('what depends on the caller is his own: of one event each is told what he may see', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const key = await org.apiKey(['case.read']);
  const opened = await openCase(admin);
  const NAMES = `subscription ($caseId: ID!) { caseHelperChanged(caseId: $caseId) {
    ... on HelperVersionSaved { version helper { savedBy { id name } } } } }`;
  const streams = [];
  for (const client of [admin, key, admin, key]) {
    const socket = await TestSocket.open(client);
    const stream = socket.subscribe(NAMES, { caseId: opened.id });
    await stream.event();
    streams.push(stream);
  }
  await save(admin, { caseId: opened.id, expectedVersion: 0, helper: { a: 1 } });
  const names = [];
  for (const stream of streams) names.push((await stream.event()).helper.savedBy.name);
  expect(names[0]).toEqual(expect.any(String));
  // A key that reads cases and nothing else is not told the names of people.
  expect(names).toEqual([names[0], null, names[0], null]);
});

test('subscriptions with other variables in what they select are sent what they asked for', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const opened = await openCase(admin);
  const PART = `subscription ($caseId: ID!, $pointer: String) { caseHelperChanged(caseId: $caseId) {
    ... on HelperVersionSaved { helper { helperJson(pointer: $pointer) } } } }`;
  const socket = await TestSocket.open(admin);
  const streams = ['/a', '/b', '/a'].map((pointer) => socket.subscribe(PART, { caseId: opened.id, pointer }));
  for (const stream of streams) await stream.event();
  await save(admin, { caseId: opened.id, expectedVersion: 0, helper: { a: 1, b: 2 } });
  const parts = await Promise.all(streams.map((stream) => stream.event()));
  expect(parts.map((part) => part.helper.helperJson)).toEqual([1, 2, 1]);
  await socket.close();
});

test('a burst larger than what an instance keeps reaches everybody, in order, also who reads slowly', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const socket = await TestSocket.open(admin);
  const paused = await TestSocket.open(admin);
  const streams = [socket.subscribe(CHANGES), socket.subscribe(FEED), paused.subscribe(CHANGES)];
  for (const stream of streams) await stream.event();
  paused.socket.pause();
  const COUNT = 1_500;
  await world.db.query(
    `do $$ begin for n in 1..${COUNT} loop
       update orgs set time_zone = case n % 2 when 1 then 'UTC' else 'Asia/Jerusalem' end;
     end loop; end $$`,
  );
  for (const stream of streams) {
    if (stream === streams[2]) paused.socket.resume();
    const positions = (await stream.events(COUNT)).map((event) => seqOf(event.cursor));
    expect(positions).toEqual(Array.from({ length: COUNT }, (_, index) => positions[0]! + index));
    expect(stream.unread).toBe(0);
  }
  socket.cut();
  paused.cut();
});
