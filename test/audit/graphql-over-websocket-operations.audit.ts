import { randomUUID } from 'node:crypto';
import { describe, expect } from 'vitest';
import { ERROR_CODES } from '../../src/errors.ts';
import { openCase } from '../support/cases.ts';
import { FEED, QUERY, RENAME, test } from './socket-test.ts';

// The protocol graphql-transport-ws, from the first operation on.

describe('an operation with one result', () => {
  test('is answered by next and complete, in this order and under its id', async ({ open }) => {
    const client = await open();
    client.subscribe('a query', QUERY);
    expect((await client.hears('next', 'a query')).payload).toEqual({ data: { viewer: { role: 'admin' } } });
    expect(await client.hears('complete', 'a query')).toEqual({ id: 'a query', type: 'complete' });
    expect(await client.heardByNow()).toEqual([]);
  });

  test('may be a mutation, which happens once', async ({ open, shared, member }) => {
    const { id, databaseId } = await openCase(member, { plate: '1000001' });
    const client = await open();
    client.subscribe('1', RENAME, { id, name: 'Dana' });
    expect((await client.hears('next', '1')).payload.data.caseUpsert).toEqual({
      ok: true,
      case: { ownerName: 'Dana' },
    });
    await client.hears('complete', '1');
    const told = await shared.db.query('select from feed.change_log where entity_id = $1 and entity = $2', [
      databaseId,
      'cases',
    ]);
    expect(told).toHaveLength(2);
  });

  test('that fails while it is executed has its errors in next, and is complete', async ({ open }) => {
    const client = await open();
    client.subscribe('1', '{ case(plate: "1") { id } }');
    const { payload } = await client.hears('next', '1');
    expect(payload).toMatchObject({
      data: { case: null },
      errors: [{ path: ['case'], extensions: { code: 'VALIDATION_FAILED' } }],
    });
    await client.hears('complete', '1');
  });

  test('is found by its name among others', async ({ open }) => {
    const client = await open();
    const query = 'query A { viewer { role } } query B { __typename }';
    client.say({ id: '1', type: 'subscribe', payload: { query, operationName: 'B', variables: null, extensions: {} } });
    expect((await client.hears('next', '1')).payload).toEqual({ data: { __typename: 'Query' } });
    await client.hears('complete', '1');
  });
});

describe('an operation that can not be begun', () => {
  test.for([
    ['that does not parse', '{ viewer { '],
    ['that is empty', ''],
    ['that does not fit the schema', '{ nothing }'],
    ['with fragments in a circle', '{ viewer { ...a } } fragment a on Viewer { ...b } fragment b on Viewer { ...a }'],
    ['nested a thousand deep', `${'{ viewer '.repeat(1_000)}{ role }${' }'.repeat(1_000)}`],
    ['of many, none of them named', 'query A { viewer { role } } query B { viewer { role } }'],
    ['of fragments only', 'fragment a on Viewer { role }'],
  ])('of a document %s is answered by error alone, and the socket and its id live on', async ([, query], { open }) => {
    const client = await open();
    client.subscribe('1', query!);
    const { payload } = await client.hears('error', '1');
    expect(payload.length).toBeGreaterThan(0);
    for (const { message, extensions } of payload) {
      expect(message).toBeTypeOf('string');
      expect(ERROR_CODES).toContain(extensions.code);
      expect(extensions.requestId).toMatch(/^[\w-]{8,}$/);
    }
    expect(await client.heardByNow()).toEqual([]);
    client.subscribe('1', QUERY);
    await client.hears('next', '1');
  });

  test('of a name that the document does not have is answered by error', async ({ open }) => {
    const client = await open();
    client.say({ id: '1', type: 'subscribe', payload: { query: 'query A { __typename }', operationName: 'B' } });
    const { payload } = await client.hears('error', '1');
    expect(payload[0].extensions).toMatchObject({ code: 'VALIDATION_FAILED', field: ['operationName'] });
  });

  test('with variables that do not fit is answered, and is over', async ({ open }) => {
    const client = await open();
    client.subscribe('1', 'query ($plate: String) { case(plate: $plate) { id } }', { plate: { nested: [1] } });
    const { type, payload } = (await client.next()) as { type: string; payload: unknown };
    expect(JSON.stringify(payload)).toContain('VALIDATION_FAILED');
    if (type === 'next') await client.hears('complete', '1');
    client.subscribe('1', QUERY);
    await client.hears('next', '1');
  });
});

describe('a subscription', () => {
  test('is told each event, in order, until its client completes it; then nothing more', async ({ open, member }) => {
    const client = await open();
    client.subscribe('feed', FEED);
    expect((await client.hears('next', 'feed')).payload).toEqual({ data: { feed: { __typename: 'FeedReady' } } });
    const { id } = await openCase(member, { plate: '1000002' });
    expect((await client.hears('next', 'feed')).payload.data.feed).toMatchObject({ entity: 'cases' });
    client.complete('feed');
    await member.data(RENAME, { id, name: 'Noa' });
    expect(await client.heardByNow()).toEqual([]);
    // What is completed twice, and what never was, is nothing.
    client.complete('feed');
    client.complete('never');
    expect(await client.heardByNow()).toEqual([]);
  });

  test('that is refused is complete, and the others go on', async ({ open, member }) => {
    const client = await open();
    client.subscribe('good', FEED);
    await client.hears('next', 'good');
    client.subscribe('bad', 'subscription { feed(after: "nonsense") { __typename } }');
    expect((await client.hears('next', 'bad')).payload.errors[0].extensions.code).toBe('INVALID_CURSOR');
    await client.hears('complete', 'bad');
    await openCase(member, { plate: '1000003' });
    await client.hears('next', 'good');
  });

  test('that is completed before it has begun is told nothing, and nothing is left of it', async ({ open, shared }) => {
    const client = await open();
    for (let n = 0; n < 20; n++) {
      client.subscribe(String(n), FEED);
      client.complete(String(n));
    }
    expect(await client.heardByNow()).toEqual([]);
    await expect.poll(() => shared.server.app.hub.waiting).toBe(0);
    expect(await client.heardByNow()).toEqual([]);
  });

  test('whose socket is cut before it has begun leaves nothing behind', async ({ open, shared }) => {
    for (let n = 0; n < 5; n++) {
      const client = await open();
      client.subscribe('1', FEED);
      client.subscribe('2', FEED);
      if (n % 2 === 0) client.socket.terminate();
      else await client.close();
    }
    await expect.poll(() => shared.server.app.hub.waiting).toBe(0);
  });
});

