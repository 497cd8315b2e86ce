import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { type ExecutionResult, getOperationAST } from 'graphql';
import { CloseCode } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { RequestError } from '../errors.ts';
import { toClientError, toShownError } from './client-error.ts';
import { takeReadyResults } from './event-results.ts';
import { KeyWatch } from './key-watch.ts';
import { addressHolder } from './limits/client-address.ts';
import { holderOf } from './limits/guard.ts';
import { assertRoom, limitMessages, newOperations } from './limits/socket-limits.ts';
import { printLimitedBytes } from './print-result.ts';
import { PrintedPayloads } from './printed-payloads.ts';
import { serveSockets } from './serve-sockets.ts';
import { whenExpired } from './token-expiry.ts';
import { createContext, type GraphqlOptions, type RequestFacts, type UserContext, type Yoga } from './yoga.ts';

const PING_EVERY_MS = 12_000;
/** How often a socket that is to close is looked at for an answer that it still has to carry. */
const ANSWERED_EVERY_MS = 20;
/** For the goodbyes of clients when the server stops; one that is gone would hold it up for half a minute. */
const CLOSE_WITHIN_MS = 3_000;
const SERVICE_RESTART = 1012;
const TRY_AGAIN_LATER = 1013;
const CLOSED_AT_A_TIME = 100;
const CLOSE_PAUSE_MS = 100;

type Extra = Record<PropertyKey, unknown> & {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  facts?: RequestFacts;
  begun?: ReturnType<typeof newOperations>;
};

export interface SocketOptions extends GraphqlOptions {
  /** Origins of pages that may connect; null for all. What is no page sends none, and may. */
  readonly socketOrigins: readonly string[] | null;
}

export interface WebSockets {
  /**
   * Closes every socket with 1012, which clients take as "reconnect", and accepts no more. What a socket has asked for is
   * answered before, within `withinMs`; what it sends after that is never carried out.
   */
  stop(withinMs: number): Promise<void>;
  readonly count: number;
}

/** Operations under way on a socket by their ids: null for what has one answer, which is still to come. */
type Underway = Readonly<Record<string, unknown>>;

