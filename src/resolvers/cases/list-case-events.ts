import type { Scope } from '../../db/scope.ts';
import { Refusal } from '../../errors.ts';
import { type OrderKey, type PageArguments, pageQuery, writeCursor } from '../paging.ts';

/** One entry of the change log as an event in the life of a case. */
export interface CaseEvent {
  readonly cursor: string;
  readonly type: string;
  readonly kind: 'CREATED' | 'UPDATED' | 'DELETED';
  readonly entity: string;
  readonly entityId: string | null;
  readonly entityIds: readonly string[];
  readonly changedColumns: readonly string[];
  readonly caseVersion: number | null;
  readonly actor: string;
  readonly at: Date;
}

export interface CaseEventPage {
  readonly events: readonly CaseEvent[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

interface EventRule {
  readonly entity: string;
  readonly kind: CaseEvent['kind'];
  /** An update is of this type when it touched the column. */
  readonly column?: string;
}

/** What changes are called; the first that fits. What fits none is named by its table and kind, as IMAGES_UPDATED. */
const RULES: Readonly<Record<string, EventRule>> = {
  CASE_OPENED: { entity: 'cases', kind: 'CREATED' },
  STATUS_CHANGE: { entity: 'cases', kind: 'UPDATED', column: 'status' },
  ASSIGNED: { entity: 'cases', kind: 'UPDATED', column: 'assigned_to' },
  SHARED: { entity: 'case_collaborators', kind: 'CREATED' },
  UNSHARED: { entity: 'case_collaborators', kind: 'DELETED' },
  HELPER_SAVED: { entity: 'case_helper', kind: 'CREATED' },
  HELPER_MIRRORED: { entity: 'helper_sync_log', kind: 'CREATED' },
  VEHICLE_RECORDED: { entity: 'vehicle_details', kind: 'CREATED' },
  LEVI_REPORT_ADDED: { entity: 'levi_reports', kind: 'CREATED' },
  FILE_ADDED: { entity: 'docs', kind: 'CREATED' },
  IMAGE_ADDED: { entity: 'images', kind: 'CREATED' },
  REPORT_ADDED: { entity: 'reports', kind: 'CREATED' },
  // What is final stays so: the status of a report changes once.
  REPORT_FINAL: { entity: 'reports', kind: 'UPDATED', column: 'status' },
  PARTS_SEARCHED: { entity: 'parts_search_sessions', kind: 'CREATED' },
  PART_SELECTED: { entity: 'selected_parts', kind: 'CREATED' },
  PART_ADDED: { entity: 'parts_required', kind: 'CREATED' },
  // The log names columns and keeps no values: which status, the part says.
  PART_STATUS_CHANGE: { entity: 'parts_required', kind: 'UPDATED', column: 'status' },
  INVOICE_CREATED: { entity: 'invoices', kind: 'CREATED' },
  INVOICE_STATUS_CHANGE: { entity: 'invoices', kind: 'UPDATED', column: 'status' },
  INVOICE_LINE_PROPOSED: { entity: 'invoice_line_assignments', kind: 'CREATED' },
  INVOICE_LINE_STATUS_CHANGE: { entity: 'invoice_line_assignments', kind: 'UPDATED', column: 'status' },
  REMINDER_SET: { entity: 'reminders', kind: 'CREATED' },
  REMINDER_STATUS_CHANGE: { entity: 'reminders', kind: 'UPDATED', column: 'status' },
};

export const CASE_EVENT_TYPES = Object.keys(RULES);

const MAX_TYPES = 50;

const NEWEST_FIRST: readonly OrderKey[] = [{ name: 'seq', sql: 'l.org_seq', type: 'bigint', direction: 'DESC' }];

// From code alone: names of tables, kinds and columns.
const TYPE_SQL = `case ${Object.entries(RULES)
  .map(([type, { entity, kind, column }]) => {
    const touched = column ? ` and '${column}' = any (l.changed_columns)` : '';
    return `when l.entity = '${entity}' and l.kind = '${kind}'${touched} then '${type}'`;
  })
  .join(' ')} else upper(l.entity) || '_' || l.kind end`;

/** A case, as organisation and id. */
export type CaseKey = readonly [orgId: string, caseId: string];

/**
 * One page of each case's events, newest first, all in one statement, in the order of `cases`.
 * @throws Refusal VALIDATION_FAILED or INVALID_CURSOR naming the argument
 */
export async function listCaseEvents(
  scope: Scope,
  cases: readonly CaseKey[],
  { types, ...args }: PageArguments & { readonly types?: readonly string[] | null | undefined },
): Promise<CaseEventPage[]> {
  const page = pageQuery(NEWEST_FIRST, args, 3);
  const rows = await scope.sqlOnce<Omit<CaseEvent, 'cursor'> & { parent: number; seq: string }>(
    `select p.parent::int, l.* from ${CASES} cross join lateral (
       select l.org_seq::text as seq, ${TYPE_SQL} as type, l.kind, l.entity, l.entity_id as "entityId", l.entity_ids as "entityIds",
         l.changed_columns as "changedColumns", l.case_version as "caseVersion", l.actor, l.at, row_number() over (order by ${page.orderBy}) as place
       from feed.change_log l where ${OF_TYPES} and ${page.where} order by ${page.orderBy} limit ${page.limit}) l
     order by p.parent, l.place`,
    [...values(cases, types), ...page.values],
  );
  return cases.map((_, index) => {
    const { rows: kept, ...sides } = page.cut(rows.filter((row) => row.parent === index + 1));
    return { events: kept.map((row) => ({ ...row, cursor: writeCursor(NEWEST_FIRST, [row.seq]) })), ...sides };
  });
}

/** How many events each case has, in one statement. */
export async function countCaseEvents(
  scope: Scope,
  cases: readonly CaseKey[],
  types: readonly string[] | null | undefined,
): Promise<number[]> {
  const rows = await scope.sql<{ total: number }>(
    `select (select count(*)::int from feed.change_log l where ${OF_TYPES}) as total from ${CASES} order by p.parent`,
    values(cases, types),
  );
  return rows.map((row) => row.total);
}

const CASES = 'rows from (unnest($1::uuid[]), unnest($2::uuid[])) with ordinality as p (org_id, case_id, parent)';
const OF_TYPES = `l.org_id = p.org_id and l.case_id = p.case_id and ($3::text[] is null or ${TYPE_SQL} = any ($3))`;

function values(cases: readonly CaseKey[], types: readonly string[] | null | undefined): unknown[] {
  assertTypes(types ?? []);
  return [cases.map(([orgId]) => orgId), cases.map(([, caseId]) => caseId), types ?? null];
}

/** A type that is none would find nothing, and say nothing. */
function assertTypes(types: readonly string[]): void {
  if (types.length > MAX_TYPES)
    throw new Refusal('VALIDATION_FAILED', `At most ${MAX_TYPES} types in one call.`, ['types']);
  const unknown = types.find((type) => !(type in RULES) && !/^[A-Z_]{1,60}_(CREATED|UPDATED|DELETED)$/.test(type));
  if (unknown !== undefined)
    throw new Refusal(
      'VALIDATION_FAILED',
      `There is no such type of event. Send some of ${CASE_EVENT_TYPES.join(', ')}, or a table and a kind, as IMAGES_UPDATED.`,
      ['types'],
    );
}
