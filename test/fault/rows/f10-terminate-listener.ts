import { pollUntil } from '../../../src/db/embedded/poll.ts';
import type { Row } from '../row.ts';
import type { RowRun } from '../row-run.ts';

const LISTENERS = `select pid from pg_stat_activity
  where datname = current_database() and application_name = 'casegraph-listen' and query ilike 'listen%' and state = 'idle'`;

/** The connection that brings the wake-ups is ended by the database's administrator. */
export const F10: Row = {
  id: 'F10',
  title: 'The LISTEN connection is terminated',
  about: 'That of both servers at once, 25 times: 50 terminations. They listen again within a second, median.',
  smoke: 0.1,
  async inject(run) {
    const tookMs: number[] = [];
    for (let turn = 0; turn < run.times(25); turn++) {
      await run.fault('pg_terminate_backend of the listeners', async () => {
        const gone = await terminate(run);
        run.count(Math.max(0, gone.length - 1));
        const beganAt = Date.now();
        await pollUntil(async () => ((await listenersBut(run, gone)) >= 2 ? true : undefined), {
          timeoutMs: 20_000,
          intervalMs: 20,
          explain: () => 'The servers do not listen again after 20 s.',
        });
        tookMs.push(Date.now() - beganAt);
      });
      await run.wait(run.random.between(0.5, 1.5));
    }
    const median = tookMs.sort((a, b) => a - b)[tookMs.length >> 1]!;
    run.requirePace('both listen again within 1 s, median', median < 1_000, `${median} ms`);
    await run.wait(1);
  },
};

async function terminate(run: RowRun): Promise<number[]> {
  const rows = await run.system.query<{ pid: number }>(
    `select pid from (${LISTENERS}) listeners, lateral pg_terminate_backend(pid)`,
  );
  return rows.map((row) => row.pid);
}

async function listenersBut(run: RowRun, gone: readonly number[]): Promise<number> {
  const rows = await run.system.query<{ pid: number }>(LISTENERS);
  return rows.filter((row) => !gone.includes(row.pid)).length;
}
