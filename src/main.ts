import { readConfig } from './config.ts';
import { ensureGeneratedClient } from './db/generated-client.ts';
import { createLogger, describeError } from './log.ts';

/** The process: configuration, start, signals. */
async function main(): Promise<void> {
  const config = readConfig();
  const log = createLogger(config.logLevel);
  await ensureGeneratedClient();
  // Loaded only now: it needs the client that may have been generated this moment.
  const { startServer } = await import('./server.ts');
  const { startBanner } = await import('./start-banner.ts');
  const server = await startServer(config, log);
  process.stdout.write(startBanner(server));

  let stopping = false;
  const stop = (signal: string) => {
    // A second signal means now.
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'stopping');
    server.stop().then(
      () => process.exit(0),
      (error) => {
        log.error({ error: describeError(error) }, 'could not stop in order');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

main().catch((error: Error) => {
  process.stderr.write(`casegraph could not start.\n${error.message}\n`);
  process.exit(1);
});
