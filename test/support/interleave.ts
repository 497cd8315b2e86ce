import type { TestDatabase } from './database.ts';

/** What one database session does. A step begins when the one before has ended. */
export interface Session {
  /** Process id of its connection on the database server. */
  readonly pid: number;
  readonly steps: readonly (() => Promise<unknown>)[];
}

/** Every order in which steps of several sessions can follow each other, as indexes of sessions. */
export function* allOrders(lengths: readonly number[]): Generator<readonly number[]> {
  if (lengths.every((length) => length === 0)) yield [];
  for (const [index, length] of lengths.entries())
    if (length > 0) for (const rest of allOrders(lengths.with(index, length - 1))) yield [index, ...rest];
}

/** Begins the steps in this order. One that has to wait for a lock goes on waiting while the others take their turn. */
export async function runInOrder(
  db: TestDatabase,
  order: readonly number[],
  sessions: readonly Session[],
): Promise<void> {
  const running = sessions.map(() => Promise.resolve<unknown>(undefined));
  const next = sessions.map(() => 0);
  for (const index of order) {
    const { pid, steps } = sessions[index]!;
    const step = steps[next[index]!++]!;
    running[index] = running[index]!.then(step);
    await endsOrWaits(db, running[index]!, pid);
  }
  await Promise.all(running);
}

async function endsOrWaits(db: TestDatabase, step: Promise<unknown>, pid: number): Promise<void> {
  let ended = false;
  const done = () => {
    ended = true;
  };
  step.then(done, done);
  for (;;) {
    const [row] = await db.query<{ waits: boolean }>('select cardinality(pg_blocking_pids($1)) > 0 as waits', [pid]);
    if (ended || row!.waits) return;
  }
}
