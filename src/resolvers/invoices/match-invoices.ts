import type { Scope } from '../../db/scope.ts';
import { canonicalText } from '../../json/canonical-text.ts';
import type { ItemError } from '../bulk-upsert.ts';
import type { FoundCase } from '../cases/find-case.ts';
import type { InvoiceRow } from './invoice-rows.ts';

export interface KnownInvoice {
  readonly id: string;
  /** Columns that hold something. */
  readonly filled: readonly string[];
  readonly plate: string | null;
  readonly hasLines: boolean;
}

/** The invoice an item means: one of this case, or none yet; and why it can't be written, if it can't. */
export interface InvoiceMatch {
  readonly row: KnownInvoice | null;
  readonly fault: ItemError | null;
}

interface Hit extends KnownInvoice {
  /** Place of the item. */
  readonly place: number;
  readonly caseId: string;
  readonly filingId: string | null;
  readonly how: 'ID' | 'KEY' | 'NAME' | 'OCR' | 'CLASH';
}

/**
 * Finds for each item the invoice it means: by id, else supplier and number within the organisation, else the same OCR
 * answer within the case. Where one side lacks the tax id, the name decides. Call it under the lock on the
 * organisation's invoices.
 */
export async function matchInvoices(
  scope: Scope,
  found: FoundCase,
  rows: readonly InvoiceRow[],
  isSound: readonly boolean[],
  field: readonly string[],
): Promise<InvoiceMatch[]> {
  const items = JSON.stringify(
    rows.map((row, place) => ({
      place,
      id: row.id ?? null,
      tax: row.supplierTaxId ?? null,
      name: row.supplierName ?? null,
      number: row.invoiceNumber ?? null,
      ocr: row.ocr ?? null,
    })),
  );
  const hits: Hit[][] = rows.map(() => []);
  for (const hit of await scope.sql<Hit>(FIND, [items, found.orgId, found.id])) hits[hit.place]!.push(hit);
  const taken = new Set((await scope.sql<{ place: number }>(TAKEN, [items, found.orgId])).map(({ place }) => place));
  const sent = new SentInvoices();
  return rows.map((row, place) => {
    const path = [...field, String(place)];
    const refuse = (code: ItemError['code'], message: string, at: readonly string[] = path): InvoiceMatch => ({
      row: null,
      fault: { code, message, field: at },
    });
    const here = hits[place]!;
    const clash = here.find((hit) => hit.how === 'CLASH');
    if (clash) return refuse('DUPLICATE', onWhich(clash, found), [...path, 'invoiceNumber']);
    const best = (['ID', 'KEY', 'NAME', 'OCR'] as const).map((how) => here.filter((hit) => hit.how === how));
    const [hit, ...others] = best.find((some) => some.length > 0) ?? [];
    // An id that names nothing here is left to be refused by name.
    if (row.id != null) return { row: hit ?? { id: row.id, filled: [], plate: null, hasLines: false }, fault: null };
    if (others.length > 0)
      return refuse(
        'VALIDATION_FAILED',
        'Several invoices have this number and a supplier of this name. Say which by supplierTaxId or id.',
        [...path, 'supplierTaxId'],
      );
    if (hit && hit.caseId !== found.id) return refuse('DUPLICATE', onWhich(hit, found));
    // There, and not to be seen by this caller.
    const changesKey = !hit || (hit.how === 'NAME' && row.supplierTaxId != null);
    if (changesKey && taken.has(place)) return refuse('DUPLICATE', ELSEWHERE('a case that you may not see'));
    const earlier = hit || !isSound[place] ? null : sent.findOrAdd(row, place);
    if (earlier !== null) return refuse('DUPLICATE', `It is the same invoice as item ${earlier}. Send each once.`);
    return { row: hit ?? null, fault: null };
  });
}

const ELSEWHERE = (where: string) =>
  `This supplier's invoice of this number is on ${where}. An invoice is never moved: check the case and the number.`;

function onWhich(hit: Hit, found: FoundCase): string {
  if (hit.caseId === found.id) return 'Another invoice of this case has this supplier and number.';
  return ELSEWHERE(hit.filingId ? `case ${hit.filingId}` : 'another case');
}

