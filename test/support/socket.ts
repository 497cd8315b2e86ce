import { WebSocket } from 'ws';
import type { TestClient } from './client.ts';
import { EventStream, Inbox } from './event-stream.ts';

interface Message {
  readonly type: string;
  readonly id?: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read messages of every shape
  readonly payload?: any;
}

/** graphql-transport-ws spoken by hand, so that tests see every message and can misbehave. */
export class TestSocket {
  readonly socket: WebSocket;
  /** Code and reason with which the server, or we, closed it. */
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #opened: Promise<void>;
  readonly #acknowledged = new Inbox<Message>();
  readonly #streams = new Map<string, EventStream>();
  #lastId = 0;

  /** Connects and says nothing yet. */
  constructor(url: string, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
    this.#opened = new Promise((resolve, reject) => this.socket.once('open', resolve).once('error', reject));
    this.#opened.catch(() => undefined);
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) =>
      this.socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
    );
    this.socket.on('message', (data) => this.#receive(JSON.parse(String(data)) as Message));
  }

  /** Connected and acknowledged, as this client. */
  static async open(client: TestClient): Promise<TestSocket> {
    const socket = new TestSocket(client.url);
    await socket.init(client.token ? { Authorization: `Bearer ${client.token}`, ...client.headers } : client.headers);
    await socket.acknowledged();
    return socket;
  }

  async init(params: Record<string, unknown>): Promise<void> {
    await this.#opened;
    this.send({ type: 'connection_init', payload: params });
  }

  async acknowledged(): Promise<void> {
    await this.#acknowledged.take('connection_ack');
  }

  send(message: Message): void {
    this.socket.send(JSON.stringify(message));
  }

  /** Runs any operation; a query's one result comes as the stream's only one. `more` joins the payload. */
  subscribe(query: string, variables: Record<string, unknown> = {}, more: object = {}): EventStream {
    const id = String(++this.#lastId);
    const stream = new EventStream(() => this.send({ type: 'complete', id }));
    this.#streams.set(id, stream);
    this.send({ type: 'subscribe', id, payload: { query, variables, ...more } });
    return stream;
  }

  /** A goodbye, answered by the server. */
  async close(): Promise<void> {
    this.socket.close(1000);
    await this.closed;
  }

  /** Gone without a word, as when a train enters a tunnel. */
  cut(): void {
    this.socket.terminate();
  }

  #receive(message: Message): void {
    if (message.type === 'connection_ack') this.#acknowledged.put(message);
    const stream = this.#streams.get(message.id ?? '');
    if (message.type === 'next') stream?.put(message.payload);
    if (message.type === 'complete') stream?.put('complete');
    if (message.type === 'error') {
      stream?.put({ errors: message.payload });
      stream?.put('complete');
    }
  }
}