/** GraphQL over WebSocket (graphql-transport-ws) at /graphql, on the same server as HTTP. */
export function attachWebSockets(server: Server, yoga: Yoga, options: SocketOptions): WebSockets {
  const { guard } = options;
  const { limits } = guard;
  const keys = new KeyWatch(options);
  const underway = new WeakMap<WebSocket, Underway>();
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    perMessageDeflate: false,
  });
  const served = serveSockets<Record<string, unknown>, Extra>(
    {
      connectionInitWaitTimeout: limits.socketInitMs,
      // False closes with 4403, which clients retry, with a fresh token if they have one.
      onConnect: async ({ connectionParams, extra, subscriptions }) => {
        underway.set(extra.socket, subscriptions);
        extra.facts = readConnectionParams(connectionParams ?? {}, extra.request);
        extra.begun = newOperations(limits);
        try {
          const { operation } = await createContext(options, extra.facts);
          const { socket } = extra;
          const { identity } = operation;
          const giveBack = guard.socketsOfCaller.take(
            identity ? holderOf(identity) : addressHolder(options.addressOf(extra.request)),
          );
          if (!giveBack) {
            // Clients take this code for a reason to try again later, and not for ever at once.
            socket.close(TRY_AGAIN_LATER, 'Too many sockets of yours are open');
            return false;
          }
          socket.once('close', giveBack);
          if (socket.readyState !== socket.OPEN) giveBack();
          const cancel =
            identity?.kind === 'API_KEY'
              ? keys.whenEnded(identity, () => socket.close(CloseCode.Forbidden, 'The API key is revoked or expired'))
              : whenExpired(identity, () => socket.close(CloseCode.Forbidden, 'The token has expired'));
          socket.once('close', cancel);
          if (socket.readyState !== socket.OPEN) cancel();
          return true;
        } catch (error) {
          if (error instanceof RequestError && (error.code === 'UNAVAILABLE' || error.code === 'RATE_LIMITED'))
            extra.socket.close(TRY_AGAIN_LATER, 'Try again later');
          if (error instanceof RequestError && error.code === 'FORBIDDEN')
            extra.socket.close(CloseCode.Forbidden, 'Service keys and tokens are for servers, not for browsers');
          return false;
        }
      },
      onSubscribe: async ({ extra, subscriptions }, _, payload) => {
        try {
          assertRoom(limits, extra.begun!, Object.keys(subscriptions).length);
          const context = await createContext(options, extra.facts!, {
            cutOff: () => extra.socket.close(TRY_AGAIN_LATER, 'Too far behind; connect again and resume'),
          });
          const enveloped = yoga.getEnveloped({ ...context, params: payload } as never);
          const document = enveloped.parse(guard.persisted.textOf(payload));
          const errors = enveloped.validate(enveloped.schema, document) as readonly unknown[];
          if (errors.length > 0)
            return errors.map((error) => toClientError(error, context.operation.requestId, options.log));
          if (!getOperationAST(document, payload.operationName))
            throw new RequestError(
              'VALIDATION_FAILED',
              'Name one of the operations of the document in operationName.',
              ['operationName'],
            );
          return {
            schema: enveloped.schema,
            operationName: payload.operationName,
            document,
            variableValues: payload.variables,
            contextValue: await enveloped.contextFactory(),
            execute: enveloped.execute,
            subscribe: enveloped.subscribe,
          } as never;
        } catch (error) {
          return [toClientError(error, randomUUID(), options.log)];
        }
      },
      execute: (args: unknown) => (args as { execute: (args: unknown) => never }).execute(args),
      subscribe: (args: unknown) => (args as { subscribe: (args: unknown) => never }).subscribe(args),
      onError: (_, __, ___, errors) => {
        // graphql-ws has words of its own for an operationName that is not in the document.
        const { code = 'VALIDATION_FAILED', requestId = null } = errors[0]?.extensions ?? {};
        options.observer.refused('ws', requestId as string | null, String(code));
        return errors.map(toShownError);
      },
      onNext: (_, __, ___, { contextValue }, result) => {
        const { operation } = contextValue as UserContext;
        const results = [result as ExecutionResult, ...takeReadyResults(operation)];
        const print = (each: ExecutionResult) => printLimitedBytes(each, limits.responseBytes, operation.requestId);
        return new PrintedPayloads(results.map(print)) as never;
      },
    },
    sockets,
    { pingEveryMs: PING_EVERY_MS, log: options.log },
  );

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Node hands the socket over without a listener, and an error that nobody hears would end the process.
    socket.on('error', () => socket.destroy());
    const refuse = (status: string) => void socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
    if (request.url?.split('?', 1)[0] !== '/graphql') return refuse('404 Not Found');
    const { origin } = request.headers;
    if (origin && options.socketOrigins && !options.socketOrigins.includes(origin)) return refuse('403 Forbidden');
    const place = guard.sockets.take('all');
    if (!place) return refuse('503 Service Unavailable\r\nRetry-After: 10');
    socket.once('close', place);
    const placeOfAddress = guard.socketsOfAddress.take(addressHolder(options.addressOf(request)));
    if (!placeOfAddress) return refuse('429 Too Many Requests\r\nRetry-After: 10');
    socket.once('close', placeOfAddress);
    sockets.handleUpgrade(request, socket, head, (ws) => {
      limitMessages(ws, limits);
      sockets.emit('connection', ws, request);
    });
  };
  server.on('upgrade', onUpgrade);

  return {
    get count() {
      return sockets.clients.size;
    },
    async stop(withinMs) {
      server.off('upgrade', onUpgrade);
      await closeSpread([...sockets.clients], underway, withinMs);
      const timer = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
      }, CLOSE_WITHIN_MS);
      await served.end();
      clearTimeout(timer);
    },
  };
}

/** Some at a time: all at once, their clients would be at the next server's door in the same moment. */
async function closeSpread(
  sockets: readonly WebSocket[],
  underway: WeakMap<WebSocket, Underway>,
  withinMs: number,
): Promise<void> {
  const closing: Promise<void>[] = [];
  for (const [index, socket] of sockets.entries()) {
    if (index > 0 && index % CLOSED_AT_A_TIME === 0) await wait(CLOSE_PAUSE_MS);
    closing.push(closeAnswered(socket, underway.get(socket) ?? {}, withinMs));
  }
  await Promise.all(closing);
}

/** Nothing more is read, what has been read is answered, and then the socket closes: so no write happens without its answer. */
async function closeAnswered(socket: WebSocket, operations: Underway, withinMs: number): Promise<void> {
  socket.pause();
  const deadline = performance.now() + withinMs;
  while (Object.values(operations).includes(null) && performance.now() < deadline) await wait(ANSWERED_EVERY_MS);
  // What arrived meanwhile comes up only now, and an answer to it could not be sent any more.
  socket.removeAllListeners('message');
  socket.close(SERVICE_RESTART, 'The server restarts');
  socket.resume();
}

function readConnectionParams(params: Record<string, unknown>, request: IncomingMessage): RequestFacts {
  // Headers are case-insensitive; people write them here as they do there.
  const lower = new Map(Object.entries(params).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    get: (name) => {
      // What the browser says of itself, and not what the page says.
      const value = name === 'origin' || name === 'sec-fetch-site' ? request.headers[name] : lower.get(name);
      return typeof value === 'string' ? value : null;
    },
    request,
    response: null,
  };
}
