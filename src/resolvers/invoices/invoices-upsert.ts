import type { Scope } from '../../db/scope.ts';
import { Refusal } from '../../errors.ts';
import {
  type BulkItem,
  type BulkResult,
  type BulkRow,
  bulkUpsert,
  findProblems,
  type ItemError,
  lockPlace,
} from '../bulk-upsert.ts';
import { type Caller, sourceOf } from '../caller.ts';
import { type BulkOfCaseInput, bulkUpsertOfCase } from '../cases/bulk-upsert-of-case.ts';
import type { FoundCase } from '../cases/find-case.ts';
import { normalisePlate } from '../cases/plate.ts';
import { columnName } from '../columns.ts';
import type { Recorded } from '../write-result.ts';
import { type CheckedLine, checkLines, readLines } from './check-lines.ts';
import { INVOICES, type InvoiceItem, type InvoiceRow, LINES_OF_CASE } from './invoice-rows.ts';
import { type InvoiceMatch, type KnownInvoice, matchInvoices } from './match-invoices.ts';
import { type OcrInvoice, readInvoiceOcr } from './read-invoice-ocr.ts';

export interface InvoicesUpsertInput extends BulkOfCaseInput {
  readonly invoices: readonly InvoiceItem[];
}

const FIELD = ['input', 'invoices'];
const MAX_LINES = 10_000;

/**
 * Writes invoices of a case with their lines: the invoices in one statement, the lines of all of them in another. What
 * an item does not say and its invoice does not have is read from the item's OCR answer.
 */
export async function invoicesUpsert(caller: Caller, input: InvoicesUpsertInput): Promise<Recorded<BulkResult>> {
  let lines: readonly (readonly CheckedLine[])[] = [];
  return bulkUpsertOfCase(caller, {
    operation: 'invoicesUpsert',
    target: INVOICES,
    input,
    items: input.invoices,
    field: FIELD,
    prepare: async (scope, found) => {
      const sent = input.invoices.map(readItem);
      assertFewLines(sent);
      const prepared = await prepare(scope, found, sent, input.atomic ?? true);
      lines = prepared.lines;
      return prepared;
    },
    after: (scope, found, items) => writeLines(scope, found, { items, lines, source: sourceOf(scope, input.source) }),
  });
}

interface SentInvoice {
  readonly row: InvoiceRow;
  readonly lines: InvoiceItem['lines'];
  readonly ocr: OcrInvoice | null;
}

function readItem({ lines, ...row }: InvoiceItem): SentInvoice {
  const plate = row.plate == null ? null : (normalisePlate(row.plate) ?? row.plate);
  return { row: { ...row, plate }, lines, ocr: row.ocr == null ? null : readInvoiceOcr(row.ocr) };
}

function assertFewLines(sent: readonly SentInvoice[]): void {
  const count = sent.reduce((sum, { lines, ocr }) => sum + (lines ?? ocr?.lines ?? []).length, 0);
  if (count > MAX_LINES)
    throw new Refusal(
      'PAYLOAD_TOO_LARGE',
      `${count} lines in one call; at most ${MAX_LINES} in all its invoices. Send the invoices in parts.`,
      FIELD,
    );
}

