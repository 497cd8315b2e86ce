import { connect, type Socket } from 'node:net';

export interface Frame {
  readonly opcode: number;
  readonly payload?: Buffer | string;
  readonly fin?: boolean;
  /** Clients mask what they send; a server must not take what is not masked. */
  readonly masked?: boolean;
  readonly reserved?: number;
}

export const TEXT = 1;
export const CONTINUATION = 0;
export const PING = 9;
export const CLOSE = 8;

/** A frame as RFC 6455 lays it out, right or wrong. */
function frameBytes({ opcode, payload = '', fin = true, masked = true, reserved = 0 }: Frame): Buffer {
  const data = Buffer.from(payload);
  const length =
    data.length < 126
      ? Buffer.from([data.length])
      : data.length < 65_536
        ? Buffer.from([126, data.length >> 8, data.length & 255])
        : Buffer.concat([Buffer.from([127, 0, 0, 0, 0]), uint32(data.length)]);
  if (masked) length[0]! |= 0x80;
  const mask = Buffer.from([7, 1, 3, 5]);
  const body = masked ? data.map((byte, index) => byte ^ mask[index % 4]!) : data;
  return Buffer.concat([
    Buffer.from([(fin ? 0x80 : 0) | (reserved << 4) | opcode]),
    length,
    ...(masked ? [mask] : []),
    body,
  ]);
}

export const UPGRADE_HEADERS = [
  'Host: localhost',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Protocol: graphql-transport-ws',
];

/** Sends frames after an upgrade, and answers the code with which the server closes. Null where it just ends the connection. */
export async function closedBy(
  url: string,
  frames: readonly Frame[],
  headers: readonly string[] = UPGRADE_HEADERS,
): Promise<number | null> {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.write(`GET /graphql HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
  for (const frame of frames) socket.write(frameBytes(frame));
  const received = await readAll(socket);
  return closeCodeIn(received.subarray(received.indexOf('\r\n\r\n') + 4));
}

async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) {
    chunks.push(chunk as Buffer);
    const received = Buffer.concat(chunks);
    if (closeCodeIn(received.subarray(received.indexOf('\r\n\r\n') + 4)) !== null) break;
  }
  socket.destroy();
  return Buffer.concat(chunks);
}

/** Reads frames of a server, which are never masked, up to a close. */
function closeCodeIn(frames: Buffer): number | null {
  let at = 0;
  while (at + 2 <= frames.length) {
    const [first, second] = [frames[at]!, frames[at + 1]!];
    const extended = second === 126 ? 2 : second === 127 ? 8 : 0;
    const start = at + 2 + extended;
    const length =
      extended === 0 ? second : frames.readUIntBE(at + 2 + Math.max(0, extended - 6), Math.min(extended, 6));
    if ((first & 15) === CLOSE && frames.length >= start + 2) return length >= 2 ? frames.readUInt16BE(start) : 1005;
    at = start + length;
  }
  return null;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
