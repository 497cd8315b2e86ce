import { connect as connectTcp } from 'node:net';
import { describe, expect, vi } from 'vitest';
import { QUERY, test } from './socket-test.ts';
import { CLOSE, CONTINUATION, closedBy, type Frame, PING, TEXT, UPGRADE_HEADERS } from './web-socket-frames.ts';

// The protocol graphql-transport-ws, up to the first operation, and the WebSocket beneath it (RFC 6455).

describe('the handshake', () => {
  test('confirms the subprotocol, also out of several', async ({ connect }) => {
    expect((await connect()).socket.protocol).toBe('graphql-transport-ws');
    expect((await connect(['other', 'graphql-transport-ws'])).socket.protocol).toBe('graphql-transport-ws');
  });

  test.for([
    ['none', []],
    ['the old one', 'graphql-ws'],
    ['another', 'mqtt'],
    ['another case', 'GraphQL-Transport-WS'],
  ] as [string, string | string[]][])(
    'with %s as subprotocol is closed with 4406',
    async ([, protocols], { shared }) => {
      // The client of ws takes a missing subprotocol for an error, so it is left out by hand.
      const headers = UPGRADE_HEADERS.map((line) =>
        line.startsWith('Sec-WebSocket-Protocol') ? `Sec-WebSocket-Protocol: ${[protocols].flat().join(', ')}` : line,
      ).filter((line) => !line.endsWith(': '));
      expect(await closedBy(shared.server.url, [], headers)).toBe(4406);
    },
  );

  test.for([
    ['without a key', (line: string) => (line.startsWith('Sec-WebSocket-Key') ? [] : [line]), 400],
    ['with a short key', (line: string) => [line.replace(/Key: .*/, 'Key: c2hvcnQ=')], 400],
    ['of version 7', (line: string) => [line.replace('Version: 13', 'Version: 7')], 400],
    ['to another protocol', (line: string) => [line.replace('Upgrade: websocket', 'Upgrade: h2c')], 400],
    ['with a subprotocol that is no token', (line: string) => [line.replace('graphql-transport-ws', 'a,,b')], 400],
  ] as const)('%s is refused, and the server goes on', async ([, change, status], { shared, open }) => {
    const { port, hostname } = new URL(shared.server.url);
    const socket = connectTcp(Number(port), hostname);
    socket.end(`GET /graphql HTTP/1.1\r\n${UPGRADE_HEADERS.flatMap(change).join('\r\n')}\r\n\r\n`);
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    await open();
  });
});

describe('the connection', () => {
  test('is acknowledged after connection_init, once, and without a payload', async ({ connect, member }) => {
    const client = await connect();
    client.init(member);
    expect(await client.hears('connection_ack')).toEqual({ type: 'connection_ack' });
    expect(await client.heardByNow()).toEqual([]);
  });

  test.for([undefined, null, {}])(
    'is acknowledged with the payload %s: nobody is signed in',
    async (payload, { connect }) => {
      const client = await connect();
      client.say({ type: 'connection_init', payload });
      await client.hears('connection_ack');
      client.subscribe('1', QUERY);
      expect((await client.hears('next', '1')).payload).toEqual({ data: { viewer: null } });
    },
  );

  test.for([[[]], ['text'], [7], [true]])('with the payload %j is closed with 4400', async ([payload], { connect }) => {
    const client = await connect();
    client.say({ type: 'connection_init', payload });
    expect((await client.closed).code).toBe(4400);
  });

  test('that is asked for twice is closed with 4429, also before the first is answered', async ({
    connect,
    open,
    member,
  }) => {
    const patient = await open();
    patient.init(member);
    expect((await patient.closed).code).toBe(4429);
    const hasty = await connect();
    hasty.init(member);
    hasty.init(member);
    expect((await hasty.closed).code).toBe(4429);
  });

  test('that is not asked for in time is closed with 4408', async ({ connect }) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const client = await connect();
      vi.advanceTimersByTime(60_000);
      expect((await client.closed).code).toBe(4408);
    } finally {
      vi.useRealTimers();
    }
  });

  test('with a token that is none is closed with 4403', async ({ connect }) => {
    const client = await connect();
    client.say({ type: 'connection_init', payload: { authorization: 'Bearer none' } });
    expect(await client.closed).toEqual({ code: 4403, reason: 'Forbidden' });
  });

  test('is asked for before any operation: else 4401, also while it is being acknowledged', async ({
    connect,
    member,
  }) => {
    const early = await connect();
    early.subscribe('1', QUERY);
    expect((await early.closed).code).toBe(4401);
    const hasty = await connect();
    hasty.init(member);
    hasty.subscribe('1', QUERY);
    expect((await hasty.closed).code).toBe(4401);
  });

  test('answers a ping before it is acknowledged, and takes a complete for what it is: of nothing', async ({
    connect,
    member,
  }) => {
    const client = await connect();
    client.say({ type: 'ping' });
    expect(await client.hears('pong')).toEqual({ type: 'pong' });
    client.complete('1');
    client.init(member);
    await client.hears('connection_ack');
  });
});

