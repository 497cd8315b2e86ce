import type { Scope } from '../../db/scope.ts';
import { Refusal } from '../../errors.ts';
import { type CaseFilter, filterCases } from '../cases/case-filter.ts';
import { CASE_GROUPS, type CaseGroup } from '../cases/case-groups.ts';
import { CASE_STATUS_LABELS, type CaseStatus } from '../cases/case-status.ts';
import { collectValues } from '../sql-values.ts';

export interface CaseCountsInput {
  readonly groupBy: CaseGroup;
  readonly filter?: CaseFilter | null | undefined;
  /** How many groups are answered. */
  readonly first?: number | null | undefined;
}

export interface CaseCount {
  readonly key: string | null;
  readonly label: string | null;
  readonly count: number;
  readonly activeCount: number;
}

export interface CaseCounts {
  readonly total: number;
  readonly groupCount: number;
  readonly groups: readonly CaseCount[];
}

export const DEFAULT_GROUPS = 100;
export const MAX_GROUPS = 1_000;

/**
 * Cases that fit the filter, counted by group in one statement: the largest groups, or of months the latest in the order
 * of time. @throws Refusal VALIDATION_FAILED naming the argument
 */
export async function caseCounts(scope: Scope, input: CaseCountsInput): Promise<CaseCounts> {
  const first = input.first ?? DEFAULT_GROUPS;
  if (first < 1 || first > MAX_GROUPS)
    throw new Refusal('VALIDATION_FAILED', `first must be from 1 to ${MAX_GROUPS}.`, ['first']);
  const { groupBy } = input;
  const { values, param } = collectValues();
  const org = param(scope.orgId, 'uuid');
  const { from, where } = filterCases(input.filter ?? {}, org, param);
  const name =
    groupBy === 'ASSIGNEE' ? '(select p.name from public.profiles p where p.user_id = g.key::uuid)' : 'null::text';
  const rows = await scope.sqlOnce<CaseCount & { name: string | null; total: number; groupCount: number }>(
    `with g as (
       select ${CASE_GROUPS[groupBy].key(org)} as key, count(*)::int as count,
         (count(*) filter (where k.closed_at is null))::int as "activeCount"
       from ${from} where ${where} group by 1
     ), chosen as (
       select g.*, (sum(count) over ())::int as total, (count(*) over ())::int as "groupCount"
       from g order by ${groupBy === 'MONTH' ? 'key desc' : 'count desc, key'} limit ${param(first, 'int')}
     )
     select g.*, ${name} as name from chosen g order by ${groupBy === 'MONTH' ? 'key' : 'count desc, key'}`,
    values,
  );
  return {
    total: rows[0]?.total ?? 0,
    groupCount: rows[0]?.groupCount ?? 0,
    groups: rows.map(({ key, count, activeCount, name }) => ({
      key,
      count,
      activeCount,
      label: labelOf(groupBy, key, name),
    })),
  };
}

function labelOf(groupBy: CaseGroup, key: string | null, name: string | null): string | null {
  if (groupBy === 'STATUS') return CASE_STATUS_LABELS[key as CaseStatus];
  return groupBy === 'ASSIGNEE' ? name : key;
}
