import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { test as base, expect } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Outbox } from '../../src/graphql/outbox.ts';

interface Pair {
  readonly outbox: Outbox;
  readonly socket: WebSocket;
  readonly stream: Duplex;
  readonly client: WebSocket;
}

/** Both ends of one connection. */
const test = base.extend<{ pair: Pair }>({
  // biome-ignore lint/correctness/noEmptyPattern: a fixture without others
  pair: async ({}, use) => {
    const server = createServer();
    const sockets = new WebSocketServer({ server });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const [[socket, request]] = await Promise.all([once(sockets, 'connection'), once(client, 'open')]);
    const stream: Duplex = request.socket;
    await use({ outbox: new Outbox(socket, stream), socket, stream, client });
    client.terminate();
    sockets.close();
    server.close();
  },
});

/** Writes to the operating system from now on. */
function countWrites(stream: Duplex): () => number {
  let writes = 0;
  for (const name of ['_write', '_writev'] as const) {
    const original = stream[name] as (...args: unknown[]) => void;
    stream[name] = (...args: unknown[]) => {
      writes++;
      original.apply(stream, args);
    };
  }
  return () => writes;
}

test('messages of one turn arrive in their order, and leave in one write', async ({ pair }) => {
  const heard: string[] = [];
  pair.client.on('message', (data) => heard.push(String(data)));
  const writes = countWrites(pair.stream);
  const texts = ['a', 'b', 'ג', 'd'];
  await Promise.all(texts.map((text) => pair.outbox.send(text)));
  await expect.poll(() => heard).toEqual(texts);
  expect(writes()).toBe(1);
  await pair.outbox.send('e');
  await expect.poll(() => heard).toEqual([...texts, 'e']);
  expect(writes()).toBe(2);
});

test('who does not read is sent no more until he does, and then all of it', async ({ pair }) => {
  const text = 'x'.repeat(50_000);
  let heard = 0;
  pair.client.on('message', () => heard++);
  pair.client.pause();
  let sent = 0;
  let isWaiting = false;
  while (!isWaiting) {
    isWaiting = true;
    const sending = pair.outbox.send(text).then(() => {
      isWaiting = false;
    });
    sent++;
    for (let turns = 0; turns < 20 && isWaiting; turns++) await turn();
    if (isWaiting) {
      expect(pair.socket.bufferedAmount).toBeLessThan(64 * 1024 + 2 * text.length);
      pair.client.resume();
      await sending;
      break;
    }
  }
  await expect.poll(() => heard).toBe(sent);
});

test('nobody waits for a message to a socket that has gone', async ({ pair }) => {
  pair.client.terminate();
  await once(pair.socket, 'close');
  await pair.outbox.send('late');
});
