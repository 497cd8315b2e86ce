import { once } from 'node:events';
import { type ClientOptions, WebSocket } from 'ws';
import type { TestClient } from '../support/client.ts';
import { Inbox } from '../support/event-stream.ts';

export interface Message {
  readonly type: string;
  readonly id?: string;
  // biome-ignore lint/suspicious/noExplicitAny: audits read messages of every shape
  readonly payload?: any;
}

export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** One end of a WebSocket that says exactly what it is told to, and hears every message in its order. */
export class SocketClient {
  readonly closed: Promise<Closing>;
  readonly #inbox = new Inbox<Message | Closing>();

  private constructor(readonly socket: WebSocket) {
    socket.on('error', () => undefined);
    socket.on('message', (data, isBinary) => {
      if (isBinary) throw new Error('the server has sent a binary message');
      this.#inbox.put(JSON.parse(String(data)) as Message);
    });
    this.closed = new Promise((resolve) =>
      socket.once('close', (code, reason) => {
        const closing = { code, reason: String(reason) };
        this.#inbox.put(closing);
        resolve(closing);
      }),
    );
  }

  /** Connected, and nothing said yet. */
  static async connect(
    url: string,
    protocols: string | string[] = 'graphql-transport-ws',
    options: ClientOptions = {},
  ): Promise<SocketClient> {
    const client = new SocketClient(new WebSocket(`${url.replace('http', 'ws')}/graphql`, protocols, options));
    // Closed at once it is not heard to open.
    await Promise.race([once(client.socket, 'open'), client.closed]);
    return client;
  }

  /** Connected and acknowledged, as this client. */
  static async open(as: TestClient): Promise<SocketClient> {
    const client = await SocketClient.connect(as.url);
    client.init(as);
    await client.hears('connection_ack');
    return client;
  }

  init(as: TestClient): void {
    this.say({ type: 'connection_init', payload: as.token ? { Authorization: `Bearer ${as.token}` } : {} });
  }

  say(message: unknown): void {
    this.raw(JSON.stringify(message));
  }

  raw(data: string | Buffer, options: { binary?: boolean; fin?: boolean } = {}): void {
    this.socket.send(data, options);
  }

  subscribe(id: string, query: string, variables: Record<string, unknown> = {}): void {
    this.say({ id, type: 'subscribe', payload: { query, variables } });
  }

  complete(id: string): void {
    this.say({ id, type: 'complete' });
  }

  /** The next message, which must be of this type and id. */
  async hears(type: string, id?: string): Promise<Message> {
    const next = await this.#inbox.take(type);
    if (!('type' in next) || next.type !== type || next.id !== id)
      throw new Error(`expected ${type} ${id ?? ''}, heard ${JSON.stringify(next)}`);
    return next;
  }

  /** The next thing heard, whatever it is. */
  next(): Promise<Message | Closing> {
    return this.#inbox.take('anything');
  }

  /** What has been heard by the time the server answers a ping: all that is on its way. */
  async heardByNow(): Promise<(Message | Closing)[]> {
    const mark = crypto.randomUUID();
    this.say({ type: 'ping', payload: { mark } });
    const heard: (Message | Closing)[] = [];
    for (;;) {
      const next = await this.#inbox.take('the answer to a ping');
      if ('type' in next && next.type === 'pong' && next.payload?.mark === mark) return heard;
      heard.push(next);
      if ('code' in next) return heard;
    }
  }

  async close(): Promise<void> {
    this.socket.close(1000);
    await this.closed;
  }
}
