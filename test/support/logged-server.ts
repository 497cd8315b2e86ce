import { pino } from 'pino';
import { test } from './fixtures.ts';
import { startTestServer, type TestServer } from './server.ts';

/** Everything the server has logged, as text. */
export type LoggedText = () => string;

/** As `test`, with a server that logs everything it ever would to where the test can read it. */
export const loggedTest = test.extend<{ lines: string[]; loggedText: LoggedText; server: TestServer }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads what a fixture needs from its pattern
  lines: async ({}, use) => {
    await use([]);
  },
  loggedText: async ({ lines }, use) => {
    await use(() => lines.join(''));
  },
  server: async ({ db, lines }, use) => {
    const log = pino({ level: 'trace', base: null }, { write: (line) => void lines.push(line) });
    const server = await startTestServer(db, { log });
    await use(server);
    await server.stop();
  },
});
