import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloseCode } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { RequestError } from '../errors.ts';
import { toClientError } from './client-error.ts';
import { whenExpired } from './token-expiry.ts';
import { createContext, type GraphqlOptions, type RequestFacts, type Yoga } from './yoga.ts';

/** Documents and variables of a subscription are small; helpers come by HTTP. */
const MAX_MESSAGE_BYTES = 256 * 1024;
const PING_EVERY_MS = 12_000;
const INIT_WITHIN_MS = 5_000;
/** For the goodbyes of clients when the server stops; one that is gone would hold it up for half a minute. */
const CLOSE_WITHIN_MS = 3_000;
const SERVICE_RESTART = 1012;

type Extra = Record<PropertyKey, unknown> & { readonly socket: WebSocket; facts?: RequestFacts };

export interface WebSockets {
  /** Closes every socket with 1012, which clients take as "reconnect", and accepts no more. */
  stop(): Promise<void>;
}

/** GraphQL over WebSocket (graphql-transport-ws) at /graphql, on the same server as HTTP. */
export function attachWebSockets(server: Server, yoga: Yoga, options: GraphqlOptions): WebSockets {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  const cleanup = useServer<Record<string, unknown>, Extra>(
    {
      connectionInitWaitTimeout: INIT_WITHIN_MS,
      // False closes with 4403, which clients retry, with a fresh token if they have one.
      onConnect: async ({ connectionParams, extra }) => {
        extra.facts = readConnectionParams(connectionParams ?? {});
        try {
          const { operation } = await createContext(options, extra.facts);
          const { socket } = extra;
          const cancel = whenExpired(operation.identity, () =>
            socket.close(CloseCode.Forbidden, 'The token has expired'),
          );
          socket.once('close', cancel);
          return true;
        } catch (error) {
          if (error instanceof RequestError && error.code === 'UNAVAILABLE')
            extra.socket.close(1013, 'Try again later');
          return false;
        }
      },
      onSubscribe: async ({ extra }, _, payload) => {
        try {
          const context = await createContext(options, extra.facts!);
          const enveloped = yoga.getEnveloped({ ...context, params: payload } as never);
          const document = enveloped.parse(payload.query);
          const errors = enveloped.validate(enveloped.schema, document) as readonly unknown[];
          if (errors.length > 0)
            return errors.map((error) => toClientError(error, context.operation.requestId, options.log));
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
    },
    sockets,
    PING_EVERY_MS,
  );

  // graphql-ws prints what a client did wrong on the console. ws has closed such a socket with the fitting code already.
  sockets.on('connection', (socket) => socket.removeAllListeners('error').on('error', () => undefined));

  const onUpgrade = (request: { url?: string | undefined }, socket: Duplex, head: Buffer) => {
    // Node hands the socket over without a listener, and an error that nobody hears would end the process.
    socket.on('error', () => socket.destroy());
    if (request.url?.split('?', 1)[0] !== '/graphql') {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request as never, socket, head, (ws) => sockets.emit('connection', ws, request));
  };
  server.on('upgrade', onUpgrade);

  return {
    async stop() {
      server.off('upgrade', onUpgrade);
      for (const socket of sockets.clients) socket.close(SERVICE_RESTART, 'The server restarts');
      const timer = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
      }, CLOSE_WITHIN_MS);
      await cleanup.dispose();
      clearTimeout(timer);
    },
  };
}

function readConnectionParams(params: Record<string, unknown>): RequestFacts {
  // Headers are case-insensitive; people write them here as they do there.
  const lower = new Map(Object.entries(params).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    get: (name) => {
      const value = lower.get(name);
      return typeof value === 'string' ? value : null;
    },
  };
}
