import { expect } from 'vitest';
import { loggedTest } from '../support/logged-server.ts';
import { TestSocket } from '../support/socket.ts';

const FEED = 'subscription { feed { __typename } }';

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

loggedTest(
  'a ping with a payload too deep to be written back was taken for an error of the server',
  async ({ world, loggedText }) => {
    const socket = await TestSocket.open(await (await world.org()).member('admin'));
    socket.socket.send(`{"type":"ping","payload":{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`);
    expect(await socket.closed).toEqual({ code: 4400, reason: 'Invalid message received' });
    expect(loggedText()).not.toContain('"level":50');
  },
);
