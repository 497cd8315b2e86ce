/** One message of the Postgres protocol as the server sends it, header included. */
export interface Frame {
  /** First byte, as 'C' of CommandComplete, 'A' of NotificationResponse. */
  readonly type: string;
  readonly bytes: Buffer;
}

const HEADER_BYTES = 5;
const NOTHING = Buffer.alloc(0);

/** Cuts the bytes a Postgres server sends, from the connection's first one, into messages. Without TLS. */
export class FrameReader {
  #rest: Buffer = NOTHING;
  /** Chunks of a message that is not complete: joined once, however many they are. */
  #waiting: Buffer[] = [];
  #missing = 0;

  /** Whole messages that `chunk` completes; their bytes together are all that came, but for an unfinished one. */
  push(chunk: Buffer): Frame[] {
    if (this.#missing > 0) {
      this.#waiting.push(chunk);
      this.#missing -= chunk.length;
      if (this.#missing > 0) return [];
      this.#rest = Buffer.concat(this.#waiting);
      this.#waiting = [];
      this.#missing = 0;
    } else this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);

    const frames: Frame[] = [];
    let at = 0;
    while (this.#rest.length - at >= HEADER_BYTES) {
      const length = 1 + this.#rest.readUInt32BE(at + 1);
      if (this.#rest.length - at < length) {
        this.#missing = length - (this.#rest.length - at);
        this.#waiting = [this.#rest.subarray(at)];
        at = this.#rest.length;
        break;
      }
      frames.push({ type: String.fromCharCode(this.#rest[at]!), bytes: this.#rest.subarray(at, at + length) });
      at += length;
    }
    this.#rest = at === this.#rest.length ? NOTHING : this.#rest.subarray(at);
    return frames;
  }
}

/** What a CommandComplete message says was done, as "INSERT 0 1" or "COMMIT". */
export function commandTag(frame: Frame): string {
  return frame.bytes.toString('latin1', HEADER_BYTES, frame.bytes.length - 1);
}
