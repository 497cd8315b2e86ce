import type { RowRun } from '../row-run.ts';

/** Sessions that have waited in COMMIT for half a second: there only the next number of an organisation is waited for. */
export async function countHeldUp(run: RowRun): Promise<number> {
  const [row] = await run.system.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
     where datname = current_database() and application_name = 'casegraph' and wait_event_type = 'Lock'
       and query ilike 'commit%' and query_start < clock_timestamp() - interval '500 ms'`,
  );
  return row!.count;
}
