import { type Client, createClient, type SubscribePayload } from 'graphql-ws/client';
import { type AnsweredError, CasegraphError, toCasegraphError } from './casegraph-error.ts';
import type { Credentials } from './credentials.ts';
import { prepareWebSocket, type WebSocketClass } from './web-socket.ts';

export interface ConnectionSink {
  next(data: unknown): void;
  /** Nothing comes any more. */
  end(error: CasegraphError): void;
}

const UNAUTHORIZED = 4401;
const FORBIDDEN = 4403;

/**
 * One WebSocket for all subscriptions of a client, open while there are any. It connects once and tells whoever
 * subscribed when it breaks: each of them knows best from where to go on.
 */
export class Connection {
  readonly #client: Client;
  readonly #credentials: Credentials;
  /** With which it connected last. */
  #token: string | null = null;

  /** @throws TypeError when there is no WebSocket class */
  constructor(url: string, credentials: Credentials, webSocket: WebSocketClass | undefined) {
    this.#credentials = credentials;
    this.#client = createClient({
      url,
      webSocketImpl: prepareWebSocket(webSocket),
      connectionParams: async () => {
        const { token, headers } = await credentials.present();
        this.#token = token;
        return headers;
      },
      retryAttempts: 0,
    });
  }

  /** Answers what ends the subscription. The payload is read anew should the library send it again. */
  subscribe(payload: SubscribePayload, sink: ConnectionSink): () => void {
    return this.#client.subscribe(payload, {
      next: ({ data, errors }) => {
        if (errors?.[0]) sink.end(this.#toError(errors));
        else sink.next(data);
      },
      error: (cause) => sink.end(this.#toError(cause)),
      complete: () => sink.end(new CasegraphError('NETWORK', 'The server ended the subscription.')),
    });
  }

  /** Cuts the WebSocket, without waiting for a server that may be gone; the next who subscribes opens another. */
  drop(): void {
    this.#client.terminate();
  }

  /** GraphQL errors, a close event, or an error of the WebSocket. */
  #toError(cause: unknown): CasegraphError {
    if (cause instanceof CasegraphError) return cause;
    if (Array.isArray(cause)) {
      const error = toCasegraphError(cause[0] as AnsweredError, this.#credentials.renewable);
      if (error.code === 'UNAUTHENTICATED') this.#credentials.refuse(this.#token);
      return error;
    }
    const { code, reason, message } = cause as { code?: unknown; reason?: unknown; message?: unknown };
    if (typeof code !== 'number')
      return new CasegraphError('NETWORK', `The connection failed: ${message || 'no reason given'}`, { cause });
    const text = `The connection was closed with ${code}${reason ? `: ${reason}` : ''}`;
    if (code !== FORBIDDEN && code !== UNAUTHORIZED) return new CasegraphError('NETWORK', text, { cause });
    this.#credentials.refuse(this.#token);
    return new CasegraphError('UNAUTHENTICATED', text, { cause, retryable: this.#credentials.renewable });
  }
}
