import { expect } from 'vitest';
import { signToken } from '../../src/auth/jwt.ts';
import { openCase } from '../support/cases.ts';
import { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';
import { JWT_SECRET } from '../support/secrets.ts';
import { SocketClient } from './socket-client.ts';
import { FEED } from './socket-test.ts';

// How a socket ends, by either side. Codes that clients come back after are those at which they should.

/** Accepted still, for clocks differ; the grace after its end is over in two to three seconds. */
const ENDING_S = -2;

test('a goodbye is answered, and ends what was subscribed', async ({ world, server }) => {
  const client = await SocketClient.open(await (await world.org()).member('admin'));
  client.subscribe('1', FEED);
  await client.hears('next', '1');
  client.socket.close(1000, 'done');
  expect((await client.closed).code).toBe(1000);
  await expect.poll(() => server.app.hub.waiting).toBe(0);
});

test('the end of a token closes its socket with 4403: no event comes after, and no other socket closes', async ({
  world,
  server,
}) => {
  const admin = await (await world.org()).member('admin');
  const token = await signToken(JWT_SECRET, { role: 'authenticated', userId: admin.userId }, ENDING_S);
  const ending = await SocketClient.open(new TestClient(admin.url, token));
  const other = await SocketClient.open(admin);
  for (const client of [ending, other]) {
    client.subscribe('1', FEED);
    await client.hears('next', '1');
  }
  expect(await ending.next()).toEqual({ code: 4403, reason: 'The token has expired' });
  await expect.poll(() => server.app.hub.waiting).toBe(1);
  await openCase(admin);
  await other.hears('next', '1');
  await other.close();
});

test('a stop of the server closes every socket with 1012, whatever it was doing, and takes no more', {
  timeout: 20_000,
}, async ({ world, server }) => {
  const admin = await (await world.org()).member('admin');
  const silent = await SocketClient.connect(admin.url);
  const idle = await SocketClient.open(admin);
  const busy = await SocketClient.open(admin);
  busy.subscribe('1', FEED);
  await busy.hears('next', '1');
  const stopped = server.stop();
  for (const client of [silent, idle, busy])
    expect(await client.closed).toEqual({ code: 1012, reason: 'The server restarts' });
  await stopped;
  expect((await (await SocketClient.connect(admin.url)).closed).code).toBe(1006);
  expect(server.app.hub.waiting).toBe(0);
});
