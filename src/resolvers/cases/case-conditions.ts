import { Refusal } from '../../errors.ts';

/** What is asked of a case beyond its own columns: money, work and the log. */
export interface CaseConditions {
  readonly unpaid?: boolean | null | undefined;
  readonly missingInvoice?: boolean | null | undefined;
  readonly hasHelper?: boolean | null | undefined;
  readonly staleDays?: number | null | undefined;
  /** Whether search knows the case as it is: a cheap look, that of the rebuilding command is exact. */
  readonly isProjected?: boolean | null | undefined;
}

/** Invoices that somebody has issued, that stand, and that nobody has paid. */
export const UNPAID_INVOICE_STATUSES = ['PENDING', 'ASSIGNED', 'ACCEPTED', 'SENT'] as const;
const VOID_INVOICE_STATUSES = ['REJECTED', 'CANCELLED'] as const;

/** What mirrors report of themselves is no work on a case. */
const NO_WORK = ['helper_sync_log', 'onedrive_sync'];

export const MAX_STALE_DAYS = 3_650;

const CONDITIONS = {
  unpaid: `(k.status = 'AWAITING_PAYMENT' or exists (select from public.invoices i
    where i.org_id = k.org_id and i.case_id = k.id and i.status in (${quoted(UNPAID_INVOICE_STATUSES)})))`,
  missingInvoice: `(k.closed_at is null and k.status <> 'OPEN' and not exists (select from public.invoices i
    where i.org_id = k.org_id and i.case_id = k.id and i.status not in (${quoted(VOID_INVOICE_STATUSES)})))`,
  hasHelper: '(k.version > 0)',
  isProjected: `exists (select from public.case_search_index f
    where f.org_id = k.org_id and f.case_id = k.id and f.title = concat_ws(' ', k.plate, k.owner_name))`,
} as const;

/** The conditions as SQL over `cases k`. @throws Refusal VALIDATION_FAILED naming the field */
export function caseConditions(
  given: CaseConditions,
  field: readonly string[],
  param: (value: unknown, type: string) => string,
): string[] {
  const found = (Object.keys(CONDITIONS) as (keyof typeof CONDITIONS)[]).flatMap((name) =>
    given[name] == null ? [] : [`${given[name] ? '' : 'not '}${CONDITIONS[name]}`],
  );
  const days = given.staleDays;
  if (days == null) return found;
  if (days < 1 || days > MAX_STALE_DAYS)
    throw new Refusal('VALIDATION_FAILED', `staleDays must be from 1 to ${MAX_STALE_DAYS}.`, [...field, 'staleDays']);
  return [...found, staleSince(`now() - make_interval(days => ${param(days, 'int')})`)];
}

/**
 * Active, and nothing has happened in it since `moment`: neither to the case and its helper nor to anything that belongs
 * to it. The newest entry is found at the end of the case's log; where the log is kept no further back, it says nothing.
 */
function staleSince(moment: string): string {
  return `(k.closed_at is null and k.updated_at < ${moment} and coalesce((
    select l.at < ${moment} from feed.change_log l
    where l.org_id = k.org_id and l.case_id = k.id and l.entity not in (${quoted(NO_WORK)}) order by l.org_seq desc limit 1), true))`;
}

function quoted(values: readonly string[]): string {
  return values.map((value) => `'${value}'`).join(', ');
}
