import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

/** Sent before a socket has taken what went before, in bytes. */
const MAX_BYTES_AHEAD = 64 * 1024;

/**
 * What goes out by one socket. Messages of one turn of the event loop leave in one write: to hand a message to the
 * operating system costs more than to make it, and a subscriber is often sent several at once.
 */
export class Outbox {
  readonly #socket: WebSocket;
  readonly #stream: Duplex;
  #isGathering = false;

  /** @param stream the connection that the socket writes to */
  constructor(socket: WebSocket, stream: Duplex) {
    this.#socket = socket;
    this.#stream = stream;
  }

  /**
   * Resolves when the next may be sent, so that nobody is sent much more than his connection takes; or when this one can't
   * be, for then the socket closes.
   */
  send(data: string): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.readyState !== this.#socket.OPEN) return resolve();
      this.#gather();
      this.#socket.send(data, () => resolve());
      if (this.#socket.bufferedAmount < MAX_BYTES_AHEAD) resolve();
    });
  }

  #gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    this.#stream.cork();
    process.nextTick(() => {
      this.#isGathering = false;
      this.#stream.uncork();
    });
  }
}
