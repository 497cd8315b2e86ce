import type { RowRun } from '../row-run.ts';

/** Crashes PostgreSQL again and again, and gives everything time to recover in between. */
export async function crashPostgres(run: RowRun, signal: 'SIGQUIT' | 'SIGKILL', times: number): Promise<void> {
  for (let turn = 0; turn < run.times(times); turn++) {
    await run.fault(`${signal} to PostgreSQL`, async () => {
      await run.system.cluster.crash(signal);
      await run.system.restartPostgres();
    });
    await run.wait(run.random.between(6, 10));
  }
  await run.wait(5);
}
