import type { Scope } from '../../db/scope.ts';
import type { WriteSource } from '../caller.ts';
import type { FoundCase } from '../cases/find-case.ts';

/**
 * An invoice goes with its lines: ACCEPTED when all of them are, ASSIGNED when all have their damage centre, and back to
 * PENDING when one has lost it. What people have decided of the invoice beyond that stays.
 */
export async function settleInvoices(
  scope: Scope,
  found: FoundCase,
  assignmentIds: readonly string[],
  source: WriteSource,
): Promise<void> {
  if (assignmentIds.length === 0) return;
  await scope.sql(
    `with touched as (
       select distinct l.invoice_id from public.invoice_line_assignments a
       join public.invoice_lines l on l.org_id = a.org_id and l.case_id = a.case_id and l.id = a.line_id
       where a.org_id = $1 and a.case_id = $2 and a.id = any ($3::uuid[])),
     settled as (
       select l.invoice_id, bool_and(a.status is not distinct from 'ACCEPTED') as accepted, bool_and(a.status is not null) as assigned
       from touched t join public.invoice_lines l on l.org_id = $1 and l.case_id = $2 and l.invoice_id = t.invoice_id
       left join public.invoice_line_assignments a
         on a.org_id = l.org_id and a.case_id = l.case_id and a.line_id = l.id and a.status in ('ASSIGNED', 'ACCEPTED')
       group by l.invoice_id),
     next as (
       select i.id, case when s.accepted then 'ACCEPTED' when i.status = 'ACCEPTED' then i.status when s.assigned then 'ASSIGNED'
         when i.status = 'ASSIGNED' then 'PENDING' else i.status end as status
       from settled s join public.invoices i on i.org_id = $1 and i.case_id = $2 and i.id = s.invoice_id
       where i.status in ('DRAFT', 'PENDING', 'ASSIGNED', 'ACCEPTED'))
     update public.invoices i set status = n.status, source = $4 from next n where i.id = n.id and i.status <> n.status`,
    [found.orgId, found.id, assignmentIds, source],
  );
}
