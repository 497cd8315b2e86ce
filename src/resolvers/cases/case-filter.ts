import { Refusal } from '../../errors.ts';
import type { Param } from '../sql-values.ts';
import { type CaseConditions, caseConditions } from './case-conditions.ts';
import { type CaseGroupFilter, groupConditions } from './case-groups.ts';
import type { CaseStatus } from './case-status.ts';
import { type HelperPathFilter, helperPathCondition } from './helper-path-filter.ts';
import { getPlate, normalisePlate } from './plate.ts';

export interface CaseFilter extends CaseConditions {
  readonly plate?: string | null | undefined;
  readonly status?: readonly CaseStatus[] | null | undefined;
  readonly isActive?: boolean | null | undefined;
  readonly assignedTo?: string | null | undefined;
  readonly search?: string | null | undefined;
  readonly createdAfter?: Date | null | undefined;
  readonly createdBefore?: Date | null | undefined;
  readonly updatedAfter?: Date | null | undefined;
  readonly updatedBefore?: Date | null | undefined;
  readonly helper?: readonly HelperPathFilter[] | null | undefined;
  readonly groups?: readonly CaseGroupFilter[] | null | undefined;
}

const MAX_SEARCH_WORDS = 8;
const MAX_SEARCH_LENGTH = 200;
const MAX_HELPER_FILTERS = 10;

export interface FilterSql {
  readonly from: string;
  readonly where: string;
  /** Whether there is a search, and with it the number `s.rank`: the higher, the better the hit. */
  readonly isRanked: boolean;
}

/**
 * The filter as SQL over `cases k`. All conditions must hold. `org` is SQL of the organisation's id.
 * @throws Refusal VALIDATION_FAILED naming the field
 */
export function filterCases(filter: CaseFilter, org: string, param: Param): FilterSql {
  const conditions = [`k.org_id = ${org}`, "k.kind = 'damage'"];
  const where = <T>(value: T | null | undefined, condition: (value: T) => string) => {
    if (value != null) conditions.push(condition(value));
  };
  where(filter.plate, (plate) => `k.plate = ${param(getPlate(plate, ['filter', 'plate']), 'text')}`);
  where(filter.status, (status) => `k.status = any (${param(status, 'text[]')})`);
  where(filter.isActive, (active) => `k.closed_at is ${active ? '' : 'not '}null`);
  where(filter.assignedTo, (user) => `k.assigned_to = ${param(user, 'uuid')}`);
  where(filter.createdAfter, (at) => `k.created_at > ${param(at, 'timestamptz')}`);
  where(filter.createdBefore, (at) => `k.created_at < ${param(at, 'timestamptz')}`);
  where(filter.updatedAfter, (at) => `k.updated_at > ${param(at, 'timestamptz')}`);
  where(filter.updatedBefore, (at) => `k.updated_at < ${param(at, 'timestamptz')}`);
  conditions.push(
    ...caseConditions(filter, ['filter'], param),
    ...groupConditions(filter.groups ?? [], ['filter', 'groups'], org, param),
  );

  let from = 'public.cases k';
  const words = searchWords(filter.search ?? '');
  const isRanked = words.length > 0;
  if (isRanked) from += ` join private.search_cases(${org}, ${param(words, 'text[]')}) s on s.case_id = k.id`;
  const paths = filter.helper ?? [];
  if (paths.length > MAX_HELPER_FILTERS)
    throw new Refusal('VALIDATION_FAILED', `At most ${MAX_HELPER_FILTERS} helper filters in one call.`, [
      'filter',
      'helper',
    ]);
  const found = paths.map((path, index) => helperPathCondition(path, ['filter', 'helper', String(index)], org, param));
  if (found.some((condition) => condition.readsHelper))
    from += ' join public.case_helper h on h.org_id = k.org_id and h.case_id = k.id and h.is_current';
  conditions.push(...found.map((condition) => condition.sql));
  return { from, where: conditions.join(' and '), isRanked };
}

function searchWords(search: string): string[] {
  if (search.includes('\0') || search.length > MAX_SEARCH_LENGTH)
    throw new Refusal('VALIDATION_FAILED', `A search has at most ${MAX_SEARCH_LENGTH} characters, without U+0000.`, [
      'filter',
      'search',
    ]);
  // A plate spelled with spaces is one word, not three. The rest of reading words is the database's, which normalises
  // what is searched and what it is searched in alike.
  const plate = normalisePlate(search);
  if (plate) return [plate];
  const words = search.split(/\s+/).filter((word) => word !== '');
  return words.slice(0, MAX_SEARCH_WORDS).map((word) => normalisePlate(word) ?? word);
}
