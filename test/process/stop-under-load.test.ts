import { Agent, type IncomingMessage, request } from 'node:http';
import { expect } from 'vitest';
import { UPSERT } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { createDatabase } from '../support/database.ts';
import { createWorld } from '../support/fixtures.ts';
import { JWT_SECRET, MIGRATOR_PASSWORD } from '../support/secrets.ts';
import { TestSocket } from '../support/socket.ts';
import { test } from './site.ts';

/** One write, sent once and never again: true when it was answered, false when the connection was refused or closed. */
type Write = (plate: string) => Promise<boolean>;

/** What came of the writes of one client: the plates whose write was answered, and those whose connection was closed. */
interface Ledger {
  readonly name: string;
  readonly answered: string[];
  readonly unanswered: string[];
}

let lastPlate = 10_000_000;

test('a stop under load fails no mutation: each one is answered, or its connection was closed and nothing was written', {
  timeout: 60_000,
}, async ({ site }) => {
  const db = await createDatabase();
  const migrator = new URL(db.adminUrl);
  Object.assign(migrator, { username: `migrator_${process.pid}`, password: MIGRATOR_PASSWORD });
  await db.query(`create role ${migrator.username} superuser login password '${MIGRATOR_PASSWORD}'`);
  const running = await site.start({ DATABASE_URL: migrator.href, JWT_SECRET, DRAIN_SECONDS: '1' });
  try {
    const world = await createWorld(db, { url: running.url } as never);
    const org = await world.org();
    const admin = await org.member('admin');
    const socket = await TestSocket.open(admin);
    const writers: [string, Write][] = [
      ['HTTP', overHttp(admin)],
      ['HTTP', overHttp(admin)],
      ['gateway', overGateway(admin)],
      ['gateway', overGateway(admin)],
      ['socket', overSocket(socket)],
      ['socket', overSocket(socket)],
    ];
    const ledgers = writers.map(([name]): Ledger => ({ name, answered: [], unanswered: [] }));
    const all = (pick: (ledger: Ledger) => string[]) => ledgers.flatMap(pick);
    let isWarm: (() => void) | null = null;
    const warm = new Promise<void>((resolve) => {
      isWarm = resolve;
    });
    const writing = writers.map(async ([, write], index) => {
      const { answered, unanswered } = ledgers[index]!;
      while (unanswered.length === 0) {
        const plate = String(++lastPlate);
        ((await write(plate)) ? answered : unanswered).push(plate);
        if (ledgers.every((ledger) => ledger.answered.length >= 10)) isWarm?.();
      }
    });

    await warm;
    running.signalNpm('SIGTERM');
    const probes = await probeUntilRefused(running.url, () => all((ledger) => ledger.answered).length);
    await Promise.all(writing);

    expect(await running.ended).toMatchObject({ code: 0, stderr: expect.stringContaining('"msg":"stopped"') });
    expect(await socket.closed).toEqual({ code: 1012, reason: 'The server restarts' });
    const written = await db.query<{ plate: string }>('select plate from public.cases order by plate');
    expect(written.map(({ plate }) => plate)).toEqual(all((ledger) => ledger.answered).sort());
    // A load balancer was told to lead new requests elsewhere while those that still came were served.
    const told = probes.filter(({ status }) => status === 503);
    expect(told[0]?.body).toEqual({ status: 'stopping' });
    expect(told.at(-1)!.answered).toBeGreaterThan(told[0]!.answered);
  } finally {
    await db.query(`drop role ${migrator.username}`);
    await db.drop();
  }
});

/** Asks /ready on new connections, as load balancers do, until there are none to be had. */
async function probeUntilRefused(url: string, countAnswered: () => number) {
  const probes: { status: number; body: unknown; answered: number }[] = [];
  for (;;) {
    const response = await fetch(`${url}/ready`, { headers: { connection: 'close' } }).catch(() => null);
    if (!response) return probes;
    const body = await response.json().catch(() => null);
    probes.push({ status: response.status, body, answered: countAnswered() });
  }
}

function overHttp(client: TestClient): Write {
  const send = keptAlive(client, '/graphql');
  return async (plate) => {
    const text = await send({ query: UPSERT, variables: { input: { plate } } });
    return text !== null && isOk(JSON.parse(text).data.caseUpsert);
  };
}

function overGateway(client: TestClient): Write {
  const send = keptAlive(client, '/gateway/case.upsert');
  return async (plate) => {
    const text = await send({ plate });
    return text !== null && isOk(JSON.parse(text));
  };
}

function overSocket(socket: TestSocket): Write {
  return async (plate) => {
    if (socket.socket.readyState !== socket.socket.OPEN) return false;
    const stream = socket.subscribe(UPSERT, { input: { plate } });
    const first = await Promise.race([stream.result(), socket.closed.then(() => null)]);
    return first !== null && isOk((first as { data: { caseUpsert: unknown } }).data.caseUpsert);
  };
}

function isOk(payload: unknown): true {
  expect(payload).toMatchObject({ ok: true, outcome: 'CREATED' });
  return true;
}

/** Posts JSON over one connection that is kept as long as the server keeps it. Null where there is no answer. */
function keptAlive({ url, token }: TestClient, path: string): (body: object) => Promise<string | null> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return (body) =>
    new Promise((resolve) => {
      const onResponse = (response: IncomingMessage) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.once('end', () => resolve(text)).once('error', () => resolve(null));
      };
      request(`${url}${path}`, { method: 'POST', agent, headers }, onResponse)
        .once('error', () => resolve(null))
        .end(JSON.stringify(body));
    });
}
