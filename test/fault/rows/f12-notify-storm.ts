import { randomUUID } from 'node:crypto';
import { comeToRest } from '../rest.ts';
import type { Row } from '../row.ts';
import type { RowRun } from '../row-run.ts';

const BATCHES = 100;
const BATCH = 200;
/** A server reads the heads of the log at most 20 times a second, whatever it is told. */
const MAX_READS_PER_S = 2 * 20;
const QUIET_S = 5;

/** Anybody may NOTIFY any channel: forged, senseless and very many notices. */
export const F12: Row = {
  id: 'F12',
  title: 'A storm of forged notices',
  about:
    '20,000 notices in about 20 seconds, a third of them of real organisations, a third of invented ones, a third garbage; once while nothing is written, to count what they make the servers read, and once under load.',
  async inject(run) {
    const usual = run.load.writesPerS;
    run.load.writesPerS = 0;
    await run.wait(1);
    await comeToRest(run.system, run.load.subscribers);
    const quiet = await scansPerS(run, () => run.wait(QUIET_S));
    const stormy = await scansPerS(run, () => run.fault('storm while nothing is written', () => storm(run)));
    run.require(
      'each server reads the heads of the log at most 20 times a second for it',
      stormy - quiet <= MAX_READS_PER_S,
      `both ${Math.round(stormy)} a second, ${Math.round(quiet)} without it`,
    );
    run.load.writesPerS = usual;
    await run.wait(3);
    await run.fault('storm under load', () => storm(run));
    await run.wait(3);
  },
};

async function storm(run: RowRun): Promise<void> {
  const client = await run.system.connect();
  try {
    for (let batch = 0; batch < run.times(BATCHES); batch++) {
      const payloads = Array.from({ length: BATCH }, (_, index) => {
        if (index % 3 === 0) return run.random.pick(run.offices).id;
        return index % 3 === 1 ? randomUUID() : `${'garbage '.repeat(run.random.below(900))}${index}`;
      });
      // Each in a transaction of its own: equal ones of one transaction are folded.
      for (const payload of payloads) await client.query('select pg_notify($1, $2)', ['feed', payload]);
      await run.wait(0.05);
    }
  } finally {
    await client.end();
  }
}

async function scansPerS(run: RowRun, act: () => Promise<void>): Promise<number> {
  const before = await scans(run);
  const beganAt = Date.now();
  await act();
  return ((await scans(run)) - before) / ((Date.now() - beganAt) / 1000);
}

/** How often the heads of the log were read so far. */
async function scans(run: RowRun): Promise<number> {
  const [row] = await run.system.query<{ count: string }>(
    "select coalesce(seq_scan, 0) + coalesce(idx_scan, 0) as count from pg_stat_user_tables where schemaname = 'feed' and relname = 'org_feed'",
  );
  return Number(row!.count);
}
