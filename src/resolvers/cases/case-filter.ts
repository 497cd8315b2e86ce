import { Refusal } from '../../errors.ts';
import type { CaseStatus } from './case-status.ts';
import { type HelperPathFilter, helperPathCondition } from './helper-path-filter.ts';
import { getPlate, normalisePlate } from './plate.ts';

export interface CaseFilter {
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
}

/** How alike a stretch of the text must be to a word of the search (0 to 1, pg_trgm's word similarity). */
const SIMILARITY = 0.5;
const MAX_SEARCH_WORDS = 8;
const MAX_SEARCH_LENGTH = 200;
const MAX_HELPER_FILTERS = 10;

export interface FilterSql {
  readonly from: string;
  readonly where: string;
  readonly values: unknown[];
}

/** The filter as SQL over `cases k`. All conditions must hold. @throws Refusal VALIDATION_FAILED naming the field */
export function filterCases(orgId: string, filter: CaseFilter): FilterSql {
  const values: unknown[] = [];
  const param = (value: unknown, type: string) => `$${values.push(value)}::${type}`;
  const conditions = [`k.org_id = ${param(orgId, 'uuid')}`, "k.kind = 'damage'"];
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

  let from = 'public.cases k';
  const words = searchWords(filter.search ?? '');
  if (words.length > 0) {
    from += ' join public.case_search_index s on s.org_id = k.org_id and s.case_id = k.id';
    for (const word of words) conditions.push(wordCondition(word, param));
  }
  const paths = filter.helper ?? [];
  if (paths.length > MAX_HELPER_FILTERS)
    throw new Refusal('VALIDATION_FAILED', `At most ${MAX_HELPER_FILTERS} helper filters in one call.`, [
      'filter',
      'helper',
    ]);
  if (paths.length > 0) {
    from += ' join public.case_helper h on h.org_id = k.org_id and h.case_id = k.id and h.is_current';
    for (const [index, path] of paths.entries())
      conditions.push(helperPathCondition(path, ['filter', 'helper', String(index)], param));
  }
  return { from, where: conditions.join(' and '), values };
}

function searchWords(search: string): string[] {
  if (search.includes('\0') || search.length > MAX_SEARCH_LENGTH)
    throw new Refusal('VALIDATION_FAILED', `A search has at most ${MAX_SEARCH_LENGTH} characters, without U+0000.`, [
      'filter',
      'search',
    ]);
  // A plate spelled with spaces is one word, not three.
  const plate = normalisePlate(search);
  if (plate) return [plate];
  const words = search.split(/\s+/).filter((word) => word !== '');
  return words.slice(0, MAX_SEARCH_WORDS).map((word) => normalisePlate(word) ?? word);
}

/** Contained as it is, or nearly so. */
function wordCondition(word: string, param: (value: unknown, type: string) => string): string {
  const given = param(word, 'text');
  const contained = `s.words like '%' || replace(replace(replace(private.search_normalise(${given}), '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%'`;
  // A number or a code is meant as it stands, and the trigrams of % and _ are none; a word may be misspelled.
  if (/\d/.test(word) || !/\p{L}/u.test(word)) return contained;
  return `(${contained} or word_similarity(private.search_normalise(${given}), s.words) >= ${SIMILARITY})`;
}
