// For programs that have a GraphQL client already: a client of graphql-ws that loses nothing over broken connections.
import { type Client, createClient, type Sink, type SubscribePayload } from 'graphql-ws/client';
import { DEFAULT_TIMING, retryDelayMs, type Timing } from './timing.ts';
import { prepareWebSocket, type WebSocketClass } from './web-socket.ts';

export interface ResumingClientOptions {
  /** As wss://casegraph.example.com/graphql. */
  readonly url: string;
  /** Asked for each connection, so that tokens may expire. */
  readonly connectionParams: () => Record<string, unknown> | Promise<Record<string, unknown>>;
  /** In Node before 22: the WebSocket of the package ws. */
  readonly webSocketImpl?: WebSocketClass;
  readonly timing?: Partial<Timing>;
}

const PING_EVERY_MS = 12_000;

/**
 * A client of graphql-ws for Apollo Client, urql and others that take one. It connects again for ever, notices when the
 * server has gone silent, and subscribes again from the last event: for that the documents call their variables `after`
 * and `afterVersion`, and select `cursor`, of a case `version` and `currentVersion`. Holds for `subscribe`, not `iterate`.
 */
export function createResumingClient(options: ResumingClientOptions): Client {
  const timing: Timing = { ...DEFAULT_TIMING, ...options.timing };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const expectWithin = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => client.terminate(), ms);
  };
  const client = createClient({
    url: options.url,
    connectionParams: options.connectionParams,
    webSocketImpl: prepareWebSocket(options.webSocketImpl),
    retryAttempts: Number.POSITIVE_INFINITY,
    // Unless told so, the library takes a connection that could not be made for the end.
    shouldRetry: () => true,
    retryWait: (retries) => new Promise((resolve) => setTimeout(resolve, retryDelayMs(retries, timing))),
    keepAlive: PING_EVERY_MS,
    on: {
      connecting: () => expectWithin(timing.subscribeWithinMs),
      message: () => expectWithin(timing.silentAfterMs),
      closed: () => clearTimeout(timer),
    },
  });
  return { ...client, subscribe: (payload, sink) => subscribeResuming(client, payload, sink as Sink<never>) };
}

/** What says in an event of `feed` or `caseHelperChanged` from where to go on. */
interface Position {
  readonly __typename?: string;
  readonly cursor?: string;
  readonly version?: number | null;
  readonly currentVersion?: number | null;
}

function subscribeResuming(client: Client, payload: SubscribePayload, sink: Sink<never>): () => void {
  // The library sends this object again when it connects again, and reads it then.
  const variables: Record<string, unknown> = { ...payload.variables };
  return client.subscribe(
    { ...payload, variables },
    {
      next: (result) => {
        for (const event of Object.values(result.data ?? {})) moveOn(variables, event as Position);
        sink.next(result as never);
      },
      error: (error) => sink.error(error),
      complete: () => sink.complete(),
    },
  );
}

function moveOn(variables: Record<string, unknown>, event: Position | null): void {
  if (typeof event !== 'object' || event === null) return;
  const { __typename, cursor, version, currentVersion } = event;
  // FeedReady says where the server is. Whoever asked for what came before has yet to be sent that.
  const isAsked = (name: string) => __typename === 'FeedReady' && variables[name] != null;
  if (cursor !== undefined && !isAsked('after')) variables.after = cursor;
  const reached = version ?? currentVersion;
  if (reached != null && !isAsked('afterVersion')) variables.afterVersion = reached;
}
