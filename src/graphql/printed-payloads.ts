import { type ByteString, bytesOf } from '../db/byte-string.ts';

/** Nobody outside the process knows it, so no text of a case can pass for the place of a payload. */
const MARK = `payload:${crypto.randomUUID()}`;
const PLACE = JSON.stringify(MARK);

let waiting: readonly ByteString[] | null = null;

/**
 * Results, in UTF-8, as the payload of what graphql-ws takes for one message: it turns that into JSON and sends it in the same
 * turn, and there it becomes a message for each result. So a result that goes to many sockets is turned into JSON once,
 * and results that are there together pass through graphql-ws together.
 */
export class PrintedPayloads {
  constructor(private readonly payloads: readonly ByteString[]) {}

  toJSON(): string {
    waiting = this.payloads;
    return MARK;
  }
}

/** The messages that stand in one which graphql-ws has just turned into JSON. */
export function messagesIn(data: string): readonly ByteString[] {
  const payloads = waiting;
  waiting = null;
  const at = payloads === null ? -1 : data.indexOf(PLACE);
  if (payloads === null || at < 0) return [bytesOf(data)];
  const head = bytesOf(data.slice(0, at));
  const tail = bytesOf(data.slice(at + PLACE.length));
  return payloads.map((payload) => (head + payload + tail) as ByteString);
}
