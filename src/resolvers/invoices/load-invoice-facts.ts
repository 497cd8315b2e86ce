import type { Scope } from '../../db/scope.ts';
import type { JsonValue } from '../../json/json-value.ts';

/** What of an invoice can disagree with itself, with its lines and with its case. Amounts are texts with two decimals. */
export interface InvoiceFacts {
  readonly id: string;
  readonly plate: string | null;
  readonly casePlate: string | null;
  readonly totalBeforeTax: string | null;
  readonly taxAmount: string | null;
  readonly totalAmount: string | null;
  /** Null when there are no lines, or one of them has no amount. */
  readonly linesTotal: string | null;
  readonly lineCount: number;
  /** Numbers of lines whose total is not quantity × unit price less the discount. */
  readonly oddLines: readonly number[];
  /** In percent, as the case's helper has it. */
  readonly vatRate: string | null;
  readonly ocr: JsonValue;
}

/** An amount that is written in the helper as a number or as text. */
const NUMBER = `'^[0-9]{1,3}(\\.[0-9]{1,4})?$'`;

/** In one statement for however many invoices, in the order of the ids; null for one that is not there. */
export async function loadInvoiceFacts(scope: Scope, ids: readonly string[]): Promise<(InvoiceFacts | null)[]> {
  const rows = await scope.sql<InvoiceFacts & Record<string, unknown>>(
    `select i.id, i.plate, k.plate as "casePlate", i.total_before_tax::text as "totalBeforeTax", i.tax_amount::text as "taxAmount",
       i.total_amount::text as "totalAmount", l.total::text as "linesTotal", l.count as "lineCount", l.odd as "oddLines", i.ocr,
       case when i.tax_amount is not null and i.total_before_tax is not null then
         (select case when v.rate ~ ${NUMBER} then v.rate end
          from public.case_helper h, lateral (select h.helper_json #>> '{calculations,vat_rate}' as rate) v
          where h.org_id = i.org_id and h.case_id = i.case_id and h.is_current) end as "vatRate"
     from public.invoices i
     join public.cases k on k.org_id = i.org_id and k.id = i.case_id
     cross join lateral (
       select count(*)::int as count,
         case when count(*) = count(a.amount) then sum(a.amount)::numeric(16, 2) end as total,
         coalesce(array_agg(n.line_number order by n.line_number)
           filter (where abs(n.line_total - a.computed) > 0.01), '{}') as odd
       from public.invoice_lines n
       cross join lateral (select round(n.quantity * n.unit_price * (1 - coalesce(n.discount_percent, 0) / 100), 2) as computed) c
       cross join lateral (select c.computed, coalesce(n.line_total, c.computed) as amount) a
       where n.org_id = i.org_id and n.case_id = i.case_id and n.invoice_id = i.id) l
     where i.id = any ($1::uuid[])`,
    [ids],
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}
