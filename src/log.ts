import { type Logger, pino } from 'pino';

export type { Logger };

const STDERR = 2;
/** Lines are written this many bytes at a time, or after so long: writing each would cost more than all else about it. */
const WRITTEN_BYTES = 4_096;
const WRITTEN_EVERY_MS = 250;

/** One for the process, which has one stderr. */
let destination: ReturnType<typeof pino.destination> | null = null;

/**
 * JSON lines on stderr. What is logged names requests, operations and codes; never a value of a case. What is not written
 * yet when the process exits, crashing included, is written then.
 */
export function createLogger(level: string): Logger {
  destination ??= pino.destination({
    dest: STDERR,
    sync: false,
    minLength: WRITTEN_BYTES,
    periodicFlush: WRITTEN_EVERY_MS,
  });
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

/** Ends the process by an error that nobody caught, as Node does, but without the values that such an error may quote. */
export function exitOnCrash(log: Logger): void {
  process.on('uncaughtException', (error) => {
    log.fatal({ error: describeError(error) }, 'crashed');
    process.exit(1);
  });
}

/**
 * What may be logged of an error. Messages of the database and of Prisma can quote rows and parameters, so of those only
 * their codes and names are kept.
 */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code, constraint, table, routine, clientVersion, meta } = error as Error & Record<string, unknown>;
  const fromDatabase =
    typeof routine === 'string' || clientVersion !== undefined || error.name === 'DriverAdapterError';
  if (fromDatabase) {
    const cause = (meta as { driverAdapterError?: { cause?: { kind?: unknown; originalCode?: unknown } } } | undefined)
      ?.driverAdapterError?.cause;
    return { type: error.name, code, constraint, table, routine, kind: cause?.kind, sqlState: cause?.originalCode };
  }
  return {
    type: error.name,
    code,
    message: error.message,
    stack: error.stack,
    ...(error.cause ? { cause: describeError(error.cause) } : {}),
  };
}
