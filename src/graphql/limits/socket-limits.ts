import type { WebSocket } from 'ws';
import { RequestError } from '../../errors.ts';
import type { Limits } from '../../limits.ts';
import { Rates } from './rates.ts';

const SECOND_MS = 1_000;
/** Which clients take for a reason to come again later, and not for ever at once. */
const TRY_AGAIN_LATER = 1013;

/** The operations that one socket has begun lately. */
export function newOperations(limits: Limits): Rates {
  return new Rates(limits.operationsPerSecond, SECOND_MS);
}

/** @throws RequestError RATE_LIMITED when a socket has too much under way, or begins too much at once */
export function assertRoom(limits: Limits, begun: Rates, underWay: number): void {
  const { operationsOfSocket, operationsPerSecond } = limits;
  if (operationsOfSocket > 0 && underWay > operationsOfSocket)
    throw new RequestError(
      'RATE_LIMITED',
      `A socket carries at most ${operationsOfSocket} operations at once. End some, or open another socket.`,
    );
  const retryAfterS = begun.take('', 1)?.retryAfterS ?? 0;
  if (retryAfterS > 0)
    throw new RequestError(
      'RATE_LIMITED',
      `A socket begins at most ${operationsPerSecond} operations in a second. Wait a second, then go on.`,
      null,
      { retryAfterS },
    );
}

/** Ends a socket that sends more than any client has reason to. */
export function limitMessages(socket: WebSocket, { messagesPerSecond }: Limits): void {
  if (messagesPerSecond === 0) return;
  const rate = new Rates(messagesPerSecond, SECOND_MS);
  const count = () => {
    if (rate.take('', 1)!.retryAfterS === 0) return;
    socket.off('message', count);
    socket.close(TRY_AGAIN_LATER, `More than ${messagesPerSecond} messages in a second`);
  };
  socket.on('message', count);
}
