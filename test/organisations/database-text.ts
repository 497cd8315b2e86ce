import type { TestDatabase } from '../support/database.ts';

/** The text of every row of every table. */
export async function textOf(db: TestDatabase): Promise<string> {
  const tables = await db.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname in ('public', 'feed', 'gateway', 'private', 'auth')`,
  );
  const texts: string[] = [];
  for (const { name } of tables)
    for (const { text } of await db.query<{ text: string }>(`select to_jsonb(t)::text as text from ${name} t`))
      texts.push(text);
  return texts.join('\n');
}
