import { connect, createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type pg from 'pg';
import { expect } from 'vitest';
import { type ByteString, textOf } from '../../src/db/byte-string.ts';
import { AS_BYTES, BytesClient } from '../../src/db/bytes-client.ts';
import { Pipeline } from '../../src/db/pipeline.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { test as base } from './offices.ts';

const test = base.extend<{ client: pg.Client }>({
  client: async ({ db }, use) => {
    const client = new BytesClient({ connectionString: db.adminUrl, pipeline: true } as pg.ClientConfig);
    await client.connect();
    await client.query('create temporary table noted (word text)');
    await use(client);
    await client.end();
  },
});

const note = (word: string) => ({ name: 'note', text: 'insert into noted values ($1)', values: [word] });
const FAILING = { name: 'failing', text: 'select 1 / $1::int as one', values: [0] };
const words = async (client: pg.Client) => (await client.query('select word from noted order by word')).rows;

test('statements are answered in their order, and what pg makes of values is the same as alone', async ({ client }) => {
  const statements: pg.QueryConfig[] = [
    { name: 'types', text: 'select $1::int as number, $2::jsonb as json, null as nothing', values: [7, { a: 'פ' }] },
    note('first'),
    { name: 'none', text: 'select word from noted where false', values: [] },
  ];
  const [types, noted, none] = await Pipeline.run(client, statements);
  expect(types!.rows).toEqual([{ number: 7, json: { a: 'פ' }, nothing: null }]);
  expect(types!.rows).toEqual((await client.query(statements[0]!)).rows);
  expect(noted).toMatchObject({ command: 'INSERT', rowCount: 1 });
  expect(none!.rows).toEqual([]);
});

test('without a begin they are one transaction: settings end with it, and a failure leaves nothing', async ({
  client,
}) => {
  const mine = { text: "select current_setting('casegraph.request_id', true) as mine" };
  const set = { text: "select set_config('casegraph.request_id', 'mine', true)" };
  const [, seen] = await Pipeline.run(client, [set, mine, note('kept')]);
  expect(seen!.rows).toEqual([{ mine: 'mine' }]);
  expect((await client.query(mine)).rows).toEqual([{ mine: '' }]);
  const failing = Pipeline.run(client, [set, note('lost'), FAILING, note('never')]);
  await expect(failing).rejects.toMatchObject({ code: '22012' });
  expect(await words(client)).toEqual([{ word: 'kept' }]);
  expect((await client.query(mine)).rows).toEqual([{ mine: '' }]);
});

test('after a failure every statement works again, also those that were parsed with it and those behind it', async ({
  client,
}) => {
  const behind = { name: 'behind', text: 'select 1 as one', values: [] };
  await expect(Pipeline.run(client, [note('lost'), FAILING, behind])).rejects.toMatchObject({ code: '22012' });
  const unknown = { name: 'unknown', text: 'select nothing from nowhere', values: [] };
  await expect(Pipeline.run(client, [behind, unknown])).rejects.toMatchObject({ code: '42P01' });
  const [, one, ofBehind] = await Pipeline.run(client, [note('kept'), { ...FAILING, values: [1] }, behind]);
  expect([one!.rows, ofBehind!.rows]).toEqual([[{ one: 1 }], [{ one: 1 }]]);
  expect(await words(client)).toEqual([{ word: 'kept' }]);
});

test('pipelines and single statements that are sent without waiting are answered each with its own', async ({
  client,
}) => {
  const say = (word: string) => ({ name: 'say', text: 'select $1 as word', values: [word] });
  const sent = [
    Pipeline.run(client, [say('a'), say('b')]),
    client.query(say('c')).then((result) => [result]),
    Pipeline.run(client, [say('d'), FAILING]).catch(({ code }) => [{ rows: code }]),
    Pipeline.run(client, [say('e'), say('f')]),
  ];
  const heard = (await Promise.all(sent)).map((results) => results.map(({ rows }) => rows));
  expect(heard).toEqual([
    [[{ word: 'a' }], [{ word: 'b' }]],
    [[{ word: 'c' }]],
    ['22012'],
    [[{ word: 'e' }], [{ word: 'f' }]],
  ]);
});

test('a connection that breaks in the middle fails the pipeline', async ({ db }) => {
  const proxy = await startTcpProxy(Number(new URL(db.adminUrl).port));
  const url = new URL(db.adminUrl);
  url.port = String(proxy.port);
  const client = new BytesClient({ connectionString: url.href, pipeline: true } as pg.ClientConfig);
  client.on('error', () => undefined);
  await client.connect();
  const lock = 'select pg_advisory_lock(4711)';
  await db.query(lock);
  const waiting = Pipeline.run(client, [{ text: 'select 1' }, { text: lock }]);
  const isWaiting = async () =>
    (await db.query("select from pg_stat_activity where query = $1 and wait_event_type = 'Lock'", [lock])).length > 0;
  await expect.poll(isWaiting).toBe(true);
  proxy.cut();
  await expect(waiting).rejects.toThrow();
  await proxy.stop();
});

test('a read of one statement can not write, whatever its text', async ({ database, offices, db }) => {
  const [{ owner, caseIds }] = offices;
  const write = database.readAlone(owner, "update public.cases set filing_id = 'lost' where id = $1", [caseIds[0]]);
  await expect(write).rejects.toMatchObject({ code: '25006' });
  expect(await db.query("select from public.cases where filing_id = 'lost'")).toEqual([]);
});

test('reads of one statement by two offices in turn over one connection see each their own, and leave nothing', async ({
  database,
  pools,
  offices,
}) => {
  const own = 'select string_agg(id::text, $1 order by id) as ids from public.cases';
  const reads = await Promise.all(
    Array.from({ length: 20 }, (_, index) => database.readAlone(offices[index % 2]!.owner, own, [','])),
  );
  for (const [index, rows] of reads.entries())
    expect(rows).toEqual([{ ids: [...offices[index % 2]!.caseIds].sort().join(',') }]);
  await expect(database.readAlone(offices[0].owner, 'select 1 / 0 as c0', [])).rejects.toMatchObject({ code: '22012' });
  const left = "select current_user as role, current_setting('request.jwt.claims', true) as claims";
  expect((await pools.authenticated.query(left)).rows).toEqual([{ role: 'casegraph_api', claims: '' }]);
});

test('values come as bytes where they are asked for so, through TLS too, and as ever where not', async ({ db }) => {
  const LONG = 'מרכב 🚙 '.repeat(30_000);
  const proxy = await startTlsProxy(Number(new URL(db.adminUrl).port));
  const url = new URL(db.adminUrl);
  url.port = String(proxy.port);
  const plain = new BytesClient({ connectionString: db.adminUrl });
  const secure = new BytesClient({ connectionString: url.href, ssl: CLIENT_TLS } as pg.ClientConfig);
  for (const client of [plain, secure]) {
    await client.connect();
    const statement = { text: 'select $1::text as long, null::text as nothing, $2::text as empty', values: [LONG, ''] };
    const [bytes] = await Pipeline.run(client, [{ ...statement, ...AS_BYTES }]);
    const { long, nothing, empty } = bytes!.rows[0] as Record<string, ByteString | null>;
    expect([long!.length, nothing, empty]).toEqual([Buffer.byteLength(LONG), null, '']);
    expect(textOf(long!)).toBe(LONG);
    expect((await client.query(statement)).rows).toEqual([{ long: LONG, nothing: null, empty: '' }]);
    await client.end();
  }
  proxy.stop();
});

/** A key that both know, which takes no certificate. */
const TLS = { ciphers: 'PSK-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' } as const;
const KEY = Buffer.from('0123456789abcdef');
const CLIENT_TLS = {
  ...TLS,
  pskCallback: () => ({ psk: KEY, identity: 'test' }),
  checkServerIdentity: () => undefined,
};

/** Speaks TLS as PostgreSQL does, in front of one that does not. */
async function startTlsProxy(targetPort: number): Promise<{ port: number; stop(): void }> {
  const server = createServer((client: Socket) => {
    client.once('data', () => {
      client.write('S');
      const secure = new TLSSocket(client, { isServer: true, ...TLS, pskCallback: () => KEY } as never);
      const upstream = connect(targetPort, '127.0.0.1');
      secure.on('error', () => upstream.destroy());
      secure.pipe(upstream).pipe(secure);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as { port: number }).port, stop: () => void server.close() };
}
