import { SocketClient } from '../socket-client.ts';
import { type BadInput, CANARY } from './bad-input.ts';

// Messages of a WebSocket: out of order, out of shape, too large, too many.

/** Says these, and hears what comes until the server has read them all or has closed the socket. */
export function converse(messages: readonly unknown[], as: 'member' | 'nobody' = 'member'): BadInput['send'] {
  return async (to) => {
    const client = as === 'member' ? await SocketClient.open(to.member) : await SocketClient.connect(to.url);
    try {
      for (const message of messages) {
        if (typeof message === 'string' || message instanceof Buffer)
          client.raw(message, { binary: message instanceof Buffer });
        else client.say(message);
      }
      // Who it is takes a while to find out: longer than to answer a ping.
      const greeted = as === 'nobody' && messages.some(isGreeting) ? [await client.next()] : [];
      const isOver = greeted.some((item) => 'code' in item);
      const heard = isOver ? greeted : [...greeted, ...(await client.heardByNow())];
      return {
        status: null,
        text: heard
          .map((item) => ('code' in item ? `closed ${item.code} ${item.reason}` : JSON.stringify(item)))
          .join('\n'),
      };
    } finally {
      client.socket.terminate();
    }
  };
}

function isGreeting(message: unknown): boolean {
  return (message as { type?: unknown } | null)?.type === 'connection_init';
}

const subscribe = (query: string, more: object = {}, id = '1') => ({
  id,
  type: 'subscribe',
  payload: { query, ...more },
});
const FEED = 'subscription { feed { __typename } }';
const WRITE = 'mutation { caseUpsert(input: { plate: "x" }) { ok userErrors { code message } } }';

const MESSAGES: Record<string, unknown> = {
  'an empty message': '',
  'no JSON': '{"type":',
  'JSON of another shape': '[1,2,3]',
  'a number': '1',
  'a text': '"subscribe"',
  null: 'null',
  'a type there is not': { type: 'start' },
  'the type __proto__': '{"type":"__proto__"}',
  'a type that is an object': { type: { toString: 'ping' } },
  '__proto__ in a message': '{"__proto__":{"type":"ping"},"type":"ping","payload":{"__proto__":{"polluted":1}}}',
  'binary nonsense': Buffer.from([1, 2, 3, 255]),
  'a binary ping': Buffer.from('{"type":"ping"}'),
  '100,000 brackets': '['.repeat(100_000),
  'a ping with 60,000 brackets': `{"type":"ping","payload":{"a":${'['.repeat(60_000)}${']'.repeat(60_000)}}}`,
  'a message of 300 KB': { type: 'ping', payload: { x: CANARY + 'x'.repeat(300_000) } },
  'a second greeting': { type: 'connection_init', payload: {} },
  'a subscribe without anything': { type: 'subscribe' },
  'a subscribe of numbers': { type: 'subscribe', id: 1, payload: 1 },
  'a subscribe of no query': { type: 'subscribe', id: '1', payload: {} },
  'a document of nothing': subscribe(''),
  'a document of nonsense': subscribe('}}}'),
  'a document that does not fit': subscribe('{ nothing }'),
  'fragments in a circle': subscribe('{ ...a } fragment a on Query { ...a }'),
  'a document of 10,000 tokens': subscribe(`{ ${'__typename '.repeat(10_000)} }`),
  'a document of U+0000': subscribe('{ \0 }'),
  'a subscription of two fields': subscribe('subscription { feed { __typename } b: feed { __typename } }'),
  'a subscription of nothing of ours': subscribe('subscription { nothing }'),
  'a subscription at a cursor of nonsense': subscribe('subscription { feed(after: "x") { __typename } }'),
  'a subscription to a case there is not': subscribe('subscription { caseHelperChanged(caseId: "x") { __typename } }'),
  'a subscription from version -1': subscribe(
    'subscription ($c: ID!) { caseHelperChanged(caseId: $c, afterVersion: -1) { __typename } }',
    { variables: { c: 'x' } },
  ),
  'a mutation that is refused': subscribe(WRITE),
  'an operation name there is not': subscribe('query A { __typename }', { operationName: 'B' }),
  'variables 30,000 deep': `{"id":"1","type":"subscribe","payload":{"query":"{ __typename }","variables":{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}}}`,
  'an input 30,000 deep': `{"id":"1","type":"subscribe","payload":{"query":"mutation ($i: CaseUpsertInput!) { caseUpsert(input: $i) { ok userErrors { code } } }","variables":{"i":{"plate":"8888888","helper":{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}}}}}`,
  'variables with __proto__':
    '{"id":"1","type":"subscribe","payload":{"query":"query ($v: JSON) { __typename }","variables":{"__proto__":{"polluted":1},"v":{"__proto__":{"polluted":1}}}}}',
  'extensions with __proto__':
    '{"id":"1","type":"subscribe","payload":{"query":"{ __typename }","extensions":{"__proto__":{"polluted":1}}}}',
  'a complete of nothing': { type: 'complete', id: 'nothing' },
  'a complete of __proto__': { type: 'complete', id: '__proto__' },
  'an error, as if we were the client': { type: 'error', id: '1', payload: [] },
  'a next, as if we were the client': { type: 'next', id: '1', payload: {} },
  'an acknowledgement, as if we were the client': { type: 'connection_ack' },
};

