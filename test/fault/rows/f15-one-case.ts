import { Load } from '../load/load.ts';
import { BASE_LOAD } from '../load/load-shape.ts';
import type { Row } from '../row.ts';
import type { RowRun } from '../row-run.ts';

const PLACE = 10;
const SLOW_MS = 2_000;

/** Everybody wants the same row: one at a time gets it, the others are told who did. */
export const F15: Row = {
  id: 'F15',
  title: '50 writers on one case',
  about:
    'For 60 seconds 50 writers save and restore one and the same case, through both servers. Each version has one winner, no deadlock comes of it, and 99 of 100 writes are answered within 2 seconds.',
  load: { writesPerS: 10 },
  async inject(run) {
    const office = run.offices[0]!;
    const crowd = new Load({
      system: run.system,
      recorder: run.recorder,
      random: run.random.fork(1),
      offices: [{ ...office, caseIds: [office.caseIds[PLACE]!] }],
      shape: {
        ...BASE_LOAD,
        offices: 1,
        casesEach: 1,
        largeCasesEach: 0,
        largeShare: 0,
        mix: { restore: 0.05, bulk: 0, stale: 0.1, bulkParts: 0 },
        writers: 50,
        writesPerS: 150,
        feeds: 0,
        watchers: 0,
        slow: 0,
        packaged: 0,
      },
      numbersFrom: 1_000_000,
    });
    const before = await countDeadlocks(run);
    await run.fault('50 writers on one case', async () => {
      crowd.startWriting();
      await run.calm(60);
      await crowd.stopWriting();
    });
    await run.wait(3);
    run.load.complaints.push(...crowd.complaints);
    const deadlocks = (await countDeadlocks(run)) - before;
    run.require('no deadlock', deadlocks === 0, `${deadlocks}`);
  },
  judge(run) {
    const [fault] = run.recorder.faults;
    const p99 = run.recorder.saveMs.percentile(0.99, fault!.beginAt, fault!.endAt);
    run.require('99 of 100 writes are answered within 2 s', p99 !== null && p99 < SLOW_MS, `${p99} ms`);
    const { winners, versions, losers } = countWinners(run, run.offices[0]!.caseIds[PLACE]!);
    run.require(
      'each version has one winner, and the others are told',
      winners > 0 && winners === versions && losers > 0,
      `${winners} writes won ${versions} versions, ${losers} were refused`,
    );
  },
};

async function countDeadlocks(run: RowRun): Promise<number> {
  const [row] = await run.system.query<{ deadlocks: number }>(
    'select deadlocks::int from pg_stat_database where datname = current_database()',
  );
  return row!.deadlocks;
}

function countWinners(run: RowRun, caseId: string) {
  const ops = new Set<number>();
  const versions = new Set<number>();
  let [winners, losers] = [0, 0];
  for (const event of run.history()) {
    if (event.type === 'invoke' && event.caseId === caseId && event.kind !== 'bulk') ops.add(event.op);
    if (event.type === 'refused' && ops.has(event.op)) losers++;
    if (event.type !== 'acknowledged' || !ops.has(event.op) || event.version === null) continue;
    // A restore of what is current is acknowledged without a version of its own.
    if (event.outcome === 'UNCHANGED') continue;
    winners++;
    versions.add(event.version);
  }
  return { winners, versions: versions.size, losers };
}
