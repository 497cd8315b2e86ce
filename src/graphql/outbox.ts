import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { messagesIn } from './printed-payloads.ts';
import { textFrame } from './text-frame.ts';

/** Sent before a socket has taken what went before, in bytes. */
export const MAX_BYTES_AHEAD = 64 * 1024;

const SENT = Promise.resolve();

/**
 * What goes out by one socket. Messages of one turn of the event loop leave in one write: to hand a message to the
 * operating system costs more than to make it, and a subscriber is often sent several at once. They are framed here and
 * written as one string, since ws makes two writes of each message, and Buffers of both.
 */
export class Outbox {
  readonly #socket: WebSocket;
  readonly #stream: Duplex;
  /** Frames of this turn, each character a byte. */
  #frames = '';
  #waiting: (() => void)[] = [];

  /** @param stream the connection that the socket writes to */
  constructor(socket: WebSocket, stream: Duplex) {
    this.#socket = socket;
    this.#stream = stream;
  }

  /**
   * Resolves when the next may be sent, so that nobody is sent much more than his connection takes; or when this one can't
   * be, for then the socket closes.
   *
   * @param data a message as graphql-ws makes it
   */
  send(data: string): Promise<void> {
    const messages = messagesIn(data);
    if (!this.#isOpen) return SENT;
    if (this.#frames === '') process.nextTick(() => this.flush());
    for (const message of messages) this.#frames += textFrame(message);
    if (this.#stream.writableLength + this.#frames.length < MAX_BYTES_AHEAD) return SENT;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Writes at once what this turn has come to; before the socket is closed, after which nothing may follow. */
  flush(): void {
    const frames = this.#frames;
    const waiting = this.#waiting;
    this.#frames = '';
    this.#waiting = [];
    const sent = () => {
      for (const resolve of waiting) resolve();
    };
    if (frames !== '' && this.#isOpen) this.#stream.write(frames, 'latin1', sent);
    else sent();
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }
}
