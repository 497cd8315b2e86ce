import type pg from 'pg';
import { Load } from '../load/load.ts';
import { BASE_LOAD } from '../load/load-shape.ts';
import type { Row } from '../row.ts';
import type { RowRun } from '../row-run.ts';
import { countHeldUp } from './held-up.ts';
import { lagsWithin, requirePrompt } from './lags.ts';

const HOLD_S = 30;
/** Below it the database's time-out for locks is not met, and nobody would wait in vain. */
const MIN_HOLD_S = 12;

/** Somebody forgets to commit: his own organisation waits for him, nobody else does. */
export const F14: Row = {
  id: 'F14',
  title: 'A long transaction that writes',
  about:
    'Held for 30 seconds: once one that has taken the next number of an organisation, so that nobody else can commit there, once one in another database of the same PostgreSQL. The feeds of the other organisations go on as ever.',
  async inject(run) {
    const [held, ...others] = run.offices;
    // The load's own writers all come to wait for the organisation that is held, sooner or later.
    const beside = new Load({
      system: run.system,
      recorder: run.recorder,
      random: run.random.fork(1),
      offices: others,
      shape: { ...BASE_LOAD, writers: 4, writesPerS: 15, feeds: 0, watchers: 0, slow: 0, packaged: 0 },
      numbersFrom: 1_000_000,
    });
    beside.startWriting();
    await run.calm(5);
    const heldUp = await hold(run, run.system.database, 'a transaction that holds an organisation', async (client) => {
      await client.query('update public.cases set owner_name = $2 where id = $1', [held!.caseIds[0], 'held']);
      await client.query('set constraints all immediate');
    });
    run.require('commits in the organisation that is held do wait', heldUp > 0, `${heldUp} did`);
    await run.wait(6);
    await hold(run, 'postgres', 'a transaction in another database', async (client) => {
      await client.query('create temporary table held (number int) on commit drop');
      await client.query('insert into held values (1)');
    });
    await run.wait(3);
    await beside.stopWriting();
    run.load.complaints.push(...beside.complaints);
  },
  judge(run) {
    const [first, second] = run.recorder.faults;
    const held = run.offices[0]!.id;
    const windowOf = (fault: typeof first) => ({ from: fault!.beginAt, to: fault!.endAt });
    const elsewhere = lagsWithin(run, windowOf(first), (orgId) => orgId !== held);
    requirePrompt(run, `${first!.name}: changes elsewhere come within 2 s`, elsewhere);
    requirePrompt(run, `${second!.name}: changes come within 2 s`, lagsWithin(run, windowOf(second)));
  },
};

async function hold(run: RowRun, database: string, name: string, write: (client: pg.Client) => Promise<void>) {
  const client = await run.system.connect(database);
  let heldUp = 0;
  try {
    await run.fault(name, async () => {
      await client.query('begin');
      await write(client);
      const holdS = Math.max(MIN_HOLD_S, HOLD_S * run.scale);
      await run.wait(holdS / 2);
      heldUp = await countHeldUp(run);
      await run.wait(holdS / 2);
      await client.query('commit');
    });
  } finally {
    await client.end();
  }
  return heldUp;
}
