import type { Row } from '../row.ts';
import type { RowRun } from '../row-run.ts';
import { requireRetryable } from './retryable.ts';

/** Written and read by everything the load does. */
const HOT = [
  { table: 'public.cases', column: 'owner_name' },
  { table: 'public.case_helper', column: 'label' },
  { table: 'feed.change_log', column: 'actor' },
  { table: 'feed.org_feed', column: 'seq' },
  { table: 'gateway.idempotency', column: 'operation' },
];
/** A migration that asks politely: it would rather begin again than make everybody queue behind it. */
const LOCK_TIMEOUT = '500ms';

/** Tables change under prepared statements and running transactions. */
export const F30: Row = {
  id: 'F30',
  title: 'Migrations under load',
  about:
    'Three times each of five busy tables gets a column and an index (built concurrently), and loses both again. No write fails for it, but with a code that says: try again.',
  async inject(run) {
    for (let round = 0; round < run.times(3); round++) {
      for (const { table, column } of HOT) {
        const name = `fault_${round}`;
        await run.fault(`a column and an index for ${table}`, async () => {
          await alter(run, `alter table ${table} add column ${name} int not null default 0`);
          await run.wait(0.5);
          await alter(run, `create index concurrently ${name} on ${table} (${column})`);
          await run.wait(0.5);
          await alter(run, `drop index concurrently ${table.split('.')[0]}.${name}`);
          await alter(run, `alter table ${table} drop column ${name}`);
        });
        run.count(3);
        await run.wait(1);
      }
    }
    await run.wait(2);
  },
  judge(run) {
    requireRetryable(run);
  },
};

async function alter(run: RowRun, sql: string): Promise<void> {
  const client = await run.system.connect();
  try {
    if (!sql.includes('concurrently')) await client.query(`set lock_timeout = '${LOCK_TIMEOUT}'`);
    for (;;) {
      const problem = await client.query(sql).then(
        () => null,
        (error: { code?: string }) => error,
      );
      if (problem === null) return;
      if (problem.code !== '55P03') throw problem;
      await run.wait(run.random.between(0.05, 0.2));
    }
  } finally {
    await client.end();
  }
}
