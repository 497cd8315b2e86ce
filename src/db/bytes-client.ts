import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import pg from 'pg';
import type { BackendMessage } from 'pg-protocol/dist/messages.js';
import type { ByteString } from './byte-string.ts';
import { MessageReader } from './message-reader.ts';

/** Asks for the values of a statement's rows as the bytes that PostgreSQL sends: of text its UTF-8. Used with BytesClient. */
export const AS_BYTES = { binary: true, types: { getTypeParser: () => (bytes: ByteString) => bytes } } as object;

/** What all connections receive into, one after the other. */
const received = Buffer.allocUnsafeSlow(1 << 16);

/** What pg keeps to itself. */
interface Connection extends pg.Connection {
  stream: Duplex;
  attachListeners(stream: Duplex): void;
}

/** A pg.Client that can give values as byte strings, and that allocates nothing to receive, which Node does for each read. */
export class BytesClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    const { connection } = this as unknown as { connection: Connection };
    const reader = new MessageReader();
    const hear = (message: BackendMessage) =>
      connection.emit(message.name === 'error' ? 'errorMessage' : message.name, message);
    if (this.ssl) {
      connection.attachListeners = (stream) => stream.on('data', (bytes: Buffer) => reader.read(bytes, hear));
      return;
    }
    connection.attachListeners = () => undefined;
    connection.stream = new Socket({
      onread: {
        buffer: received,
        callback: (size: number) => {
          reader.read(received.subarray(0, size), hear);
          return true;
        },
      },
    } as never);
  }
}
