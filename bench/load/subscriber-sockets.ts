// The subscribers, a process of its own: sockets that speak graphql-transport-ws themselves and read no more of an event than
// its version, since they share the machine's cores with the server that is measured.
import { WebSocket } from 'ws';
import { CaseHelperChangedDocument } from '../../src/client/generated/operations.ts';
import type { Arrivals, SubscribersAnswer, SubscribersTask, Subscription } from './subscribers.ts';

/** Sockets that connect at the same moment. */
const AT_ONCE = 25;
/** Of the first field of this name: that of the event itself, which stands before what it is of. */
const VERSION = Buffer.from('"version":');
const DIGIT_0 = 48;
const DIGIT_9 = 57;

/** When each socket was sent a version, by the clock of the machine, in milliseconds. */
const arrivals = new Map<number, Float64Array>();
let sockets = 0;
let firstVersion = 0;
let events = 0;
let arrivedAt = 0;
let failure: Error | null = null;
let waiting: { events: number; resolve: () => void; reject: (error: Error) => void } | null = null;

process.on('message', (task: SubscribersTask) => {
  const answer = (message: SubscribersAnswer) => process.send!(message);
  const done = task.kind === 'open' ? openAll(task.subscription) : collect(task.upToVersion, task.withinMs);
  done.then(
    (result) => answer({ result }),
    (error: Error) => answer({ error: error.message }),
  );
});

async function openAll(subscription: Subscription): Promise<Arrivals> {
  sockets = subscription.sockets;
  firstVersion = subscription.afterVersion + 1;
  for (let from = 0; from < sockets; from += AT_ONCE)
    await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, sockets - from) }, (_, index) => open(subscription, from + index)),
    );
  return { byVersion: new Map(), lastAt: Date.now() };
}

/** Resolves when its subscription is ready. */
function open({ port, tokens, caseId, afterVersion }: Subscription, index: number): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', {
    perMessageDeflate: false,
    skipUTF8Validation: true,
  });
  const send = (message: object) => socket.send(JSON.stringify(message));
  let last = afterVersion;
  socket.on('error', (error) => fail(error));
  socket.on('close', (code, reason) => fail(new Error(`socket ${index} was closed: ${code} ${reason}`)));
  socket.on('open', () => {
    const Authorization = `Bearer ${tokens[index % tokens.length]}`;
    send({ type: 'connection_init', payload: { Authorization } });
  });
  return new Promise((resolve, reject) => {
    socket.once('close', () => reject(failure));
    socket.on('message', (data: Buffer) => {
      const version = versionIn(data);
      if (version !== null) {
        if (version !== last + 1) fail(new Error(`socket ${index} was sent version ${version} after ${last}`));
        last = version;
        arrive(version, index);
        return;
      }
      const { type, payload } = JSON.parse(String(data));
      const event = payload?.data?.caseHelperChanged?.__typename;
      if (type === 'ping') send({ type: 'pong' });
      else if (type === 'connection_ack') {
        const query = String(CaseHelperChangedDocument);
        const variables = { caseId, afterVersion, policy: 'ALL' };
        send({ type: 'subscribe', id: '1', payload: { query, variables } });
      } else if (event === 'FeedReady') resolve();
      else if (event !== 'FeedHeartbeat') fail(new Error(`socket ${index} was sent ${String(data).slice(0, 500)}`));
    });
  });
}

function versionIn(data: Buffer): number | null {
  const found = data.indexOf(VERSION);
  if (found < 0) return null;
  let version = 0;
  for (let at = found + VERSION.length; data[at]! >= DIGIT_0 && data[at]! <= DIGIT_9; at++)
    version = version * 10 + data[at]! - DIGIT_0;
  return version;
}

function arrive(version: number, index: number): void {
  let ofVersion = arrivals.get(version);
  if (!ofVersion) {
    ofVersion = new Float64Array(sockets);
    arrivals.set(version, ofVersion);
  }
  arrivedAt = Date.now();
  ofVersion[index] = arrivedAt;
  events++;
  if (waiting && events >= waiting.events) waiting.resolve();
}

/** Resolves when every socket has been sent every version up to this one: each in its turn, so that counting will do. */
async function collect(upToVersion: number, withinMs: number): Promise<Arrivals> {
  const expected = (upToVersion + 1 - firstVersion) * sockets;
  if (failure) throw failure;
  if (events < expected)
    await new Promise<void>((resolve, reject) => {
      const late = () => reject(new Error(`${events} of ${expected} events arrived within ${withinMs / 1000} s`));
      const timer = setTimeout(late, withinMs);
      const settle = (settled: () => void) => {
        clearTimeout(timer);
        waiting = null;
        settled();
      };
      waiting = {
        events: expected,
        resolve: () => settle(resolve),
        reject: (error) => settle(() => reject(error)),
      };
    });
  const collected = { byVersion: new Map(arrivals), lastAt: arrivedAt };
  arrivals.clear();
  return collected;
}

/** A socket that misses anything fails the whole measurement. */
function fail(error: Error): void {
  failure ??= error;
  waiting?.reject(failure);
}
