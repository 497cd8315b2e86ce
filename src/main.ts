import { readConfig } from './config.ts';
import { ensureGeneratedClient } from './db/generated-client.ts';
import { createLogger, describeError, exitOnCrash } from './log.ts';

/** The process: configuration, start, signals. */
async function main(): Promise<void> {
  const config = readConfig();
  const log = createLogger(config.logLevel);
  exitOnCrash(log);
  // Heard from the beginning: a start that is interrupted undoes what it has done, and leaves no database running.
  const stopSignal = listenForStop((signal) => log.info({ signal }, 'stopping'));
  try {
    await ensureGeneratedClient();
    // Loaded only now: it needs the client that may have been generated this moment.
    const { startServer } = await import('./server.ts');
    const { startBanner } = await import('./start-banner.ts');
    const server = await startServer(config, log);
    if (!stopSignal.heard) process.stdout.write(startBanner(server));
    await stopSignal.promise;
    await server.stop();
    log.info('stopped');
  } catch (error) {
    // Ctrl-C reaches the programs that a start runs (initdb, say) as well, and fails it.
    if (!stopSignal.heard) throw error;
    log.error({ error: describeError(error) }, 'could not stop in order');
    process.exit(1);
  }
  process.exit(0);
}

/** npm passes on the Ctrl-C that the terminal has sent to us already: the same one, a moment later. */
const SAME_SIGNAL_WITHIN_MS = 1_000;

/** Resolves with the first signal. Another one later means now. */
function listenForStop(tell: (signal: string) => void): { readonly heard: boolean; readonly promise: Promise<void> } {
  let heardAt: number | null = null;
  const promise = new Promise<void>((resolve) => {
    const hear = (signal: string) => {
      if (heardAt !== null && Date.now() - heardAt > SAME_SIGNAL_WITHIN_MS) process.exit(1);
      if (heardAt !== null) return;
      heardAt = Date.now();
      tell(signal);
      resolve();
    };
    process.on('SIGINT', hear);
    process.on('SIGTERM', hear);
  });
  return {
    get heard() {
      return heardAt !== null;
    },
    promise,
  };
}

main().catch((error: Error) => {
  process.stderr.write(`casegraph could not start.\n${error.message}\n`);
  process.exit(1);
});
