import type { Scope } from '../../db/scope.ts';
import type { FoundCase } from '../cases/find-case.ts';
import type { AssignmentStatus } from './assignment-status.ts';
import { VOID_STATUSES } from './invoice-status.ts';

/** An assignment by its id, or by line and damage centre, and what is said of it. */
export interface AssignmentItem {
  readonly id?: string | null | undefined;
  readonly lineId?: string | null | undefined;
  readonly damageCenterCode?: string | null | undefined;
  readonly confidence?: string | null | undefined;
  readonly method?: string | null | undefined;
  readonly note?: string | null | undefined;
}

export interface KnownAssignment {
  readonly id: string;
  readonly lineId: string;
  readonly damageCenterCode: string;
  readonly status: AssignmentStatus;
}

export interface KnownLine {
  readonly id: string;
  /** What its invoice states; null where that says nothing. */
  readonly plate: string | null;
  readonly isVoid: boolean;
  /** The damage centre it is assigned to or accepted into. */
  readonly settledBy: string | null;
}

/** The lines that are named, and what is known of them, under locks that last until the transaction ends. */
export interface CaseAssignments {
  readonly lines: ReadonlyMap<string, KnownLine>;
  /** Codes of the damage centres in the current helper; null for a case that has none yet. */
  readonly centres: readonly string[] | null;
  /** The assignment of the id, else of line and centre: the open one, else the newest. */
  find(item: AssignmentItem): KnownAssignment | undefined;
}

export async function loadAssignments(
  scope: Scope,
  found: FoundCase,
  items: readonly AssignmentItem[],
): Promise<CaseAssignments> {
  const place = [found.orgId, found.id];
  const ids = items.flatMap(({ id }) => id ?? []);
  const lineIds = items.flatMap(({ lineId }) => lineId ?? []);
  // The plates of the invoices hold still, and their statuses are settled one call after the other.
  await scope.sql(
    `select from public.invoices i where i.org_id = $1 and i.case_id = $2 and i.id in (
       select l.invoice_id from public.invoice_lines l where l.org_id = $1 and l.case_id = $2 and (l.id = any ($3::uuid[])
         or l.id in (select a.line_id from public.invoice_line_assignments a where a.org_id = $1 and a.case_id = $2 and a.id = any ($4::uuid[]))))
     order by i.id for update`,
    [...place, lineIds, ids],
  );
  const assignments = await scope.sql<KnownAssignment & Record<string, unknown>>(
    `select a.id, a.line_id as "lineId", a.damage_center_code as "damageCenterCode", a.status
     from public.invoice_line_assignments a where a.org_id = $1 and a.case_id = $2
       and (a.line_id = any ($3::uuid[]) or a.id = any ($4::uuid[])) order by a.status <> 'REJECTED', a.created_at, a.id`,
    [...place, lineIds, ids],
  );
  const lines = await scope.sql<KnownLine & Record<string, unknown>>(
    `select l.id, i.plate, i.status = any ($4::text[]) as "isVoid",
       (select a.damage_center_code from public.invoice_line_assignments a
        where a.org_id = l.org_id and a.line_id = l.id and a.status in ('ASSIGNED', 'ACCEPTED')) as "settledBy"
     from public.invoice_lines l join public.invoices i on i.org_id = l.org_id and i.id = l.invoice_id
     where l.org_id = $1 and l.case_id = $2 and l.id = any ($3::uuid[])`,
    [...place, [...lineIds, ...assignments.map(({ lineId }) => lineId)], VOID_STATUSES],
  );
  const byId = new Map(assignments.map((one) => [one.id, one]));
  // The last of a key stays: the open one, where there is one.
  const byKey = new Map(assignments.map((one) => [JSON.stringify([one.lineId, one.damageCenterCode]), one]));
  return {
    lines: new Map(lines.map((line) => [line.id, line])),
    centres: await readCentres(scope, found),
    find: ({ id, lineId, damageCenterCode }) =>
      id == null ? byKey.get(JSON.stringify([lineId, damageCenterCode])) : byId.get(id),
  };
}

async function readCentres(scope: Scope, found: FoundCase): Promise<string[] | null> {
  const rows = await scope.sql<{ codes: unknown[] }>(
    `select jsonb_path_query_array(helper_json, '$.centers[*].Id') as codes
     from public.case_helper where org_id = $1 and case_id = $2 and is_current`,
    [found.orgId, found.id],
  );
  return rows[0] ? rows[0].codes.map(String) : null;
}
