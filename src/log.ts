import { type Logger, pino } from 'pino';

export type { Logger };

/** JSON lines on stderr. What is logged names requests, operations and codes; never a value of a case. */
export function createLogger(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
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
