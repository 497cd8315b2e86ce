import { describe, expect, test as plain } from 'vitest';
import { WebSocket } from 'ws';
import { addressHolder } from '../../src/graphql/limits/client-address.ts';
import { Quota } from '../../src/graphql/limits/quota.ts';
import { FEED } from '../feed/documents.ts';
import { test } from '../support/fixtures.ts';
import { startTestServer } from '../support/server.ts';
import { TestSocket } from '../support/socket.ts';
import { openEventSource } from '../support/sse.ts';

describe('a quota', () => {
  plain('gives each holder so many places, and a place given back is free again', () => {
    const quota = new Quota(2);
    const [first, second] = [quota.take('a'), quota.take('a')];
    expect([typeof first, typeof second]).toEqual(['function', 'function']);
    expect(quota.take('a')).toBeNull();
    expect(quota.take('b')).not.toBeNull();
    first!();
    // Given back twice, it is one place still.
    first!();
    expect(quota.take('a')).not.toBeNull();
    expect(quota.take('a')).toBeNull();
  });

  plain('of 0 is no limit', () => {
    const quota = new Quota(0);
    for (let n = 0; n < 1_000; n++) expect(quota.take('a')).not.toBeNull();
  });
});

plain.for([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '::ffff:192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::9', '2001:db8:1:2'],
  ['2001:db8::9', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
] as const)('the address %s counts as %s', ([address, holder]) => {
  expect(addressHolder(address)).toBe(holder);
});

test('a socket carries a hundred operations; one more is refused by itself, and the others go on', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const socket = await TestSocket.open(admin);
  const streams = Array.from({ length: 100 }, () => socket.subscribe(FEED));
  await Promise.all(streams.map((stream) => stream.event()));
  const refused = await socket.subscribe(FEED).failure();
  expect(refused.extensions.code).toBe('RATE_LIMITED');
  streams[0]!.stop();
  await world.db.query("update orgs set time_zone = 'UTC'");
  expect(await streams[1]!.event()).toMatchObject({ entity: 'orgs' });
  const again = socket.subscribe(FEED);
  expect(await again.event()).toMatchObject({ __typename: 'FeedReady' });
  await socket.close();
});

test('a caller has so many sockets; the next is closed with 1013, and his place is free when one closes', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const other = await (await world.org()).member('admin');
  const sockets = await Promise.all(Array.from({ length: 200 }, () => TestSocket.open(admin)));
  const surplus = new TestSocket(admin.url);
  await surplus.init({ authorization: `Bearer ${admin.token}` });
  expect(await surplus.closed).toEqual({ code: 1013, reason: 'Too many sockets of yours are open' });
  await (await TestSocket.open(other)).close();
  await sockets[0]!.close();
  // The server hears of a goodbye when it answers it, and the client after.
  sockets[0] = await TestSocket.open(admin);
  for (const socket of sockets) socket.cut();
});

test('a caller has so many subscriptions, on sockets and streams together', async ({ world, server }) => {
  const admin = await (await world.org()).member('admin');
  const sockets = await Promise.all(Array.from({ length: 10 }, () => TestSocket.open(admin)));
  const streams = sockets.flatMap((socket) => Array.from({ length: 100 }, () => socket.subscribe(FEED)));
  for (const stream of streams) await stream.event();
  const refused = await openEventSource(admin, FEED).result();
  expect(refused.errors![0]!.extensions.code).toBe('RATE_LIMITED');
  streams[0]!.stop();
  await expect.poll(() => server.app.hub.waiting).toBe(999);
  const allowed = openEventSource(admin, FEED);
  expect(await allowed.event()).toMatchObject({ __typename: 'FeedReady' });
  allowed.stop();
  for (const socket of sockets) socket.cut();
});

test('an address has so many sockets; the next is answered with 429 before it is one', async ({ world, db }) => {
  const admin = await (await world.org()).member('admin');
  const small = await startTestServer(db, { environment: { SOCKETS_PER_ADDRESS: '2' } });
  try {
    const there = Object.assign(Object.create(admin), { url: small.url });
    const [first, second] = [await TestSocket.open(there), await TestSocket.open(there)];
    const refused = new WebSocket(`${small.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const status = await new Promise((resolve) =>
      refused.once('unexpected-response', (_, response) => resolve(response.statusCode)),
    );
    expect(status).toBe(429);
    await first.close();
    await (await TestSocket.open(there)).close();
    await second.close();
  } finally {
    await small.stop();
  }
});
