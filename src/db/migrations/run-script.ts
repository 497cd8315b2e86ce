import type { EventEmitter } from 'node:events';
import pg from 'pg';
import { lockRunningScript } from './migration-lock.ts';
import { lineAt, lineOfStatement } from './statement-lines.ts';

/** A script that did not go through: where, why, and the transaction whose outcome tells whether anything is left of it. */
export class ScriptFailure extends Error {
  readonly transactionId: string | undefined;

  constructor(message: string, transactionId?: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ScriptFailure';
    this.transactionId = transactionId;
  }
}

interface ScriptHooks {
  /** Before the first statement of the script; what it writes elsewhere survives a crash. */
  onBegin?(transactionId: string): Promise<void>;
  /** In the script's own transaction: its bookkeeping stands or falls with it. */
  beforeCommit?(client: pg.Client): Promise<void>;
}

/**
 * Runs a whole script as ONE transaction, in a session of its own so that no SET of it outlives it.
 * The text goes to the server unsplit: dollar-quoted bodies, DO blocks and several statements need no care.
 */
export async function runScript(url: string, script: string, hooks: ScriptHooks = {}): Promise<void> {
  const client = await openSession(url);
  try {
    await client.query('begin');
    await lockRunningScript(client);
    const transactionId = await currentTransaction(client);
    if (transactionId) await hooks.onBegin?.(transactionId);
    const completed = countCompleted(client);
    try {
      await client.query(script);
    } catch (error) {
      throw new ScriptFailure(describe(error as pg.DatabaseError, script, completed()), transactionId, error);
    }
    if ((await currentTransaction(client)) !== transactionId) throw new ScriptFailure(ENDS_TRANSACTION, transactionId);
    try {
      await client.query('reset role');
      await hooks.beforeCommit?.(client);
      await client.query('commit');
    } catch (error) {
      throw new ScriptFailure(`at commit: ${(error as Error).message}`, transactionId, error);
    }
  } finally {
    await client.end();
  }
}

/** The session `prisma migrate` would have: unqualified names go to public, and times without a zone are UTC. */
export async function openSession(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {}); // the statement under way rejects; without a listener the process would die of it
  await client.connect();
  await client.query(SESSION_SETTINGS);
  return client;
}

export const SESSION_SETTINGS = `set search_path to public; set timezone to 'UTC'`;

async function currentTransaction(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ id: string }>('select pg_current_xact_id()::text as id');
  return rows[0]?.id;
}

function countCompleted(client: pg.Client): () => number {
  let completed = 0;
  const { connection } = client as unknown as { connection: EventEmitter };
  connection.on('commandComplete', () => completed++);
  return () => completed;
}

function describe(error: pg.DatabaseError, script: string, completed: number): string {
  // Postgres counts characters, JavaScript UTF-16 units: an emoji above the fault must not move the line.
  const line = error.position
    ? lineAt(Array.from(script).slice(0, Number(error.position)).join(''), script.length)
    : lineOfStatement(script, completed);
  const parts = [`line ${line}: ${error.message}${error.code ? ` (${error.code})` : ''}`];
  if (error.detail) parts.push(`Detail: ${error.detail}`);
  if (error.hint) parts.push(`Hint: ${error.hint}`);
  if (error.where) parts.push(`Where: ${error.where}`);
  return parts.join('\n');
}

const ENDS_TRANSACTION =
  'the script ends its own transaction (COMMIT or ROLLBACK). A script is one transaction, opened and closed around it: remove these statements.';
