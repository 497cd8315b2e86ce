import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { expect } from 'vitest';
import type { ScopeOwner } from '../../src/db/scope.ts';
import type { TestDatabase } from '../support/database.ts';
import { test, type World } from '../support/fixtures.ts';
import { allOrders, runInOrder, type Session } from '../support/interleave.ts';

const OWNER: ScopeOwner = {
  identity: { kind: 'SERVICE', name: 'test', expiresAt: null },
  requestId: 'retention',
  requestedOrg: null,
};

interface Bounds {
  readonly min: number;
  readonly seq: number;
}

const BOUNDS = 'select min_seq::int as min, seq::int as seq from feed.org_feed where org_id = $1';
const AFTER = 'select org_seq::int as seq from feed.change_log where org_id = $1 and org_seq > $2 order by org_seq';

/** What a reader makes of two looks, one at the bounds and one at the entries. */
function judge(from: number, { min, seq }: Bounds, entries: readonly { seq: number }[]): 'too old' | 'whole' | 'gap' {
  if (from < min - 1) return 'too old';
  const whole = Array.from({ length: seq - from }, (_, index) => from + 1 + index);
  return entries
    .map((entry) => entry.seq)
    .slice(0, whole.length)
    .join() === whole.join()
    ? 'whole'
    : 'gap';
}

/** An organisation with five entries, and sessions that write one more, forget all but the newest, or read. */
async function openOrg({ db, server, org }: World, clients: Connect) {
  const { id } = await org();
  for (let entry = 2; entry <= 5; entry++) await touch(db, id);
  const bounds = async () => (await db.query<Bounds>(BOUNDS, [id]))[0]!;
  const writer = await clients();
  const sweeper = async (keepRows: number): Promise<Session> => {
    const { client, pid } = await clients();
    const forget = () => client.query('select feed.forget_oldest($1, 30, $2, 100)', [id, keepRows]);
    return { pid, steps: [() => client.query('begin').then(forget), () => client.query('commit')] };
  };
  return {
    id,
    bounds,
    writer: {
      pid: writer.pid,
      steps: [
        () => writer.client.query('begin').then(() => touch(writer.client, id)),
        () => writer.client.query('commit'),
      ],
    } as Session,
    sweeper,
    /** Reads as the server does: in the scope of a query. */
    reader: (from: () => number, answer: (verdict: string) => void): Session => {
      let open: Awaited<ReturnType<typeof server.app.database.openRead>>;
      let seen: Bounds;
      return {
        // Readers wait for nobody.
        pid: 0,
        steps: [
          async () => {
            open = await server.app.database.openRead(OWNER);
          },
          async () => {
            [seen] = (await open.scope.sql<{ min: number; seq: number }>(BOUNDS, [id])) as [Bounds];
          },
          async () => {
            answer(judge(from(), seen, await open.scope.sql<{ seq: number }>(AFTER, [id, from()])));
            await open.close();
          },
        ],
      };
    },
  };
}

/** Changes the organisation, which makes one entry. */
function touch(on: { query(sql: string, values: unknown[]): Promise<unknown> }, orgId: string): Promise<unknown> {
  return on.query('update public.orgs set name = $2 where id = $1', [orgId, randomUUID()]);
}

type Connect = () => Promise<{ client: pg.Client; pid: number }>;

async function withClients(db: TestDatabase, work: (connect: Connect) => Promise<void>): Promise<void> {
  const clients: pg.Client[] = [];
  try {
    await work(async () => {
      const client = new pg.Client({ connectionString: db.adminUrl });
      clients.push(client);
      await client.connect();
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      return { client, pid: rows[0]!.pid };
    });
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

test('a reader between a write and a sweep sees everything after its cursor or hears that it is too old, in all 210 orders', async ({
  world,
}) => {
  await withClients(world.db, async (connect) => {
    const { bounds, writer, sweeper, reader } = await openOrg(world, connect);
    const sweep = await sweeper(4);
    const verdicts: string[] = [];
    let from = 0;
    for (const order of allOrders([3, 2, 2])) {
      // What the last order left is what this one forgets of: the oldest is next to go.
      from = (await bounds()).min - 1;
      const read = reader(
        () => from,
        (verdict) => verdicts.push(verdict),
      );
      await runInOrder(world.db, order, [read, writer, sweep]);
    }
    expect(verdicts).toHaveLength(210);
    expect(new Set(verdicts)).toEqual(new Set(['whole', 'too old']));
  });
});

test('the orders find the gap of a reader whose two looks are not of one snapshot', async ({ world }) => {
  await withClients(world.db, async (connect) => {
    const { id, bounds, writer, sweeper } = await openOrg(world, connect);
    const sweep = await sweeper(4);
    const { client, pid } = await connect();
    const verdicts = new Set<string>();
    for (const order of allOrders([2, 2, 2])) {
      const from = (await bounds()).min - 1;
      let seen: Bounds;
      const read: Session = {
        pid,
        steps: [
          async () => {
            seen = (await client.query(BOUNDS, [id])).rows[0];
          },
          async () => verdicts.add(judge(from, seen, (await client.query(AFTER, [id, from])).rows)),
        ],
      };
      await runInOrder(world.db, order, [read, writer, sweep]);
    }
    expect(verdicts).toContain('gap');
  });
});

test('two sweeps and a write leave a log without a hole, in all 90 orders', async ({ world }) => {
  await withClients(world.db, async (connect) => {
    const { id, bounds, writer, sweeper } = await openOrg(world, connect);
    const sessions = [await sweeper(3), await sweeper(4), writer];
    let written = 5;
    for (const order of allOrders([2, 2, 2])) {
      await runInOrder(world.db, order, sessions);
      const { min, seq } = await bounds();
      expect(seq).toBe(++written);
      const kept = await world.db.query<{ seq: number }>(AFTER, [id, 0]);
      expect(kept.map((entry) => entry.seq)).toEqual(Array.from({ length: seq - min + 1 }, (_, index) => min + index));
      // Three at least; one more where the write came last.
      expect(seq - min + 1).toBeGreaterThanOrEqual(3);
      expect(seq - min + 1).toBeLessThanOrEqual(4);
    }
  });
});
