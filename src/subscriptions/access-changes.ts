import type { LogEntry } from './feed-log.ts';

/**
 * Tables that decide who sees what of an organisation, with the columns that do; null for any change of the table. They
 * are those that private.case_rule and the policy of the log read. What a role may do is no organisation's own and is told
 * by feed.meta.access_revision.
 */
const DECIDING: Readonly<Record<string, readonly string[] | null>> = {
  user_orgs: null,
  case_collaborators: null,
  api_keys: ['permissions', 'revoked_at', 'expires_at'],
  orgs: ['access'],
  cases: ['assigned_to', 'created_by'],
};

/** Whether an entry may have changed who sees what. */
export function changesAccess({ entity, kind, changedColumns }: LogEntry): boolean {
  const columns = DECIDING[entity];
  if (columns === undefined) return false;
  return columns === null || kind === 'DELETED' || changedColumns.some((column) => columns.includes(column));
}
