import { pino } from 'pino';
import { createDatabase } from '../support/database.ts';
import { test as base, createWorld, type World } from '../support/fixtures.ts';
import { startTestServer } from '../support/server.ts';

/** One server for a whole file, for cases that leave nothing behind. It logs everything it ever would. */
export interface SharedWorld extends World {
  /** Every line that has been logged so far. */
  readonly logged: readonly string[];
}

/** Rates would refuse most of what is sent here, before anything else looks at it. Unknown to a server that has none. */
const NO_RATES = {
  LIMIT_FAILED_SIGN_INS: '0',
  LIMIT_COST_PER_MINUTE: '0',
  LIMIT_COST_PER_MINUTE_OF_ADDRESS: '0',
  LIMIT_MESSAGES_PER_SECOND: '0',
  LIMIT_OPERATIONS_PER_SECOND: '0',
};

export const test = base.extend<{ $file: { shared: SharedWorld } }>({
  shared: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads what a fixture needs from its pattern
    async ({}, use) => {
      const db = await createDatabase();
      const logged: string[] = [];
      const log = pino({ level: 'trace', base: null }, { write: (line) => void logged.push(line) });
      const server = await startTestServer(db, { log, environment: NO_RATES });
      await use({ ...(await createWorld(db, server)), logged });
      await server.stop();
      await db.drop();
    },
    { scope: 'file' },
  ],
});
