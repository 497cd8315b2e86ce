import pg from 'pg';
import type { TestDatabase } from './database.ts';

/** What Postgres logs from now on: the plans of a connection's statements, those inside functions too, as they end. */
export async function logPlans(client: pg.Client): Promise<readonly string[]> {
  const plans: string[] = [];
  client.on('notice', ({ message }) => plans.push(message ?? ''));
  await client.query("load 'auto_explain'");
  await client.query('set auto_explain.log_min_duration = 0; set auto_explain.log_nested_statements = on');
  await client.query('set client_min_messages = log');
  return plans;
}

/**
 * Plans of all statements that a call runs as a user of the API, those inside functions too, as Postgres logs them; the last
 * line says how many rows it answered.
 */
export async function plansOf(db: TestDatabase, userId: string, sql: string, values: unknown[]): Promise<string> {
  const client = new pg.Client({ connectionString: db.adminUrl });
  await client.connect();
  try {
    const plans = await logPlans(client);
    await client.query('begin');
    for (const [name, value] of Object.entries({
      'request.jwt.claims': JSON.stringify({ role: 'authenticated', sub: userId }),
      role: 'authenticated',
    }))
      await client.query('select set_config($1, $2, true)', [name, value]);
    const { rows } = await client.query(sql, values);
    // The statement's own plan is logged when the next one takes its place.
    await client.query('rollback');
    return [...plans, `rows: ${rows.length}`].filter((plan) => /Scan|^rows/.test(plan)).join('\n');
  } finally {
    await client.end();
  }
}