async function prepare(scope: Scope, found: FoundCase, sent: readonly SentInvoice[], atomic: boolean) {
  // An invoice is known by its supplier and number on whatever case of the organisation.
  await lockPlace(scope, INVOICES, { org_id: found.orgId });
  const isSound = sent.map(({ row }) => findProblems(INVOICES, row as BulkRow, []).length === 0);
  const known = sent.map(({ row, ocr }) => ({ ...ocr?.fields, ...givenOf(row) }));
  const matches = await matchInvoices(scope, found, known, isSound, FIELD);
  const invoiceIds = matches.flatMap(({ row }) => row?.id ?? []);
  const existing = invoiceIds.length === 0 ? new Map() : await lockAndReadLines(scope, found, invoiceIds);
  const checked = await checkLines(
    scope,
    found,
    sent.map(({ lines, ocr }, index) => ({
      invoiceId: matches[index]!.row?.id ?? null,
      lines: lines ?? (matches[index]!.row?.hasLines ? [] : (ocr?.lines ?? [])),
      field: [...FIELD, String(index), 'lines'],
      keepsOthers: true,
    })),
    existing,
    atomic,
  );
  const faults = new Map<number, readonly ItemError[]>();
  const rows = sent.map((item, index) => {
    const row = toRow(item, matches[index]!);
    const ofLines = checked[index]!.lines.flatMap((line) => [...line.problems, ...line.faults]);
    const ofInvoice = [matches[index]!.fault ?? [], statusFault(item, matches[index]!.row, found, index) ?? []].flat();
    if (ofInvoice.length + ofLines.length > 0) faults.set(index, [...ofInvoice, ...ofLines]);
    return row;
  });
  return { rows, faults, lines: checked.map((group) => group.lines) };
}

/** Of invoices that are there: their lines are written by others too, and assignments look at their plates. */
async function lockAndReadLines(scope: Scope, found: FoundCase, invoiceIds: readonly string[]) {
  // Sent together, they run one after the other: what is read is read under the lock.
  const [, lines] = await Promise.all([
    scope.sql(
      'select from public.invoices where org_id = $1 and case_id = $2 and id = any ($3::uuid[]) order by id for update',
      [found.orgId, found.id, invoiceIds],
    ),
    readLines(scope, found, invoiceIds),
  ]);
  return lines;
}

/** The OCR's word counts only where nobody has said anything else: what people corrected stays corrected. */
function toRow({ row, ocr }: SentInvoice, { row: known }: InvoiceMatch): BulkRow {
  const filled = new Set(known?.filled);
  const read = Object.entries(ocr?.fields ?? {}).filter(([name]) => !filled.has(columnName(name)));
  const status = ocr && !known ? { status: 'PENDING' } : {};
  return { ...status, ...Object.fromEntries(read), ...givenOf(row), id: known?.id ?? row.id ?? null };
}

function statusFault(
  { row, ocr }: SentInvoice,
  known: KnownInvoice | null,
  found: FoundCase,
  index: number,
): ItemError | null {
  const plate = row.plate ?? known?.plate ?? ocr?.fields.plate ?? found.plate;
  if (row.status !== 'ACCEPTED' || plate === found.plate) return null;
  return {
    code: 'PLATE_MISMATCH',
    message: 'The invoice states the plate of another vehicle. Correct its plate before you accept it.',
    field: [...FIELD, String(index), 'status'],
  };
}

function givenOf<T extends object>(row: T): Partial<T> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value != null)) as Partial<T>;
}

interface LinesToWrite {
  readonly items: readonly BulkItem[];
  readonly lines: readonly (readonly CheckedLine[])[];
  readonly source: ReturnType<typeof sourceOf>;
}

/** @returns the items; an invoice of which only lines changed is UPDATED */
async function writeLines(scope: Scope, found: FoundCase, { items, lines, source }: LinesToWrite): Promise<BulkItem[]> {
  const rows = items.flatMap(({ id, index }) =>
    id === null ? [] : lines[index]!.map((line) => ({ ...line.row, invoiceId: id, index })),
  );
  if (rows.length === 0) return [...items];
  const written = await bulkUpsert(scope, LINES_OF_CASE, {
    place: { org_id: found.orgId, case_id: found.id },
    rows,
    atomic: true,
    source,
    field: FIELD,
  });
  const touched = new Set(written.flatMap(({ outcome, index }) => (outcome === 'UNCHANGED' ? [] : rows[index]!.index)));
  return items.map((item) =>
    item.outcome === 'UNCHANGED' && touched.has(item.index) ? { ...item, outcome: 'UPDATED' } : item,
  );
}
