import { createSecretKey } from 'node:crypto';
import jwt from 'jsonwebtoken';
import pg from 'pg';
import type { Statement } from './statements.ts';

/** What every server of the comparison is started with. */
export const settings = {
  databaseUrl: process.env.DATABASE_URL as string,
  port: Number(process.env.PORT),
  poolMax: Number(process.env.DATABASE_POOL_MAX),
  jwtSecret: process.env.JWT_SECRET as string,
};

const key = createSecretKey(Buffer.from(settings.jwtSecret));

/** The claims of the request's token, as the database wants them. @throws for a token that is none of ours */
export function claimsOf(authorization: string | undefined): string {
  const token = authorization?.startsWith('Bearer ') ? authorization.slice('Bearer '.length) : '';
  const claims = jwt.verify(token, key, { algorithms: ['HS256'], audience: 'authenticated' }) as jwt.JwtPayload;
  if (claims.role !== 'authenticated') throw new Error('A user signs in.');
  return JSON.stringify({ role: claims.role, sub: claims.sub });
}

/** The settings of a caller's transaction: casegraph's, but for the id of the request. */
export const IDENTITY = {
  search_path: 'public, extensions',
  statement_timeout: '8000',
  lock_timeout: '5000',
  idle_in_transaction_session_timeout: '15000',
  role: 'authenticated',
} as const;

/** The first statement of a caller's transaction; its parameter: the caller's claims. */
export const SET_UP = `select ${Object.entries(IDENTITY)
  .map(([name, value]) => `set_config('${name}', '${value}', true)`)
  .join(', ')}, set_config('request.jwt.claims', $1, true)`;

/** Runs single statements, each in a transaction under a caller's identity, all sent in one round trip. */
export class IdentifiedPool {
  readonly #pool = new pg.Pool({
    connectionString: settings.databaseUrl,
    max: settings.poolMax,
    pipeline: true,
  } as pg.PoolConfig);

  async run<Row extends pg.QueryResultRow>(
    claims: string,
    mode: 'read only' | 'read write',
    statement: Statement,
  ): Promise<Row[]> {
    const connection = await this.#pool.connect();
    try {
      const answers = [
        connection.query(`begin ${mode}`),
        connection.query({ name: 'identity', text: SET_UP, values: [claims] }),
        connection.query<Row>(statement as pg.QueryConfig),
        connection.query('commit'),
      ] as const;
      // A statement that failed is followed by its commit, which then is a rollback: the connection is as good as before.
      await Promise.allSettled(answers);
      return (await answers[2]).rows;
    } finally {
      connection.release();
    }
  }
}