const SEQUENCES: Record<string, unknown[]> = {
  'an id twice': [subscribe(FEED), subscribe(FEED)],
  'an id of 100,000 twice': [subscribe(FEED, {}, 'x'.repeat(100_000)), subscribe(FEED, {}, 'x'.repeat(100_000))],
  'ids of the names that objects inherit': ['__proto__', 'constructor', 'toString'].map((id) =>
    subscribe(FEED, {}, id),
  ),
  'subscribed and completed 200 times': Array.from({ length: 200 }, (_, n) => [
    subscribe(FEED, {}, `${n % 5}`),
    { type: 'complete', id: `${n % 5}` },
  ]).flat(),
  '150 subscriptions': Array.from({ length: 150 }, (_, n) => subscribe(FEED, {}, String(n))),
  '300 queries at once': Array.from({ length: 300 }, (_, n) => subscribe('{ viewer { role } }', {}, String(n))),
  '1,000 pings': Array.from({ length: 1_000 }, () => ({ type: 'ping' })),
  '1,000 completes': Array.from({ length: 1_000 }, (_, n) => ({ type: 'complete', id: String(n) })),
  '150 refused mutations': Array.from({ length: 150 }, (_, n) => subscribe(WRITE, {}, String(n))),
};

/** Parameters of a connection that say nothing of who asks, or too much. */
const GREETINGS: unknown[] = [
  [],
  'x',
  1,
  { authorization: 1 },
  { authorization: [] },
  { Authorization: { a: 1 } },
  { authorization: 'Basic eDp5' },
  { authorization: 'Bearer ' },
  { authorization: `Bearer ${'x'.repeat(200_000)}` },
  { apikey: '\0' },
  { 'x-org-id': 'x' },
  { authorization: 'Bearer x', apikey: 'y' },
  JSON.parse('{"__proto__":{"authorization":"x"}}'),
];

export function listSocketMessages(): BadInput[] {
  return [
    ...Object.entries(MESSAGES).flatMap(([title, message]): BadInput[] => [
      { title: `${title}, acknowledged`, send: converse([message]) },
      { title: `${title}, before the greeting`, send: converse([message], 'nobody') },
      { title: `${title}, with a subscription beside it`, send: converse([subscribe(FEED, {}, 'beside'), message]) },
    ]),
    ...Object.entries(SEQUENCES).map(([title, messages]) => ({ title, send: converse(messages) })),
    ...GREETINGS.map((payload, n) => ({
      title: `a greeting (${n})`,
      send: converse([{ type: 'connection_init', payload }, subscribe('{ viewer { role } }')], 'nobody'),
    })),
  ];
}