describe('a message', () => {
  const subscribe = (change: object) =>
    JSON.stringify({ id: '1', type: 'subscribe', payload: { query: QUERY }, ...change });
  test.for([
    ['empty', ''],
    ['no JSON', '{"type":'],
    ['nested too deeply to be read', `${'['.repeat(100_000)}`],
    ['null', 'null'],
    ['a number', '7'],
    ['a text', '"ping"'],
    ['an array', '[{"type":"ping"}]'],
    ['of no type', '{}'],
    ['of a type that is no text', '{"type":1}'],
    ['of an unknown type', '{"type":"start","id":"1"}'],
    ['of a type that objects inherit', '{"type":"__proto__"}'],
    ["a server's acknowledgement", '{"type":"connection_ack"}'],
    ["a server's next", '{"type":"next","id":"1","payload":{"data":null}}'],
    ["a server's error", '{"type":"error","id":"1","payload":[{"message":"x"}]}'],
    ['a ping with a payload that is no object', '{"type":"ping","payload":[]}'],
    ['a subscribe without an id', subscribe({ id: undefined })],
    ['a subscribe with an empty id', subscribe({ id: '' })],
    ['a subscribe with a number as id', subscribe({ id: 1 })],
    ['a subscribe without a payload', subscribe({ payload: undefined })],
    ['a subscribe with an array', subscribe({ payload: [] })],
    ['a subscribe without a query', subscribe({ payload: {} })],
    ['a subscribe with a query that is no text', subscribe({ payload: { query: {} } })],
    ['a subscribe with an array of variables', subscribe({ payload: { query: QUERY, variables: [] } })],
    ['a subscribe with a text of variables', subscribe({ payload: { query: QUERY, variables: '{}' } })],
    ['a subscribe with a number as operation name', subscribe({ payload: { query: QUERY, operationName: 1 } })],
    ['a subscribe with a text of extensions', subscribe({ payload: { query: QUERY, extensions: 'x' } })],
    ['a complete without an id', '{"type":"complete"}'],
  ])('that is %s closes the socket with 4400 and says nothing of why', async ([, text], { open }) => {
    const client = await open();
    client.raw(text!);
    expect(await client.closed).toEqual({ code: 4400, reason: 'Invalid message received' });
  });

  test('that is binary closes the socket with 4400, even where it would be one as text', async ({ open }) => {
    for (const bytes of [Buffer.from('{"type":"ping"}'), Buffer.from([0, 255, 254]), Buffer.alloc(0)]) {
      const client = await open();
      client.raw(bytes, { binary: true });
      expect((await client.closed).code).toBe(4400);
    }
  });

  test('may come in fragments', async ({ open }) => {
    const client = await open();
    client.raw('{"type":', { fin: false });
    client.raw('"ping"', { fin: false });
    client.raw('}');
    await client.hears('pong');
  });

  test('of 256 KiB is read, and one byte more closes the socket with 1009', async ({ open }) => {
    const sized = (bytes: number) => {
      const empty = JSON.stringify({ type: 'pong', payload: { x: '' } });
      return empty.replace('""', `"${'x'.repeat(bytes - empty.length)}"`);
    };
    const client = await open();
    client.raw(sized(256 * 1024));
    expect(await client.heardByNow()).toEqual([]);
    client.raw(sized(256 * 1024 + 1));
    expect((await client.closed).code).toBe(1009);
  });
});

describe('a frame', () => {
  const wrong: [string, Frame[], number][] = [
    ['that is not masked', [{ opcode: TEXT, payload: '{"type":"ping"}', masked: false }], 1002],
    ['with a reserved bit', [{ opcode: TEXT, payload: '{"type":"ping"}', reserved: 4 }], 1002],
    ['of a reserved kind', [{ opcode: 3, payload: 'x' }], 1002],
    ['that goes on with nothing', [{ opcode: CONTINUATION, payload: 'x' }], 1002],
    [
      'that begins within a message',
      [
        { opcode: TEXT, payload: 'a', fin: false },
        { opcode: TEXT, payload: 'b' },
      ],
      1002,
    ],
    ['of a ping in fragments', [{ opcode: PING, payload: 'a', fin: false }], 1002],
    ['of a ping of 126 bytes', [{ opcode: PING, payload: 'x'.repeat(126) }], 1002],
    ['that is no UTF-8', [{ opcode: TEXT, payload: Buffer.from([0x22, 0xc3, 0x28, 0x22]) }], 1007],
    ['that is half of a surrogate pair', [{ opcode: TEXT, payload: Buffer.from([0xed, 0xa0, 0x80]) }], 1007],
    ['of a close with one byte', [{ opcode: CLOSE, payload: 'x' }], 1002],
    ['of a close with a code that is not sent', [{ opcode: CLOSE, payload: Buffer.from([3, 237]) }], 1002],
  ];
  test.for(wrong)(
    '%s closes the socket with the code that RFC 6455 has for it',
    async ([, frames, code], { shared, open }) => {
      expect(await closedBy(shared.server.url, frames)).toBe(code);
      await open();
    },
  );

  test('of a close is answered with its code', async ({ shared }) => {
    expect(await closedBy(shared.server.url, [{ opcode: CLOSE, payload: Buffer.from([3, 232]) }])).toBe(1000);
  });
});
