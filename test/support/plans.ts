import pg from 'pg';
import type { TestDatabase } from './database.ts';

/**
 * Plans of all statements that a call runs as a user of the API, those inside functions too, as Postgres logs them; the last
 * line says how many rows it answered.
 */
export async function plansOf(db: TestDatabase, userId: string, sql: string, values: unknown[]): Promise<string> {
  const client = new pg.Client({ connectionString: db.adminUrl });
  await client.connect();
  const plans: string[] = [];
  client.on('notice', (notice) => plans.push(notice.message ?? ''));
  try {
    await client.query("load 'auto_explain'; begin");
    for (const [name, value] of Object.entries({
      'auto_explain.log_min_duration': '0',
      'auto_explain.log_nested_statements': 'on',
      client_min_messages: 'log',
      'request.jwt.claims': JSON.stringify({ role: 'authenticated', sub: userId }),
      role: 'authenticated',
    }))
      await client.query('select set_config($1, $2, true)', [name, value]);
    const { rows } = await client.query(sql, values);
    // The statement's own plan is logged when the next one takes its place.
    await client.query('rollback');
    plans.push(`rows: ${rows.length}`);
  } finally {
    await client.end();
  }
  return plans.filter((plan) => /Scan|^rows/.test(plan)).join('\n');
}
