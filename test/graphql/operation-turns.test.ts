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

loggedTest(
  'an id of 300 bytes that is taken, and a message that only servers send, were taken for errors of the server',
  async ({ world, loggedText }) => {
    const admin = await (await world.org()).member('admin');
    const taken = await TestSocket.open(admin);
    for (let n = 0; n < 2; n++) taken.send({ type: 'subscribe', id: 'x'.repeat(300), payload: { query: FEED } });
    expect(await taken.closed).toMatchObject({ code: 4409, reason: expect.stringMatching(/^Subscriber for x+/) });
    const wrong = await TestSocket.open(admin);
    wrong.send({ type: 'next', id: '1', payload: {} });
    expect(await wrong.closed).toEqual({ code: 4400, reason: 'Invalid message received' });
    expect(loggedText()).not.toContain('"level":50');
  },
);

loggedTest('an operation that a document of several does not name is refused with a code', async ({ world }) => {
  const socket = await TestSocket.open(await (await world.org()).member('admin'));
  const refused = await socket.subscribe('query A { __typename } query B { __typename }').failure();
  expect(refused.extensions).toMatchObject({ code: 'VALIDATION_FAILED', field: ['operationName'] });
  await socket.close();
});
