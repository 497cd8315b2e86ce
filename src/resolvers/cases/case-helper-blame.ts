import type { Scope } from '../../db/scope.ts';
import { Refusal } from '../../errors.ts';
import type { WriteSource } from '../caller.ts';
import { getCase } from './find-case.ts';
import { isAmbiguousToken, readPointer } from './read-helper-text.ts';

export interface HelperBlame {
  readonly pointer: string;
  readonly version: number;
  readonly savedBy: string;
  readonly savedAt: Date;
  readonly source: WriteSource;
}

const MAX_POINTERS = 50;

/**
 * For each pointer the newest version whose value there differs from that of the version before, be it that the place
 * came, changed or went; equal content saved again is no writing. Pointers of what was never there are left out.
 * @throws Refusal NOT_FOUND for a case the caller may not see, VALIDATION_FAILED for what is no JSON Pointer
 */
export async function caseHelperBlame(
  scope: Scope,
  caseId: string,
  pointers: readonly string[],
): Promise<HelperBlame[]> {
  if (pointers.length > MAX_POINTERS)
    throw new Refusal(
      'VALIDATION_FAILED',
      `There are ${pointers.length} pointers; at most ${MAX_POINTERS} are looked up at once. Send several queries.`,
      ['pointers'],
    );
  const places = pointers.map((pointer, index) => toPlace(readPointer(pointer, ['pointers', String(index)])));
  await getCase(scope, caseId, ['caseId']);
  const rows = await scope.sql<Omit<HelperBlame, 'pointer'> & { position: number }>(SELECT, [
    caseId,
    JSON.stringify(places),
  ]);
  return rows.map(({ position, ...row }) => ({ pointer: pointers[position]!, ...row }));
}

interface Place {
  readonly path: readonly string[];
  /** Where the value must not be an array: Postgres would find a member by a token that names none. */
  readonly objects: readonly (readonly string[])[];
}

function toPlace(path: readonly string[]): Place {
  const objects = path.flatMap((token, depth) => (isAmbiguousToken(token) ? [path.slice(0, depth)] : []));
  return { path, objects };
}

const valueIn = (helper: string) => `case
  when exists (select from jsonb_array_elements(place.objects) as o(path)
               where jsonb_typeof(${helper} #> array(select jsonb_array_elements_text(o.path))) = 'array') then null
  else ${helper} #> place.path end`;

/**
 * One walk over the versions for all places, each beside the one before it, so that nothing but the answer leaves the
 * database. Each OFFSET 0 keeps its query apart: a version is unpacked once (which `||` does), not once a place.
 */
const SELECT = `
  select distinct on (written.position)
    written.position, step.version, step.saved_by as "savedBy", step.saved_at as "savedAt", step.source
  from (
    select h.version, h.saved_by, h.saved_at, h.source, h.helper_json || '{}' as after, p.helper_json || '{}' as before
    from public.case_helper h
    left join public.case_helper p on p.case_id = h.case_id and p.version = h.version - 1
    where h.case_id = $1
    offset 0
  ) step
  cross join lateral (
    select place.position from (
      select (e.ordinality - 1)::int as position, e.item -> 'objects' as objects,
        array(select jsonb_array_elements_text(e.item -> 'path')) as path
      from jsonb_array_elements($2::jsonb) with ordinality as e(item, ordinality)
      offset 0
    ) place
    where ${valueIn('step.after')} is distinct from ${valueIn('step.before')}
    offset 0
  ) written
  order by written.position, step.version desc`;
