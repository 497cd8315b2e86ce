import type { Scope } from '../../db/scope.ts';

/** What the parts of each case cost together, those that were cancelled left out; in the order of the cases, in one statement. */
export async function sumPartsCost(
  scope: Scope,
  cases: readonly { readonly orgId: string; readonly id: string }[],
): Promise<string[]> {
  const rows = await scope.sql<{ total: string }>(
    `select (select coalesce(sum(r.total_cost), 0)::numeric(30, 2)::text from public.parts_required r
             where r.org_id = p.org_id and r.case_id = p.case_id and r.status <> 'CANCELLED') as total
     from rows from (unnest($1::uuid[]), unnest($2::uuid[])) with ordinality as p (org_id, case_id, place) order by p.place`,
    [cases.map((one) => one.orgId), cases.map((one) => one.id)],
  );
  return rows.map((row) => row.total);
}
