import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { test as base, expect } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { bytesOf } from '../../src/db/byte-string.ts';
import { Outbox } from '../../src/graphql/outbox.ts';
import { PrintedPayloads } from '../../src/graphql/printed-payloads.ts';

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

test('messages of every length arrive as they are', async ({ pair }) => {
  const heard: string[] = [];
  pair.client.on('message', (data) => heard.push(String(data)));
  // Where the length takes another form: 7 bits, 2 bytes, 8 bytes.
  const texts = [0, 1, 125, 126, 127, 65_535, 65_536, 70_000, 3_000_000].map((length) => 'x'.repeat(length));
  texts.push('\ud83d\ude97 ג\u2028\u0000\u0080ÿ'.repeat(9));
  for (const text of texts) await pair.outbox.send(text);
  await expect.poll(() => heard.length).toBe(texts.length);
  for (const [index, text] of texts.entries()) expect(heard[index] === text).toBe(true);
});

test('several results in one message of graphql-ws arrive as a message each, under the id of their operation', async ({
  pair,
}) => {
  const heard: unknown[] = [];
  pair.client.on('message', (data) => heard.push(JSON.parse(String(data))));
  const writes = countWrites(pair.stream);
  const payload = new PrintedPayloads(['{"data":"א"}', '{"data":"$& $1"}'].map(bytesOf));
  await pair.outbox.send(JSON.stringify({ id: 'מ', type: 'next', payload }));
  await pair.outbox.send(JSON.stringify({ id: 'מ', type: 'complete' }));
  await expect.poll(() => heard.length).toBe(3);
  expect(heard).toEqual([
    { id: 'מ', type: 'next', payload: { data: 'א' } },
    { id: 'מ', type: 'next', payload: { data: '$& $1' } },
    { id: 'מ', type: 'complete' },
  ]);
  expect(writes()).toBe(1);
});

test('a payload that was printed for a message that was never sent reaches nobody else', async ({ pair }) => {
  const heard: string[] = [];
  pair.client.on('message', (data) => heard.push(String(data)));
  JSON.stringify(new PrintedPayloads([bytesOf('"of another"')]));
  await pair.outbox.send('{"type":"ping"}');
  await pair.outbox.send('{"type":"pong"}');
  await expect.poll(() => heard).toEqual(['{"type":"ping"}', '{"type":"pong"}']);
});

test('what was sent before the socket closes in the same turn arrives, and nothing after it', async ({ pair }) => {
  const heard: string[] = [];
  pair.client.on('message', (data) => heard.push(String(data)));
  const closed = once(pair.client, 'close');
  void pair.outbox.send('before');
  pair.outbox.flush();
  pair.socket.close(4400, 'reason');
  await pair.outbox.send('after');
  expect(await closed).toEqual([4400, Buffer.from('reason')]);
  expect(heard).toEqual(['before']);
});
