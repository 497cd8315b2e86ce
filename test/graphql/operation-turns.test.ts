import { expect } from 'vitest';
import { openCase } from '../support/cases.ts';
import { loggedTest } from '../support/logged-server.ts';
import { TestSocket } from '../support/socket.ts';

const FEED = 'subscription { feed { __typename } }';

loggedTest(
  'an id that is taken again as soon as it is completed told each event twice, and left a subscription for ever',
  async ({ world, server, loggedText }) => {
    const admin = await (await world.org()).member('admin');
    const socket = await TestSocket.open(admin);
    const heard: string[] = [];
    socket.socket.on('message', (data) => heard.push(JSON.parse(String(data)).payload.data.feed.__typename));
    for (let n = 0; n < 5; n++) {
      socket.send({ type: 'subscribe', id: 'again', payload: { query: FEED } });
      socket.send({ type: 'complete', id: 'again' });
    }
    socket.send({ type: 'subscribe', id: 'again', payload: { query: FEED } });
    await expect.poll(() => heard).toEqual(['FeedReady']);
    await openCase(admin);
    await expect.poll(() => heard).toEqual(['FeedReady', 'FeedChange']);
    expect(server.app.hub.waiting).toBe(1);
    await socket.close();
    await expect.poll(() => server.app.hub.waiting).toBe(0);
    expect(loggedText()).not.toContain('"level":50');
  },
);
