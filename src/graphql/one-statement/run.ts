import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { type ByteString, textOf } from '../../db/byte-string.ts';
import { isOutage } from '../../db/database-error.ts';
import { RawJson } from '../../json/raw-json.ts';
import { describeError, type Logger } from '../../log.ts';
import type { Operation } from '../../schema/context.ts';
import { assertMayCall } from '../../schema/operation-rights.ts';
import { printedAs } from '../print-result.ts';
import { type CompiledQuery, compileQuery } from './compile.ts';

/**
 * The answer of a query that one statement can give, under the caller's identity and policies: each root field as the
 * text that Postgres printed. Null for every other query, and for one that has anything to say but data: the resolvers
 * answer those.
 * @throws what the resolvers could not do better about: an outage, or a time-out
 */
export async function answerByOneStatement(
  args: ExecutionArgs,
  operation: Operation,
  log: Logger,
): Promise<ExecutionResult | null> {
  if (!operation.identity) return null;
  const query = compileQuery(args, operation.owner.requestedOrg);
  if (!query || !mayCall(operation, query)) return null;
  const row = await read(operation, query, log);
  if (!row || (query.usesOrg && row.org === null)) return null;
  if (row.org) operation.actedFor(row.org);
  const data: Record<string, RawJson> = {};
  const members: string[] = [];
  for (const [index, key] of query.keys.entries()) {
    const json = row[`c${index}`];
    // Nothing there: it is the resolver's to say what that means.
    if (!json) return null;
    data[key] = new RawJson(() => textOf(json));
    members.push(`"${key}":${json}`);
  }
  // Names in GraphQL are ASCII, a character a byte.
  return printedAs({ data }, `{"data":{${members.join(',')}}}` as ByteString);
}

async function read(operation: Operation, query: CompiledQuery, log: Logger) {
  try {
    const rows = await operation.database.readAlone(operation.owner, query.text, query.values);
    return rows[0] ?? null;
  } catch (error) {
    if (isOutage(error)) throw error;
    log.warn({ requestId: operation.requestId, error: describeError(error) }, 'a statement for a whole query failed');
    return null;
  }
}

function mayCall(operation: Operation, { fields }: CompiledQuery): boolean {
  try {
    for (const field of fields) assertMayCall(operation, field);
    return true;
  } catch {
    return false;
  }
}
