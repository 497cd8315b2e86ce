import type { HistoryRow, Queries } from './history.ts';
import { MigrationError } from './migration-error.ts';

/** What a row's logs carry from the moment its script begins, so that a crash leaves enough to judge by. */
export function transactionNote(transactionId: string): string {
  return `[transaction ${transactionId}]`;
}

/**
 * Decides about a migration that began and did not finish. Only the holder of the migration lock may ask.
 *
 *   its transaction is   | then the script                         | and we
 *   ---------------------|-----------------------------------------|-----------------------------------------
 *   aborted              | was rolled back whole                   | mark the row rolled back: it is pending again
 *   committed, unknown   | may be half applied (own COMMIT, or run | refuse and explain
 *                        | by another tool)                        |
 */
export async function settleOpenRow(client: Queries, row: HistoryRow): Promise<void> {
  if (!(await wasRolledBack(client, row))) throw new MigrationError('FAILED', explainFailure(row));
  await client.query('update public._prisma_migrations set rolled_back_at = now() where id = $1', [row.id]);
}

async function wasRolledBack(client: Queries, row: HistoryRow): Promise<boolean> {
  const transactionId = /\[transaction (\d+)\]/.exec(row.logs ?? '')?.[1];
  if (!transactionId) return false;
  try {
    const { rows } = await client.query('select pg_xact_status($1::xid8) as status', [transactionId]);
    return rows[0]?.status === 'aborted';
  } catch {
    return false; // a number from another cluster (a restored dump) can lie in the future, which is an error
  }
}

function explainFailure({ id, name, startedAt, logs }: HistoryRow): string {
  return [
    `Migration ${name} began at ${startedAt.toISOString()}, did not finish, and may be half applied:`,
    logs?.trim() || '(nothing was recorded about the cause)',
    'Nothing is migrated until you decide. Look at the database, then either undo what is there of it and run',
    `  update public._prisma_migrations set rolled_back_at = now() where id = '${id}';`,
    'or complete it by hand and run',
    `  update public._prisma_migrations set finished_at = now(), applied_steps_count = 1 where id = '${id}';`,
  ].join('\n');
}
