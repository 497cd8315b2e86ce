import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * One keep-alive connection that sends a request at a time. Bare, since the load shares the machine's cores with what it
 * measures: a client library costs as much as the floor's server does.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #head: string;
  #received: Buffer[] = [];
  #size = 0;
  /** Bytes that the answer has at least; 0 while its head is not known. */
  #wanted = 0;
  #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | null = null;

  private constructor(socket: Socket, host: string, token: string) {
    this.#socket = socket;
    this.#head = ` HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: `;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('The server closed the connection.')));
  }

  static open(port: number, token: string): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Connection(socket, `127.0.0.1:${port}`, token));
      });
    });
  }

  /** The bytes of a request, to be kept where it is sent often. */
  encode(path: string, body: string): Buffer {
    return Buffer.from(`POST ${path}${this.#head}${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  send(request: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      // A server closes what has been idle for a while; what is written then is answered by nobody.
      if (this.#socket.destroyed) return reject(new Error('The server has closed the connection.'));
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#received.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#wanted) return;
    const all = this.#received.length === 1 ? chunk : Buffer.concat(this.#received);
    this.#received = [all];
    const found = readAnswer(all);
    if (typeof found === 'number') {
      this.#wanted = found;
      return;
    }
    this.#received = [];
    this.#size = 0;
    this.#wanted = 0;
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve(found);
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = null;
  }
}

/** The answer, or how many bytes have to be there before it is worth looking again. */
function readAnswer(all: Buffer): Answer | number {
  const headEnd = all.indexOf(HEAD_END);
  if (headEnd < 0) return all.length + 1;
  const head = all.toString('latin1', 0, headEnd);
  const from = headEnd + HEAD_END.length;
  const status = Number(head.slice(9, 12));
  const length = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (length) {
    const until = from + Number(length[1]);
    return all.length < until ? until : { status, body: all.subarray(from, until) };
  }
  return readChunks(all, from, status);
}

function readChunks(all: Buffer, from: number, status: number): Answer | number {
  const parts: Buffer[] = [];
  for (let at = from; ; ) {
    const lineEnd = all.indexOf('\r\n', at);
    if (lineEnd < 0) return all.length + 1;
    const size = Number.parseInt(all.toString('latin1', at, lineEnd), 16);
    const until = lineEnd + 2 + size + 2;
    if (all.length < until) return until;
    if (size === 0) return { status, body: Buffer.concat(parts) };
    parts.push(all.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = until;
  }
}
