import { notFound } from '../../errors.ts';
import { assertSoundItems, type BulkResult, bulkUpsert, outcomeOfItems } from '../bulk-upsert.ts';
import { type Caller, sourceOf, type WriteSource } from '../caller.ts';
import { assertMayWrite, CASE_COLUMNS, type FoundCase } from '../cases/find-case.ts';
import { once } from '../idempotency.ts';
import type { Recorded } from '../write-result.ts';
import { checkLines, type ExistingLine } from './check-lines.ts';
import { type InvoiceLineItem, LINES } from './invoice-rows.ts';

/** What becomes of lines that are not sent. */
export const LINES_MODES = {
  MERGE: 'They stay.',
  REPLACE: 'They are deleted. A line whose assignment to a damage centre is accepted can not be: send it too.',
} as const;

export interface InvoiceLinesBulkUpsertInput {
  readonly idempotencyKey?: string | null | undefined;
  readonly invoiceId: string;
  readonly atomic?: boolean | null | undefined;
  readonly mode?: keyof typeof LINES_MODES | null | undefined;
  readonly lines: readonly InvoiceLineItem[];
  readonly source?: WriteSource | null | undefined;
}

export interface InvoiceLinesResult extends BulkResult {
  readonly invoiceId: string;
}

const FIELD = ['input', 'lines'];

/** Whoever writes lines of an invoice locks it; so does who writes the invoice with its lines. */
const LOCK = 'select from public.invoices where id = $1 for update';

/** No row for an invoice that is not there, or not the caller's to see. */
const CASE_OF_INVOICE = `select ${CASE_COLUMNS} from public.cases
  where id = (select i.case_id from public.invoices i where i.id = $1) and kind = 'damage'`;

/** One row: each row of an answer costs more than an element of a list. */
const LINES_OF_INVOICE = `select coalesce(json_agg(json_build_object('id', l.id, 'lineNumber', l.line_number) order by l.line_number), '[]') as lines
  from public.invoices i
  join public.invoice_lines l on l.org_id = i.org_id and l.case_id = i.case_id and l.invoice_id = i.id where i.id = $1`;

/** Writes lines of one invoice in one statement; with REPLACE they are all it has. */
export async function invoiceLinesBulkUpsert(
  caller: Caller,
  input: InvoiceLinesBulkUpsertInput,
): Promise<Recorded<InvoiceLinesResult>> {
  const atomic = input.atomic ?? true;
  const keepsOthers = input.mode !== 'REPLACE';
  assertSoundItems(input.lines, FIELD);
  const { invoiceId } = input;
  type Answers = [locked: [], found: FoundCase[], existing: { lines: ExistingLine[] }[]];
  return caller.database.writeAfter<Answers, Recorded<InvoiceLinesResult>>(
    caller.owner,
    [
      { text: LOCK, values: [invoiceId] },
      { text: CASE_OF_INVOICE, values: [invoiceId] },
      { text: LINES_OF_INVOICE, values: [invoiceId] },
    ],
    async (scope, [, [found], [existing]]) => {
      if (!found) throw notFound('invoice', ['input', 'invoiceId']);
      assertMayWrite(found, ['input', 'invoiceId']);
      const call = { operation: 'invoiceLinesBulkUpsert', orgId: found.orgId, input: { ...input } };
      return once(scope, caller, call, async (isLast) => {
        const place = { org_id: found.orgId, case_id: found.id, invoice_id: invoiceId };
        const group = { invoiceId, lines: input.lines, field: FIELD, keepsOthers };
        const checked = await checkLines(scope, found, [group], new Map([[invoiceId, existing!.lines]]), atomic);
        const { lines, staying, unsent } = checked[0]!;
        const isDeleting = !keepsOthers && unsent.length > 0;
        if (isDeleting)
          await scope.sql(
            'delete from public.invoice_lines where org_id = $1 and case_id = $2 and id = any ($3::uuid[])',
            [found.orgId, found.id, unsent],
          );
        const items = await bulkUpsert(scope, LINES, {
          place,
          rows: lines.map(({ row }) => row),
          present: staying,
          problems: lines.map(({ problems }) => problems),
          faults: new Map(lines.map(({ faults }, index) => [index, faults])),
          atomic,
          source: sourceOf(scope, input.source),
          field: FIELD,
          isLast,
        });
        const outcome = outcomeOfItems(items);
        return {
          outcome: isDeleting && outcome === 'UNCHANGED' ? 'UPDATED' : outcome,
          orgId: found.orgId,
          caseId: found.id,
          invoiceId,
          items,
        };
      });
    },
  );
}
