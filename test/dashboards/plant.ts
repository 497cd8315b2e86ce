import type { TestDatabase } from '../support/database.ts';

/** A row of a satellite as its table takes it; id, author and time are the database's. */
export async function plant(
  db: TestDatabase,
  table: string,
  orgId: string,
  row: Record<string, unknown>,
): Promise<string> {
  const columns = ['org_id', ...Object.keys(row)];
  const places = columns.map((_, index) => `$${index + 1}`);
  const [made] = await db.query<{ id: string }>(
    `insert into public.${table} (${columns.join(', ')}) values (${places.join(', ')}) returning id`,
    [orgId, ...Object.values(row)],
  );
  return made!.id;
}

/** Moves times that no client can choose. `set` and `where` are SQL. */
export async function moveTime(db: TestDatabase, table: string, set: string, where: string): Promise<void> {
  await db.query(`alter table ${table} disable trigger user`);
  await db.query(`update ${table} set ${set} where ${where}`);
  await db.query(`alter table ${table} enable trigger user`);
}
