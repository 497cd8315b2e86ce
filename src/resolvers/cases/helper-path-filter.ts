import { Refusal } from '../../errors.ts';
import { findUnfaithful } from '../../json/faithful.ts';
import { INDEXED_POINTERS } from './indexed-pointers.ts';
import { isAmbiguousToken, readPointer } from './read-helper-text.ts';

/** Compares the value at a JSON Pointer of the current helper. Exactly one comparison is given. */
export interface HelperPathFilter {
  readonly pointer: string;
  readonly equals?: unknown;
  readonly in?: readonly unknown[] | null | undefined;
  readonly contains?: unknown;
  readonly greaterThan?: unknown;
  readonly lessThan?: unknown;
  readonly exists?: boolean | null | undefined;
}

type Param = (value: unknown, type: string) => string;

const COMPARISONS = ['equals', 'in', 'contains', 'greaterThan', 'lessThan', 'exists'] as const;

/** SQL of each comparison, over the value `at` (jsonb, null where the pointer names nothing). */
const CONDITIONS: Record<(typeof COMPARISONS)[number], (at: string, value: unknown, param: Param) => string> = {
  equals: (at, value, param) => `${at} = ${param(JSON.stringify(value), 'jsonb')}`,
  in: (at, value, param) => `${at} in (select jsonb_array_elements(${param(JSON.stringify(value), 'jsonb')}))`,
  contains: (at, value, param) =>
    typeof value === 'string'
      ? `(position(lower(${param(value, 'text')}) in lower(case jsonb_typeof(${at}) when 'string' then ${at} #>> '{}' end)) > 0
          or ${at} @> ${param(JSON.stringify([value]), 'jsonb')})`
      : `${at} @> ${param(JSON.stringify(value), 'jsonb')}`,
  greaterThan: (at, value, param) => compare(at, '>', value, param),
  lessThan: (at, value, param) => compare(at, '<', value, param),
  exists: (at, value) => `${at} is ${value ? 'not ' : ''}null`,
};

/** A condition over `cases k`, and over its current helper `h` where it `readsHelper`. */
export interface PathCondition {
  readonly sql: string;
  readonly readsHelper: boolean;
}

/** Comparisons that an index can answer. */
const INDEXED_COMPARISONS: readonly string[] = ['equals', 'in', 'greaterThan', 'lessThan'];

/**
 * @param org place of the organisation's id
 * @throws Refusal VALIDATION_FAILED naming the field
 */
export function helperPathCondition(
  filter: HelperPathFilter,
  field: readonly string[],
  org: string,
  param: Param,
): PathCondition {
  const given = COMPARISONS.filter((name) => (name === 'equals' ? filter.equals !== undefined : filter[name] != null));
  const comparison = given[0];
  if (!comparison || given.length > 1)
    throw new Refusal('VALIDATION_FAILED', `Give exactly one comparison: ${COMPARISONS.join(', ')}.`, field);
  const tokens = readPointer(filter.pointer, [...field, 'pointer']);
  const fault = findUnfaithful(filter[comparison]);
  if (fault) throw new Refusal('VALIDATION_FAILED', fault.message, [...field, comparison]);
  const value = filter[comparison];
  if (
    INDEXED_POINTERS.includes(filter.pointer) &&
    INDEXED_COMPARISONS.includes(comparison) &&
    isIndexed(comparison, value)
  ) {
    // Under a policy no index on a helper's values would be used: see the function.
    const given = `${param(tokens, 'text[]')}, '${comparison}', ${param(JSON.stringify(value), 'jsonb')}`;
    return { sql: `k.id in (select private.cases_by_helper_value(${org}, ${given}))`, readsHelper: false };
  }
  return { sql: CONDITIONS[comparison](valueAt(tokens, param), value, param), readsHelper: true };
}

/** An index keeps texts, numbers, booleans and null. */
function isIndexed(comparison: string, value: unknown): boolean {
  const values = comparison === 'in' ? (value as unknown[]) : [value];
  return values.every((member) => typeof member !== 'object' || member === null);
}

function valueAt(tokens: readonly string[], param: Param): string {
  const at = (end: number) => `(h.helper_json #> ${param(tokens.slice(0, end), 'text[]')})`;
  const whole = at(tokens.length);
  const misread = tokens.flatMap((token, index) =>
    isAmbiguousToken(token) ? [`jsonb_typeof(${at(index)}) = 'array'`] : [],
  );
  return misread.length === 0 ? whole : `(case when ${misread.join(' or ')} then null else ${whole} end)`;
}

/** Numbers with numbers, text with text: a value of another type is neither more nor less. */
function compare(at: string, operator: '<' | '>', value: unknown, param: Param): string {
  const given = param(JSON.stringify(value), 'jsonb');
  return `(jsonb_typeof(${at}) = jsonb_typeof(${given}) and ${at} ${operator} ${given})`;
}
