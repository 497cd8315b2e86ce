import type { BackendMessage } from 'pg-protocol/dist/messages.js';
import { Parser } from 'pg-protocol/dist/parser.js';
import { type ByteString, byteString } from './byte-string.ts';

type Hear = (message: BackendMessage) => void;

/** What pg's parser keeps to itself: it reads one message, which begins before `offset` with its code and its length. */
interface MessageParser {
  handlePacket(offset: number, code: number, length: number, received: Buffer): BackendMessage;
}

interface RowDescription extends BackendMessage {
  readonly fields: readonly { format: 'text' | 'binary' }[];
}

/** Its code and its length, which counts itself but not the code. */
const HEADER_BYTES = 5;
const CODE = (letter: string) => letter.charCodeAt(0);
const DATA_ROW = CODE('D');
/** Messages of which pg keeps bytes: of a password's salt, and of a copy. */
const KEPT: ReadonlySet<number> = new Set([CODE('R'), CODE('d')]);
const NULL_LENGTH = -1;
/** Of a message that comes in pieces; what a larger one has taken is given back after it. */
const KEPT_ROOM_BYTES = 1 << 20;

/**
 * Cuts what PostgreSQL sends into messages, as pg's parser does, with two differences. It keeps none of the bytes it is
 * given, so that all connections can receive into the same memory. And the values of a row that was asked for in binary
 * are byte strings, where pg's parser would decode them as UTF-8.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export class MessageReader {
  readonly #parser = new Parser() as unknown as MessageParser;
  /** The beginning of a message whose end has not come yet. */
  #begun = Buffer.alloc(0);
  #length = 0;
  #isBinary = false;

  read(received: Buffer, hear: Hear): void {
    for (let at = 0; at < received.length; ) {
      if (this.#length === 0) {
        const size = sizeOf(received, at, received.length);
        if (size !== null && at + size <= received.length) {
          hear(this.#parse(received, at));
          at += size;
          continue;
        }
      }
      at += this.#keep(received, at);
      if (this.#length !== sizeOf(this.#begun, 0, this.#length)) continue;
      this.#length = 0;
      hear(this.#parse(this.#begun, 0));
      if (this.#begun.length > KEPT_ROOM_BYTES) this.#begun = Buffer.alloc(0);
    }
  }

  /** Adds to the message that has begun, no more than belongs to it. Answers how much that was. */
  #keep(received: Buffer, at: number): number {
    const size = this.#length === 0 ? sizeOf(received, at, received.length) : sizeOf(this.#begun, 0, this.#length);
    const wanted = size ?? HEADER_BYTES;
    if (this.#begun.length < wanted) {
      const larger = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(wanted)));
      this.#begun.copy(larger, 0, 0, this.#length);
      this.#begun = larger;
    }
    const taken = received.copy(this.#begun, this.#length, at, at + wanted - this.#length);
    this.#length += taken;
    return taken;
  }

  #parse(bytes: Buffer, at: number): BackendMessage {
    const code = bytes[at]!;
    const length = bytes.readUInt32BE(at + 1);
    const offset = at + HEADER_BYTES;
    if (code === DATA_ROW && this.#isBinary) return readRow(offset, length, bytes);
    const given = KEPT.has(code) ? Buffer.from(bytes.subarray(0, at + 1 + length)) : bytes;
    const message = this.#parser.handlePacket(offset, code, length, given);
    if (message.name === 'rowDescription') this.#describe((message as RowDescription).fields);
    return message;
  }

  #describe(fields: RowDescription['fields']): void {
    this.#isBinary = fields.every(({ format }) => format === 'binary');
    // pg would make Buffers of values that it takes for binary.
    if (this.#isBinary) for (const field of fields) field.format = 'text';
  }
}

/** With its header; null where that has not come yet. */
function sizeOf(bytes: Buffer, at: number, end: number): number | null {
  return end - at < HEADER_BYTES ? null : 1 + bytes.readUInt32BE(at + 1);
}

function readRow(offset: number, length: number, bytes: Buffer): BackendMessage {
  const fields: (ByteString | null)[] = new Array(bytes.readInt16BE(offset));
  let at = offset + Int16Array.BYTES_PER_ELEMENT;
  for (let place = 0; place < fields.length; place++) {
    const size = bytes.readInt32BE(at);
    at += Int32Array.BYTES_PER_ELEMENT;
    fields[place] = size === NULL_LENGTH ? null : byteString(bytes, at, at + size);
    if (size !== NULL_LENGTH) at += size;
  }
  return { name: 'dataRow', length, fieldCount: fields.length, fields } as BackendMessage;
}
