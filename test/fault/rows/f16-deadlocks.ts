import type pg from 'pg';
import { pollUntil } from '../../../src/db/embedded/poll.ts';
import { send } from '../load/graphql-call.ts';
import type { Row } from '../row.ts';
import type { RowRun } from '../row-run.ts';

const MAX_RETRIES = 3;
const PAIRS = 400;
const PAIRS_WITH_SERVER = 100;
/** Of the servers' sessions. Those that are to lose look sooner, those that are to win later. */
const DEADLOCK_TIMEOUT_MS = 100;
const FLAGS = Array.from({ length: 20 }, (_, index) => `flag-${index}`);
const SET_FLAGS = /* GraphQL */ `
  mutation Set($input: FeatureFlagsSetInput!) { featureFlagsSet(input: $input) { ok } }
`;

/** Two transactions take the same things in opposite order. One is undone by PostgreSQL, and done again. */
export const F16: Row = {
  id: 'F16',
  title: 'Deadlocks',
  about:
    '400 pairs of transactions over two organisations in opposite order, and 100 of a bulk write of a server against a transaction, where the server is the one that is undone. All succeed after at most three retries; no client is told.',
  async inject(run) {
    await run.system.query(`alter system set deadlock_timeout = '${DEADLOCK_TIMEOUT_MS}ms'`);
    await run.system.query('select pg_reload_conf()');
    const before = await countDeadlocks(run);
    const retries: number[] = [];
    const refused: string[] = [];
    const [pairs, withServer] = [run.times(PAIRS), run.times(PAIRS_WITH_SERVER)];
    await run.fault('pairs of transactions in opposite order', async () => {
      await Promise.all([meetInPairs(run, pairs, retries), meetServer(run, withServer, (code) => refused.push(code))]);
    });
    run.count(pairs + withServer - 1);
    await run.system.query('alter system reset deadlock_timeout');
    await run.system.query('select pg_reload_conf()');
    await run.wait(3);
    const deadlocks = (await countDeadlocks(run)) - before;
    const most = Math.max(...retries);
    run.require('the pairs did meet', deadlocks >= pairs + withServer / 2, `${deadlocks} deadlocks`);
    run.require('every transaction succeeds after at most 3 retries', most <= MAX_RETRIES, `at most ${most}`);
    run.require('no bulk write was refused', refused.length === 0, refused.join(', ') || 'none');
  },
};

/** Each pair holds the next number of one organisation and asks for that of the other. */
async function meetInPairs(run: RowRun, pairs: number, retries: number[]): Promise<void> {
  const [one, other] = run.offices;
  const clients = [await run.system.connect(), await run.system.connect()] as const;
  for (const client of clients) await client.query("set deadlock_timeout = '10ms'");
  try {
    for (let pair = 0; pair < pairs; pair++) {
      const barrier = new Barrier();
      const [first, second] = [one!.caseIds[pair % 20]!, other!.caseIds[pair % 20]!];
      const [left, right] = await Promise.all([
        writeBoth(run, clients[0], [first, second], `pair ${pair}`, barrier),
        writeBoth(run, clients[1], [second, first], `pair ${pair}`, barrier),
      ]);
      retries.push(left, right);
    }
  } finally {
    for (const client of clients) await client.end();
  }
}

/** Answers how often it had to be done again. */
async function writeBoth(
  run: RowRun,
  client: pg.Client,
  caseIds: readonly string[],
  owner: string,
  barrier: Barrier,
): Promise<number> {
  for (let retry = 0; ; retry++) {
    try {
      await client.query('begin');
      for (const caseId of caseIds) {
        await client.query('update public.cases set owner_name = $2 where id = $1', [caseId, `${owner} ${retry}`]);
        await client.query('set constraints all immediate');
        if (retry === 0 && caseId === caseIds[0]) await barrier.arrive();
      }
      await client.query('commit');
      return retry;
    } catch (error) {
      await client.query('rollback');
      // Who is undone before they have met lets the other go on alone.
      barrier.open();
      if ((error as { code?: string }).code !== '40P01' || retry === 2 * MAX_RETRIES) throw error;
      await run.wait(run.random.between(0.01, 0.05));
    }
  }
}

/** The server holds the rows of its bulk write and wants the next number; the transaction holds that and wants a row. */
async function meetServer(run: RowRun, pairs: number, refuse: (code: string) => void): Promise<void> {
  const office = run.offices[2]!;
  const set = async (pair: number) => {
    const flags = FLAGS.map((name) => ({ name, enabled: pair % 2 === 0, description: `pair ${pair}` }));
    const body = JSON.stringify({ query: SET_FLAGS, variables: { input: { flags } } });
    const sent = await send(run.system.urls[pair % 2]!, office.admins[0]!.token, body);
    if (sent.kind !== 'answered' || !sent.data.featureFlagsSet.ok)
      refuse(sent.kind === 'answered' ? 'refused' : sent.code);
  };
  await set(0);
  const client = await run.system.connect();
  await client.query("set deadlock_timeout = '10s'");
  try {
    for (let pair = 1; pair <= pairs; pair++) {
      await client.query('begin');
      await client.query('update public.cases set owner_name = $2 where id = $1', [office.caseIds[19], `held ${pair}`]);
      await client.query('set constraints all immediate');
      const answered = set(pair);
      await untilServerWaits(client);
      await client.query('update public.feature_flags set updated_by = updated_by where org_id = $1', [office.id]);
      await client.query('commit');
      await answered;
    }
  } finally {
    await client.end();
  }
}

/** Until a server's session has locked the rows and waits for who asks. */
async function untilServerWaits(client: pg.Client): Promise<void> {
  await pollUntil(
    async () => {
      const { rows } = await client.query(
        `select 1 from pg_locks l join pg_stat_activity a using (pid)
         where l.relation = 'public.feature_flags'::regclass and l.mode = 'RowExclusiveLock' and l.granted
           and pg_backend_pid() = any (pg_blocking_pids(a.pid))`,
      );
      return rows.length > 0 || undefined;
    },
    { timeoutMs: 10_000, intervalMs: 5, explain: () => 'The bulk write does not come to wait.' },
  );
}

async function countDeadlocks(run: RowRun): Promise<number> {
  const [row] = await run.system.query<{ deadlocks: number }>(
    'select deadlocks::int from pg_stat_database where datname = current_database()',
  );
  return row!.deadlocks;
}

/** Two come, and then both go on. */
class Barrier {
  #come = 0;
  #open!: () => void;
  readonly #opened = new Promise<void>((resolve) => {
    this.#open = resolve;
  });

  async arrive(): Promise<void> {
    if (++this.#come === 2) this.#open();
    await this.#opened;
  }

  open(): void {
    this.#open();
  }
}