const ITEMS = `jsonb_to_recordset($1::jsonb) as i (place int, id uuid, tax text, name text, number text, ocr jsonb)`;

/** An item that names its row is known by what it will be afterwards: CLASH is another that is so already. */
const FIND = `
  with item as materialized (
    select i.place, i.id, i.ocr, own.id as own_id, coalesce(i.tax, own.supplier_tax_id) as tax,
      lower(coalesce(i.name, own.supplier_name)) as name, coalesce(i.number, own.invoice_number) as number
    from ${ITEMS}
    left join public.invoices own on own.org_id = $2 and own.case_id = $3 and own.id = i.id),
  hit as (
    select i.place, i.own_id as id, 'ID' as how from item i where i.own_id is not null
    union all
    select i.place, r.id, case when i.id is not null then 'CLASH' when coalesce(r.supplier_tax_id, lower(r.supplier_name)) = coalesce(i.tax, i.name) then 'KEY' else 'NAME' end
    from item i join public.invoices r on r.org_id = $2 and r.invoice_number = i.number and r.id is distinct from i.own_id
      and case when i.id is not null then i.own_id is not null and coalesce(r.supplier_tax_id, lower(r.supplier_name)) = coalesce(i.tax, i.name)
          else r.supplier_tax_id = i.tax or ((r.supplier_tax_id is null or i.tax is null) and lower(r.supplier_name) = i.name) end
    union all
    select i.place, r.id, 'OCR' from item i join public.invoices r on r.org_id = $2 and r.case_id = $3 and r.ocr = i.ocr
    where i.id is null)
  select h.place, h.how, r.id, r.plate, r.case_id as "caseId", k.filing_id as "filingId",
    array(select e.key from jsonb_each(to_jsonb(r) - 'ocr' - 'metadata') e where e.value <> 'null') as filled,
    exists (select from public.invoice_lines l where l.org_id = r.org_id and l.case_id = r.case_id and l.invoice_id = r.id) as "hasLines"
  from hit h join public.invoices r on r.id = h.id join public.cases k on k.org_id = r.org_id and k.id = r.case_id
  order by h.place, r.created_at, r.id`;

const TAKEN = `
  with item as (select array_agg(i.place order by i.place) as places, array_agg(coalesce(i.tax, lower(i.name)) order by i.place) as suppliers,
    array_agg(i.number order by i.place) as numbers from ${ITEMS})
  select t.place from item, private.invoices_taken($2, item.suppliers, item.numbers) as t (place)`;

/** New invoices of one call, to find those that are sent twice. */
class SentInvoices {
  readonly #byTax = new Map<string, number>();
  readonly #byName = new Map<string, { place: number; hasTax: boolean }[]>();
  readonly #byOcr = new Map<string, number>();

  /** Place of an earlier item that is the same invoice, or null when this one is the first. */
  findOrAdd(row: InvoiceRow, place: number): number | null {
    const { supplierTaxId: tax, supplierName, invoiceNumber } = row;
    const byTax = tax != null && invoiceNumber != null ? JSON.stringify([tax, invoiceNumber]) : null;
    const byName =
      supplierName != null && invoiceNumber != null
        ? JSON.stringify([supplierName.toLowerCase(), invoiceNumber])
        : null;
    const byOcr = row.ocr == null ? null : canonicalText(row.ocr);
    const alike = byName === null ? [] : (this.#byName.get(byName) ?? []);
    const earlier =
      (byTax === null ? undefined : this.#byTax.get(byTax)) ??
      alike.find((other) => tax == null || !other.hasTax)?.place ??
      (byOcr === null ? undefined : this.#byOcr.get(byOcr));
    if (earlier !== undefined) return earlier;
    if (byTax !== null) this.#byTax.set(byTax, place);
    if (byName !== null) this.#byName.set(byName, [...alike, { place, hasTax: tax != null }]);
    if (byOcr !== null) this.#byOcr.set(byOcr, place);
    return null;
  }
}