describe('an id', () => {
  test.for([
    ['short', '1'],
    ['long', 'x'.repeat(300)],
    ['of long characters', '🚗'.repeat(60)],
  ])('that is taken closes the socket with 4409 (%s)', async ([, id], { open }) => {
    const client = await open();
    client.subscribe(id!, FEED);
    await client.hears('next', id);
    client.subscribe(id!, QUERY);
    const { code, reason } = await client.closed;
    expect(code).toBe(4409);
    expect(reason).toMatch(/^Subscriber for /);
    expect(reason).not.toContain('\ufffd');
  });

  test('that is taken by what has not begun yet closes the socket with 4409', async ({ open }) => {
    const client = await open();
    client.subscribe('1', FEED);
    client.subscribe('1', FEED);
    expect((await client.closed).code).toBe(4409);
  });

  test('is free again when its operation is complete', async ({ open }) => {
    const client = await open();
    for (let n = 0; n < 5; n++) {
      client.subscribe('1', QUERY);
      await client.hears('next', '1');
      await client.hears('complete', '1');
    }
  });

  test('is free at once when its client has completed it: the next operation alone is told', async ({
    open,
    shared,
    member,
  }) => {
    const client = await open();
    for (let n = 0; n < 5; n++) {
      client.subscribe('1', FEED);
      client.complete('1');
    }
    client.subscribe('1', FEED);
    expect((await client.hears('next', '1')).payload.data.feed.__typename).toBe('FeedReady');
    await openCase(member, { plate: String(2_000_000 + Math.floor(Math.random() * 7_000_000)) });
    await client.hears('next', '1');
    expect(await client.heardByNow()).toEqual([]);
    expect(shared.server.app.hub.waiting).toBe(1);
    client.complete('1');
    await expect.poll(() => shared.server.app.hub.waiting).toBe(0);
    client.subscribe('1', QUERY);
    await client.hears('next', '1');
  });

  test('that waits for its turn is taken too, and can be completed', async ({ open }) => {
    const waiting = await open();
    waiting.subscribe('1', FEED);
    waiting.complete('1');
    waiting.subscribe('1', FEED);
    waiting.complete('1');
    expect(await waiting.heardByNow()).toEqual([]);
    const twice = await open();
    twice.subscribe('1', FEED);
    twice.complete('1');
    twice.subscribe('1', FEED);
    twice.subscribe('1', FEED);
    expect((await twice.closed).code).toBe(4409);
  });

  test.for(['__proto__', 'constructor', 'toString', 'hasOwnProperty', ' ', '0', '\u0000', '"}', '😀', '\ud800'])(
    'may be any text: %j',
    async (id, { open }) => {
      const client = await open();
      client.subscribe(id, QUERY);
      expect((await client.hears('next', id)).payload.data).toEqual({ viewer: { role: 'admin' } });
      await client.hears('complete', id);
      client.subscribe(id, FEED);
      await client.hears('next', id);
      client.complete(id);
      expect(await client.heardByNow()).toEqual([]);
      expect(Object.keys(Object.prototype)).toEqual([]);
    },
  );

  test('may be as long as the message', async ({ open }) => {
    const client = await open();
    const id = 'x'.repeat(200_000);
    client.subscribe(id, QUERY);
    await client.hears('next', id);
    await client.hears('complete', id);
  });

  test('each of many at once has its own answer, and one only', async ({ open }) => {
    const client = await open();
    const ids = Array.from({ length: 60 }, () => randomUUID());
    for (const id of ids) client.subscribe(id, QUERY);
    const heard = new Map<string, string[]>();
    for (let n = 0; n < 2 * ids.length; n++) {
      const message = (await client.next()) as { id: string; type: string };
      heard.set(message.id, [...(heard.get(message.id) ?? []), message.type]);
    }
    expect([...heard.keys()].sort()).toEqual([...ids].sort());
    expect([...heard.values()].every((types) => types.join() === 'next,complete')).toBe(true);
  });
});

describe('pings', () => {
  test('are answered with their payload, or with none', async ({ open }) => {
    const client = await open();
    client.say({ type: 'ping', payload: { a: [1, { b: 'ב' }] } });
    expect(await client.hears('pong')).toEqual({ type: 'pong', payload: { a: [1, { b: 'ב' }] } });
    client.say({ type: 'ping' });
    expect(await client.hears('pong')).toEqual({ type: 'pong' });
  });

  test('of the WebSocket itself are answered too; a pong that nobody asked for is nothing', async ({ open }) => {
    const client = await open();
    const answered = new Promise((resolve) => client.socket.once('pong', (data) => resolve(String(data))));
    client.socket.ping('are you there');
    expect(await answered).toBe('are you there');
    client.say({ type: 'pong', payload: { x: 1 } });
    client.socket.pong();
    expect(await client.heardByNow()).toEqual([]);
  });
});
