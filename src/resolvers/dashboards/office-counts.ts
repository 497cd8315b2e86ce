import type { Scope } from '../../db/scope.ts';
import { UNPAID_INVOICE_STATUSES } from '../cases/case-conditions.ts';
import { type CaseFilter, filterCases } from '../cases/case-filter.ts';
import { timeZone } from '../cases/case-groups.ts';
import { collectValues, type Param } from '../sql-values.ts';

/** A number on the office's board: cases that fit a filter, or rows of a table. */
interface OfficeCountRule {
  readonly description: string;
  readonly filter?: CaseFilter;
  /** What is counted, after `from`; `org` is the place of the organisation's id. */
  readonly from?: (org: string) => string;
}

const OPEN_REMINDERS = (org: string) => `public.reminders r where r.org_id = ${org} and r.status = 'OPEN'`;

export const OFFICE_COUNTS = {
  activeCases: {
    description: 'Cases neither CLOSED nor ARCHIVED; the list is cases(filter: { isActive: true }).',
    filter: { isActive: true },
  },
  unassignedCases: {
    description:
      'Active cases assigned to nobody; the list is cases(filter: { isActive: true, groups: [{ groupBy: ASSIGNEE }] }).',
    filter: { isActive: true, groups: [{ groupBy: 'ASSIGNEE' }] },
  },
  unpaidCases: {
    description:
      'Cases with money outstanding: the status is AWAITING_PAYMENT, or there is an unpaid invoice. The list is cases(filter: { unpaid: true }).',
    filter: { unpaid: true },
  },
  missingInvoiceCases: {
    description:
      'Active cases past OPEN without an invoice that stands; the list is cases(filter: { missingInvoice: true }).',
    filter: { missingInvoice: true },
  },
  unpaidInvoices: {
    description: `Invoices issued, standing and not paid: those that are ${UNPAID_INVOICE_STATUSES.join(', ')}. DRAFT is not issued yet; REJECTED and CANCELLED do not stand.`,
    from: (org) =>
      `public.invoices i where i.org_id = ${org} and i.status in ('${UNPAID_INVOICE_STATUSES.join("', '")}')`,
  },
  overdueReminders: {
    description: 'Reminders that are OPEN and whose time has come.',
    from: (org) => `${OPEN_REMINDERS(org)} and r.due_at < now()`,
  },
  remindersDueToday: {
    description:
      "Reminders that are OPEN and due on this day by the organisation's clock, those whose hour has passed included. (By UTC for an API key without org.read, which can't know the clock.)",
    from: (org) => {
      // Subselects, for a bound that is worked out beforehand is one that the index can be searched by.
      const dayFrom = (days: number) =>
        `(select (date_trunc('day', now() at time zone z.name) + interval '${days} days') at time zone z.name from (select ${timeZone(org)} as name) z)`;
      return `${OPEN_REMINDERS(org)} and r.due_at >= ${dayFrom(0)} and r.due_at < ${dayFrom(1)}`;
    },
  },
  waitingLineAssignments: {
    description:
      'Invoice lines that were put to a damage centre and wait for a decision: assignments PROPOSED or ASSIGNED.',
    from: (org) => `public.invoice_line_assignments a where a.org_id = ${org} and a.status in ('PROPOSED', 'ASSIGNED')`,
  },
  pendingOnedriveCopies: {
    description: 'Files whose copy in OneDrive is still PENDING.',
    from: (org) => `public.onedrive_sync o where o.org_id = ${org} and o.sync_status = 'PENDING'`,
  },
} as const satisfies Record<string, OfficeCountRule>;

export type OfficeCount = keyof typeof OFFICE_COUNTS;

/** Several numbers in one statement, in the order of their names; each of what the caller may see. */
export async function officeCounts(scope: Scope, names: readonly OfficeCount[]): Promise<number[]> {
  const { values, param } = collectValues();
  const counts = names.map((name) => {
    const org = param(scope.orgId, 'uuid');
    return `(select count(*)::int from ${fromClause(OFFICE_COUNTS[name], org, param)})`;
  });
  const rows = await scope.sqlOnce<{ counts: number[] }>(`select array[${counts.join(', ')}] as counts`, values);
  return rows[0]!.counts;
}

function fromClause(rule: OfficeCountRule, org: string, param: Param): string {
  if (rule.from) return rule.from(org);
  const { from, where } = filterCases(rule.filter ?? {}, org, param);
  return `${from} where ${where}`;
}
