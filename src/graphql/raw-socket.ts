import type { ExecutionResult } from 'graphql';
import { WebSocket } from 'ws';
import { limitAnswer, printResult } from './print-result.ts';

/** Nobody outside the process knows it, so no text of a case can pass for the place of a payload. */
const MARK = `payload:${crypto.randomUUID()}`;

let waiting: string | null = null;

/**
 * A result as the payload of a message: graphql-ws turns the message into JSON and sends it in the same turn, and there
 * the payload's text takes its place. So a result that goes to many sockets is turned into JSON once.
 */
export class PrintedPayload {
  constructor(
    private readonly result: ExecutionResult,
    private readonly maxBytes: number,
    private readonly requestId: string,
  ) {}

  toJSON(): string {
    waiting = limitAnswer(printResult(this.result), this.maxBytes, this.requestId);
    return MARK;
  }
}

/** A server's side of a WebSocket that puts printed payloads in their places. */
export class RawSocket extends WebSocket {
  // biome-ignore lint/suspicious/noExplicitAny: the overloads of ws
  override send(data: any, ...rest: any[]): void {
    const payload = waiting;
    waiting = null;
    if (payload !== null && typeof data === 'string') data = data.replace(`"${MARK}"`, () => payload);
    super.send(data, ...(rest as [never]));
  }
}
