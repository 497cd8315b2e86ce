import pg from 'pg';

/** Takes away what has been written over: who is measured next would write among the leftovers of who came before. */
export async function vacuum(url: string): Promise<void> {
  const database = new pg.Client({ connectionString: url });
  await database.connect();
  try {
    await database.query('vacuum');
  } finally {
    await database.end();
  }
}
