// The process of L01's clients: a thousand sockets that speak graphql-transport-ws themselves, so that what is measured is
// the server and not them.
import { WebSocket } from 'ws';
import { versionsDocument } from '../load/subscription-documents.ts';

export interface ClientsTask {
  /** Of the server itself. */
  readonly url: string;
  readonly tokens: readonly string[];
  readonly socketsEach: number;
  readonly caseId: string;
}

/** What was saved, by the database's clock, in milliseconds. */
export type SavedVersions = readonly { readonly version: number; readonly savedAt: number }[];

export interface ClientsReport {
  readonly sockets: number;
  readonly closed: number;
  readonly deliveries: number;
  /** Times a socket got another version than the one after its last. */
  readonly gaps: number;
  /** Milliseconds from save to arrival. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Sockets that connect at the same moment. */
const AT_ONCE = 25;

const versions: number[] = [];
const arrivedAt: number[] = [];
let connected = 0;
let closed = 0;
let gaps = 0;

async function connectAll(task: ClientsTask): Promise<void> {
  const tokens = task.tokens.flatMap((token) => Array.from({ length: task.socketsEach }, () => token));
  for (let from = 0; from < tokens.length; from += AT_ONCE)
    await Promise.all(tokens.slice(from, from + AT_ONCE).map((token) => connect(task, token)));
}

/** Resolves when the subscription is ready. */
function connect(task: ClientsTask, token: string): Promise<void> {
  const socket = new WebSocket(`${task.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    perMessageDeflate: false,
  });
  const send = (message: object) => socket.send(JSON.stringify(message));
  let last = 0;
  socket.on('error', () => undefined);
  socket.on('close', () => closed++);
  socket.on('open', () => send({ type: 'connection_init', payload: { Authorization: `Bearer ${token}` } }));
  return new Promise((resolve) => {
    socket.on('message', (data) => {
      const { type, payload } = JSON.parse(String(data));
      if (type === 'ping') send({ type: 'pong' });
      if (type === 'connection_ack') {
        const query = versionsDocument('bare');
        send({ type: 'subscribe', id: '1', payload: { query, variables: { caseId: task.caseId, policy: 'ALL' } } });
      }
      const event = type === 'next' ? payload.data?.event : null;
      if (event?.__typename === 'FeedReady') {
        last = event.currentVersion;
        connected++;
        resolve();
      }
      if (event?.__typename !== 'HelperVersionSaved') return;
      if (event.version !== last + 1) gaps++;
      last = event.version;
      versions.push(event.version);
      arrivedAt.push(Date.now());
    });
  });
}

function report(saved: SavedVersions): ClientsReport {
  const savedAt = new Map(saved.map((one) => [one.version, one.savedAt]));
  const lags = Float64Array.from(arrivedAt, (at, index) => Math.round(at - savedAt.get(versions[index]!)!)).sort();
  const share = (of: number) => lags[Math.min(lags.length - 1, Math.floor(of * lags.length))] ?? -1;
  return {
    sockets: connected,
    closed,
    deliveries: lags.length,
    gaps,
    p50: share(0.5),
    p99: share(0.99),
    max: share(1),
  };
}

process.on('message', async (message: ClientsTask | SavedVersions) => {
  if ('url' in message) {
    await connectAll(message);
    process.send!('connected');
  } else process.send!(report(message));
});
