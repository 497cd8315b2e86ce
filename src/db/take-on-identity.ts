import type pg from 'pg';
import { claimsOf, type Identity } from '../auth/identity.ts';
import type { DatabaseRole } from './pools.ts';

const SEARCH_PATH = 'public, extensions';
const LOCK_TIMEOUT_MS = 5_000;
/** A scope whose process stalls gives its locks back. */
const IDLE_TIMEOUT_MS = 15_000;

const SET_UP = `select set_config('search_path', '${SEARCH_PATH}', true), set_config('statement_timeout', $4, true),
  set_config('lock_timeout', '${LOCK_TIMEOUT_MS}', true), set_config('idle_in_transaction_session_timeout', '${IDLE_TIMEOUT_MS}', true),
  set_config('request.jwt.claims', $1, true), set_config('casegraph.request_id', $2, true), set_config('role', $3, true)`;

/** The first statement of a transaction: for its length the connection is the caller's, with limits on what it may take. */
export function takeOnIdentity(identity: Identity, requestId: string, statementMs: number): pg.QueryConfig {
  return {
    name: 'scope',
    text: SET_UP,
    values: [claimsOf(identity), requestId, roleOf(identity), String(statementMs)],
  };
}

export function roleOf(identity: Identity): DatabaseRole {
  return identity.kind === 'SERVICE' ? 'service_role' : 'authenticated';
}
