import type { Scope } from '../../db/scope.ts';
import { Refusal } from '../../errors.ts';
import { MAX_STALE_DAYS } from '../cases/case-conditions.ts';
import type { CaseFilter } from '../cases/case-filter.ts';
import { getOrgWith } from '../organisations/get-org-with.ts';

export const MAX_HEALTH_HOURS = 744;
/** Failures shown beside their count. */
export const SHOWN_FAILURES = 20;

/** A case without a helper is no sign of trouble while it is being opened. */
const HELPER_WITHIN_MS = 3_600_000;

export interface SystemHealthInput {
  readonly hours: number;
  readonly staleDays: number;
}

/** What the board looks at; each of its figures is read when it is asked for. */
export interface SystemHealth {
  readonly now: Date;
  /** The beginning of the first hour shown. */
  readonly since: Date;
  readonly casesWithoutHelper: CaseFilter;
  readonly staleCases: CaseFilter;
  readonly projectionMismatches: CaseFilter;
}

export interface HourOfLog {
  readonly at: Date;
  readonly errors: number;
  readonly warnings: number;
}

export interface FailedSync {
  readonly id: string;
  readonly caseId: string;
  readonly direction: string;
  readonly status: string;
  readonly helperVersion: number | null;
  readonly errorDetails: unknown;
  readonly at: Date;
}

export interface FailedCopy {
  readonly id: string;
  readonly caseId: string;
  readonly fileType: string;
  readonly path: string;
  readonly errorDetails: unknown;
  readonly at: Date;
}

/** How many there are, and the newest of them. */
export interface Failures<Row> {
  readonly count: number;
  readonly newest: readonly Row[];
}

/** @throws Refusal FORBIDDEN without log.read, VALIDATION_FAILED naming the argument */
export async function systemHealth(scope: Scope, { hours, staleDays }: SystemHealthInput): Promise<SystemHealth> {
  await getOrgWith(scope, 'log.read');
  assertBetween(hours, MAX_HEALTH_HOURS, 'hours');
  assertBetween(staleDays, MAX_STALE_DAYS, 'staleDays');
  const [window] = await scope.sql<{ now: Date; since: Date }>(
    `select now() as now, date_trunc('hour', now(), 'UTC') - make_interval(hours => $1 - 1) as since`,
    [hours],
  );
  const { now, since } = window!;
  return {
    now,
    since,
    casesWithoutHelper: {
      isActive: true,
      hasHelper: false,
      createdBefore: new Date(now.getTime() - HELPER_WITHIN_MS),
    },
    staleCases: { staleDays },
    projectionMismatches: { isProjected: false },
  };
}

/** Every hour since then, the oldest first, those in which nothing was logged included. */
export async function countLogByHour(scope: Scope, since: Date): Promise<HourOfLog[]> {
  return scope.sql<HourOfLog>(
    `select h.at, coalesce(l.errors, 0) as errors, coalesce(l.warnings, 0) as warnings
     from generate_series($2::timestamptz, now(), interval '1 hour') h (at)
     left join (
       select date_trunc('hour', created_at, 'UTC') as at, (count(*) filter (where log_level = 'ERROR'))::int as errors,
         (count(*) filter (where log_level = 'WARN'))::int as warnings
       from public.system_logs where org_id = $1 and created_at >= $2 and log_level in ('ERROR', 'WARN') group by 1
     ) l on l.at = h.at order by h.at`,
    [scope.orgId, since],
  );
}

/** Helpers whose way to or from elsewhere failed, wholly or in part, since then. */
export async function listFailedSyncs(scope: Scope, since: Date): Promise<Failures<FailedSync>> {
  const rows = await scope.sql<FailedSync & { total: number }>(
    `select id, case_id as "caseId", sync_direction as direction, sync_status as status, helper_version as "helperVersion",
       error_details as "errorDetails", created_at as at, (count(*) over ())::int as total
     from public.helper_sync_log
     where org_id = $1 and sync_status in ('FAILED', 'PARTIAL') and created_at >= $2
     order by created_at desc, id desc limit ${SHOWN_FAILURES}`,
    [scope.orgId, since],
  );
  return failures(rows);
}

/** Files whose copy in OneDrive is FAILED at this moment, whenever that happened. */
export async function listFailedCopies(scope: Scope): Promise<Failures<FailedCopy>> {
  const rows = await scope.sql<FailedCopy & { total: number }>(
    `select id, case_id as "caseId", file_type as "fileType", supabase_path as path, error_details as "errorDetails",
       updated_at as at, (count(*) over ())::int as total
     from public.onedrive_sync where org_id = $1 and sync_status = 'FAILED'
     order by updated_at desc, id desc limit ${SHOWN_FAILURES}`,
    [scope.orgId],
  );
  return failures(rows);
}

function failures<Row extends { total: number }>(rows: readonly Row[]): Failures<Row> {
  return { count: rows[0]?.total ?? 0, newest: rows };
}

function assertBetween(value: number, max: number, name: string): void {
  if (value < 1 || value > max) throw new Refusal('VALIDATION_FAILED', `${name} must be from 1 to ${max}.`, [name]);
}
