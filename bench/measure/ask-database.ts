import pg from 'pg';

/** Runs one statement on a connection of its own, and answers its rows. */
export async function askDatabase<Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const database = new pg.Client({ connectionString: url });
  await database.connect();
  try {
    const { rows } = await database.query<Row>(text, [...values]);
    return rows;
  } finally {
    await database.end();
  }
}
