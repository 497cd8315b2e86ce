import type pg from 'pg';
import { claimsOf, type Identity } from '../auth/identity.ts';
import type { DatabaseRole } from './pools.ts';

const SEARCH_PATH = 'public, extensions';
const LOCK_TIMEOUT_MS = 5_000;
/** A scope whose process stalls gives its locks back. */
const IDLE_TIMEOUT_MS = 15_000;

const SETTINGS = [
  `'search_path', '${SEARCH_PATH}'`,
  `'lock_timeout', '${LOCK_TIMEOUT_MS}'`,
  `'idle_in_transaction_session_timeout', '${IDLE_TIMEOUT_MS}'`,
  `'request.jwt.claims', $1`,
  `'casegraph.request_id', $2`,
  `'role', $3`,
  `'statement_timeout', $4`,
];
/** One column of whatever they are set to, since nobody reads it. */
const set = (settings: readonly string[]) =>
  `select num_nulls(${settings.map((setting) => `set_config(${setting}, true)`).join(', ')})`;

const TAKE_ON = { name: 'scope', text: set(SETTINGS) };
const TAKE_ON_TO_READ = { name: 'scope_read', text: set([...SETTINGS, `'transaction_read_only', 'on'`]) };

/**
 * The first statement of a transaction: for its length the connection is the caller's, with limits on what it may take.
 * @param mode `read only` where it is not the beginning that has said so
 */
export function takeOnIdentity(
  identity: Identity,
  requestId: string,
  statementMs: number,
  mode: 'as begun' | 'read only' = 'as begun',
): pg.QueryConfig {
  return {
    ...(mode === 'read only' ? TAKE_ON_TO_READ : TAKE_ON),
    values: [claimsOf(identity), requestId, roleOf(identity), String(statementMs)],
  };
}

export function roleOf(identity: Identity): DatabaseRole {
  return identity.kind === 'SERVICE' ? 'service_role' : 'authenticated';
}
