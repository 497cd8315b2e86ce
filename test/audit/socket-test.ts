import { expect } from 'vitest';
import { openCase } from '../support/cases.ts';
import type { Member } from '../support/fixtures.ts';
import { test as base } from './shared-world.ts';
import { SocketClient } from './socket-client.ts';

export const QUERY = '{ viewer { role } }';
export const FEED = 'subscription { feed { __typename ... on FeedChange { entity } } }';
export const RENAME =
  'mutation ($id: ID!, $name: String) { caseUpsert(input: { caseId: $id, ownerName: $name }) { ok case { ownerName } } }';

interface SocketTest {
  /** Connected, and nothing said yet. Gone after the test. */
  connect: (...more: [protocols?: string | string[]]) => Promise<SocketClient>;
  /** Connected and acknowledged as the member. Gone after the test. */
  open: () => Promise<SocketClient>;
}

/** Against one server; what a test leaves behind in it, and what it makes it log, fails the test. */
export const test = base.extend<{ $test: SocketTest; $file: { member: Member; caseId: string } }>({
  member: [async ({ shared }, use) => use(await (await shared.org()).member('admin')), { scope: 'file' }],
  caseId: [async ({ member }, use) => use((await openCase(member)).id), { scope: 'file' }],
  connect: async ({ shared }, use) => {
    const clients: SocketClient[] = [];
    const logged = shared.logged.length;
    await use(async (protocols = 'graphql-transport-ws') => {
      const client = await SocketClient.connect(shared.server.url, protocols);
      clients.push(client);
      return client;
    });
    for (const client of clients) client.socket.terminate();
    await expect.poll(() => shared.server.app.hub.waiting, { message: 'subscriptions that are left' }).toBe(0);
    expect(shared.logged.slice(logged).filter((line) => JSON.parse(line).level >= 40)).toEqual([]);
  },
  open: async ({ connect, member }, use) => {
    await use(async () => {
      const client = await connect();
      client.init(member);
      await client.hears('connection_ack');
      return client;
    });
  },
});
