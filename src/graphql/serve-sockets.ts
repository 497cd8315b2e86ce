import type { IncomingMessage } from 'node:http';
import { CloseCode, type ConnectionInitMessage, handleProtocols, makeServer, type ServerOptions } from 'graphql-ws';
import type { RawData, WebSocket, WebSocketServer } from 'ws';
import { nestsDeeperThan } from '../json/json-nesting.ts';
import { describeError, type Logger } from '../log.ts';
import { OperationTurns } from './operation-turns.ts';
import { Outbox } from './outbox.ts';

/** What the protocol leaves for the reason of a close, in bytes. ws throws where there are more. */
const MAX_REASON_BYTES = 123;
const GOING_AWAY = 1001;
/** More than a helper has that is kept, and than what stands around it. What is written back, as a pong is, recurses. */
const MAX_NESTING = 200;
/** Messages that only a server sends. */
const SERVERS_MESSAGES: ReadonlySet<unknown> = new Set(['connection_ack', 'next', 'error']);

/**
 * Binds graphql-ws to the sockets of ws. Its own binding tells clients and the console what went wrong inside, and takes for
 * an error of ours what a client should not have sent.
 */
export function serveSockets<Params extends ConnectionInitMessage['payload'], Extra>(
  behaviour: ServerOptions<Params, Extra>,
  sockets: WebSocketServer,
  options: { readonly pingEveryMs: number; readonly log: Logger },
): { /** Takes no more, and resolves when all have gone. */ end(): Promise<void> } {
  const protocol = makeServer(behaviour);
  const fail = (error: unknown) => options.log.error({ error: describeError(error) }, 'a socket failed');
  sockets.options.handleProtocols = handleProtocols;
  sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    // ws closes such a socket with the fitting code by itself.
    socket.on('error', () => undefined);
    endSilent(socket, options.pingEveryMs);
    const outbox = new Outbox(socket, request.socket);
    const close = (code?: number, reason?: string) => {
      outbox.flush();
      socket.close(code, shorten(reason ?? ''));
    };
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (data) => outbox.send(data),
        close,
        onMessage: (handle) => {
          const turns = new OperationTurns(() => socket.readyState === socket.OPEN);
          socket.on('message', (data, isBinary) => {
            const message = isBinary ? null : readMessage(data);
            if (!message) return close(CloseCode.BadRequest, 'Invalid message received');
            // It takes what has been parsed already.
            turns
              .take(message, () => handle(message as never))
              .catch((error: unknown) => {
                options.log.error({ error: describeError(error) }, 'a message of a socket failed');
                close(CloseCode.InternalServerError, 'Internal server error');
              });
          });
        },
      },
      { socket, request } as Extra,
    );
    socket.once('close', (code, reason) => void closed(code, String(reason)).catch(fail));
  });
  return {
    end() {
      for (const socket of sockets.clients) socket.close(GOING_AWAY, 'Going away');
      sockets.removeAllListeners();
      return new Promise((resolve) => sockets.close(() => resolve()));
    },
  };
}

interface Message {
  readonly type?: unknown;
  readonly id?: unknown;
}

/** Null for what is no message of a client; whether it is a good one is for graphql-ws to say. */
function readMessage(data: RawData): Message | null {
  const text = String(data);
  if (nestsDeeperThan(text, MAX_NESTING)) return null;
  try {
    const message: unknown = JSON.parse(text);
    if (typeof message !== 'object' || message === null) return null;
    return SERVERS_MESSAGES.has((message as Message).type) ? null : message;
  } catch {
    return null;
  }
}

/** Ends a socket whose client does not answer from one ping to the next. */
function endSilent(socket: WebSocket, pingEveryMs: number): void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, pingEveryMs);
  socket.once('close', () => clearInterval(timer));
}

function shorten(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= MAX_REASON_BYTES) return reason;
  // A character cut in half would not be text.
  return new TextDecoder().decode(bytes.subarray(0, MAX_REASON_BYTES - 3), { stream: true });
}
