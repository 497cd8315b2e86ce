import { Refusal } from '../../errors.ts';

/** One group of cases: those that have `key` there; null for those that have nothing. */
export interface CaseGroupFilter {
  readonly groupBy: CaseGroup;
  readonly key?: string | null | undefined;
}

interface Group {
  readonly description: string;
  /** The key, a text, as SQL over `cases k`. `org` is the place of the organisation's id. */
  readonly key: (org: string) => string;
}

/**
 * What cases are counted by. The filter of `cases` reads the same keys, so a count agrees with its list. What is in
 * the helper is read from its projection: no document is opened.
 */
export const CASE_GROUPS = {
  STATUS: { description: 'The status.', key: () => 'k.status' },
  ASSIGNEE: {
    description: 'Whom the case is assigned to; the key is the UUID of the user.',
    key: () => 'k.assigned_to::text',
  },
  GARAGE: { description: "The garage's name as the helper has it.", key: () => facet('garage') },
  INSURER: { description: "The insurer's name as the helper has it.", key: () => facet('insurer') },
  DAMAGE_TYPE: { description: 'The type of damage as the helper has it.', key: () => facet('damageType') },
  MONTH: {
    description:
      "The month in which the case was opened, by the organisation's clock; the key reads like 2026-11. (By UTC for an API key without org.read, which can't know the clock.)",
    key: (org) => `to_char(k.created_at at time zone ${timeZone(org)}, 'YYYY-MM')`,
  },
} as const satisfies Record<string, Group>;

export type CaseGroup = keyof typeof CASE_GROUPS;

const MAX_GROUPS = 10;
const MAX_KEY_LENGTH = 300;

/** Conditions over `cases k` that hold for the cases of all these groups. @throws Refusal naming the field */
export function groupConditions(
  groups: readonly CaseGroupFilter[],
  field: readonly string[],
  org: string,
  param: (value: unknown, type: string) => string,
): string[] {
  if (groups.length > MAX_GROUPS)
    throw new Refusal('VALIDATION_FAILED', `At most ${MAX_GROUPS} groups in one call.`, field);
  return groups.map(({ groupBy, key }, index) => {
    const expression = CASE_GROUPS[groupBy].key(org);
    if (key == null) return `${expression} is null`;
    if (key.length > MAX_KEY_LENGTH || key.includes('\0'))
      throw new Refusal('VALIDATION_FAILED', 'No group has such a key. Send one that caseCounts has answered.', [
        ...field,
        String(index),
        'key',
      ]);
    return `${expression} = ${param(key, 'text')}`;
  });
}

/** The organisation's time zone as SQL; one look-up a statement. */
export function timeZone(org: string): string {
  return `coalesce((select o.time_zone from public.orgs o where o.id = ${org}), 'UTC')`;
}

function facet(name: string): string {
  return `(select f.facets ->> '${name}' from public.case_search_index f where f.org_id = k.org_id and f.case_id = k.id)`;
}
