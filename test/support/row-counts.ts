import type { TestDatabase } from './database.ts';

/** Rows of every table, to show that a refused call has written nothing anywhere. */
export async function countRows(db: TestDatabase): Promise<Record<string, number>> {
  const tables = await db.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname in ('public', 'feed', 'gateway', 'auth') order by 1`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of tables)
    counts[name] = (await db.query<{ count: number }>(`select count(*)::int as count from ${name}`))[0]!.count;
  return counts;
}
