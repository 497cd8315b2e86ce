import type { Socket } from 'node:net';
import { commandTag, type Frame, FrameReader } from './postgres-frames.ts';
import type { Random } from './random.ts';

/** The faults of one proxy; all its connections look at the same ones. */
export interface ProxyFaults {
  readonly random: Random;
  readonly protocol: 'postgres' | 'any';
  toServer: boolean;
  toClient: boolean;
  latencyMs: number;
  jitterMs: number;
  /** From the server to the client; 0 for as much as there is. */
  bytesPerS: number;
  cutChance: number;
  dropNotifications: boolean;
  readonly counts: { cuts: number; resets: number; droppedNotifications: number };
}

/** A client's socket and the one to the server, with the faults between. Bytes wait in the kernel, not here. */
export class ProxiedConnection {
  readonly ended: Promise<void>;
  readonly #faults: ProxyFaults;
  readonly #client: Socket;
  readonly #connect: () => Socket;
  readonly #frames = new FrameReader();
  #server: Socket | null = null;
  #wrote = false;
  #cut = false;
  #tellEnded!: () => void;

  constructor(faults: ProxyFaults, client: Socket, connect: () => Socket) {
    this.#faults = faults;
    this.#client = client;
    this.#connect = connect;
    this.ended = new Promise((resolve) => {
      this.#tellEnded = resolve;
    });
    client.setNoDelay(true).on('error', () => undefined);
    client.once('close', (hadError) => {
      if (hadError) this.#server?.destroy();
      else this.#server?.end();
      this.#tellEnded();
    });
    client.pause();
    this.flow();
  }

  /** Lets through what the faults let through now. A connection taken in a black hole reaches the server after it. */
  flow(): void {
    const { toServer, toClient } = this.#faults;
    if (!this.#server && (toServer || toClient) && !this.#client.destroyed) this.#join();
    if (!this.#server) return;
    if (toServer) this.#client.resume();
    else this.#client.pause();
    if (toClient) this.#server.resume();
    else this.#server.pause();
  }

  reset(): void {
    this.#faults.counts.resets++;
    this.#client.resetAndDestroy();
    this.#server?.resetAndDestroy();
  }

  destroy(): void {
    this.#client.destroy();
    this.#server?.destroy();
  }

  #join(): void {
    const server = this.#connect().setNoDelay(true);
    this.#server = server;
    server.on('error', () => this.#client.resetAndDestroy());
    server.once('end', () => this.#afterLatency(() => this.#cut || this.#client.end()));
    this.#pass(
      this.#client,
      server,
      () => this.#faults.toServer,
      (chunk) => chunk,
    );
    this.#pass(
      server,
      this.#client,
      () => this.#faults.toClient,
      (chunk) => this.#fromServer(chunk),
    );
    server.on('data', (chunk) => this.#throttle(server, chunk.length));
  }

  /** What came is passed on, and no more is taken for as long as it should have needed. */
  #throttle(server: Socket, bytes: number): void {
    const { bytesPerS } = this.#faults;
    if (bytesPerS === 0) return;
    server.pause();
    setTimeout(() => this.#faults.toClient && server.resume(), (bytes / bytesPerS) * 1000).unref();
  }

  /** A goodbye comes after what was said before it. */
  #afterLatency(act: () => void): void {
    const { latencyMs, jitterMs } = this.#faults;
    if (latencyMs === 0) act();
    else setTimeout(act, latencyMs + jitterMs);
  }

  #pass(from: Socket, to: Socket, mayFlow: () => boolean, alter: (chunk: Buffer) => Buffer | null): void {
    let lastDueAt = 0;
    // In order, however the waits differ and whichever timer is first.
    const held: Buffer[] = [];
    const write = (chunk: Buffer) => {
      if (to.destroyed || to.write(chunk)) return;
      from.pause();
      to.once('drain', () => void (mayFlow() && from.resume()));
    };
    from.on('data', (received) => {
      const chunk = alter(received);
      if (!chunk || chunk.length === 0) return;
      const { latencyMs, jitterMs, random } = this.#faults;
      const now = performance.now();
      if (latencyMs === 0 && held.length === 0) {
        write(chunk);
        return;
      }
      lastDueAt = Math.max(lastDueAt, now + latencyMs + jitterMs * random.next());
      held.push(chunk);
      setTimeout(() => write(held.shift()!), lastDueAt - now);
    });
  }

  /** What of a chunk the client gets; null for nothing. */
  #fromServer(chunk: Buffer): Buffer | null {
    if (this.#faults.protocol === 'any') return chunk;
    const kept: Buffer[] = [];
    for (const frame of this.#frames.push(chunk)) {
      if (this.#cut) return null;
      if (frame.type === 'A' && this.#faults.dropNotifications) {
        this.#faults.counts.droppedNotifications++;
        continue;
      }
      if (frame.type === 'C' && this.#isCommitToCut(frame)) {
        this.#faults.counts.cuts++;
        this.#cut = true;
        this.#client.resetAndDestroy();
        return null;
      }
      kept.push(frame.bytes);
    }
    return Buffer.concat(kept);
  }

  /** The server has committed when it says so: what is cut off here is the answer alone. */
  #isCommitToCut(frame: Frame): boolean {
    const tag = commandTag(frame);
    if (tag === 'BEGIN' || tag === 'ROLLBACK') this.#wrote = false;
    else if (/^(INSERT 0|UPDATE|DELETE) [1-9]/.test(tag)) this.#wrote = true;
    return tag === 'COMMIT' && this.#wrote && this.#faults.random.chance(this.#faults.cutChance);
  }
}
