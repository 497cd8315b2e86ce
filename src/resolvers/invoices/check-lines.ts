import type { Scope } from '../../db/scope.ts';
import { findProblems, type ItemError } from '../bulk-upsert.ts';
import type { FoundCase } from '../cases/find-case.ts';
import { type Candidate, matchRows } from '../match-rows.ts';
import { type InvoiceLineItem, LINES, type LineRow } from './invoice-rows.ts';

/** Lines that are sent for one invoice. */
export interface LineGroup {
  /** Null for an invoice that is not there yet. */
  readonly invoiceId: string | null;
  readonly lines: readonly InvoiceLineItem[];
  /** Path of the lines in the input. */
  readonly field: readonly string[];
  /** Whether lines that are not sent stay. */
  readonly keepsOthers: boolean;
}

export interface CheckedLine {
  /** With the id of the line it means, where there is one, and of its part. */
  readonly row: LineRow;
  /** What is wrong with its own fields. */
  readonly problems: readonly ItemError[];
  /** What is wrong with it beside the other lines, and with what it names. */
  readonly faults: readonly ItemError[];
}

export interface CheckedGroup {
  readonly lines: readonly CheckedLine[];
  /** Lines that are there, and stay. */
  readonly staying: readonly Candidate[];
  /** Ids of lines that are there and were not sent. */
  readonly unsent: readonly string[];
}

export type ExistingLine = Candidate & { readonly lineNumber: number };

/**
 * Finds for each line the one it means and all that is wrong with it, before anything is written.
 * @param existing lines by invoice, in the order of their numbers, read under a lock that keeps others from writing them
 */
export async function checkLines(
  scope: Scope,
  found: FoundCase,
  groups: readonly LineGroup[],
  existing: ReadonlyMap<string, readonly ExistingLine[]>,
  atomic: boolean,
): Promise<CheckedGroup[]> {
  const parts = await readParts(scope, found, groups);
  return groups.map((group) => {
    const there = (group.invoiceId !== null && existing.get(group.invoiceId)) || [];
    const rows = group.lines.map((line) => {
      const partId = line.partId == null ? undefined : parts.get(line.partId);
      return (partId === undefined ? line : { ...line, partId }) as LineRow;
    });
    const problems = rows.map((row, index) => findProblems(LINES, row, [...group.field, String(index)]));
    const faults: ItemError[][] = group.lines.map(({ partId }, index) =>
      partId != null && !parts.has(partId) ? [noPart([...group.field, String(index), 'partId'])] : [],
    );
    const isSound = (index: number) => problems[index]!.length + faults[index]!.length === 0;
    const matches = matchRows(
      LINES,
      rows.map((row, index) => (isSound(index) ? row : null)),
      there,
      group.field,
    );
    for (const [index, match] of matches.entries()) if (match.fault) faults[index]!.push(match.fault);

    const sentIds = new Set(rows.flatMap(({ id }) => id ?? []));
    const sentNumbers = new Set(rows.flatMap(({ id, lineNumber }) => (id == null ? lineNumber : [])));
    const isSent = (line: ExistingLine) => sentIds.has(line.id) || sentNumbers.has(line.lineNumber);
    const unsent = there.filter((line) => !isSent(line));
    const staying = group.keepsOthers ? there : there.filter(isSent);
    const moved = new Set(atomic ? matches.flatMap(({ id }) => id ?? []) : []);
    const holders = new Map(staying.filter(({ id }) => !moved.has(id)).map((line) => [line.lineNumber, line.id]));
    for (const [index, { id }] of matches.entries()) {
      if (!isSound(index)) continue;
      const { lineNumber } = rows[index]!;
      const holder = holders.get(lineNumber);
      if (holder !== undefined && holder !== id)
        faults[index]!.push(numberTaken([...group.field, String(index), 'lineNumber'], atomic));
      else holders.set(lineNumber, id ?? NEW);
    }
    const lines = rows.map((row, index) => ({
      row: { ...row, id: matches[index]!.id ?? row.id },
      problems: problems[index]!,
      faults: faults[index]!,
    }));
    return { lines, staying, unsent: unsent.map(({ id }) => id) };
  });
}

/** Stands for a line that has no id yet. */
const NEW = 'new';

const noPart = (field: readonly string[]): ItemError => ({
  code: 'NOT_FOUND',
  message: 'The case has no such part. Send the id of one of its parts, or its row_uuid in the helper.',
  field,
});

const numberTaken = (field: readonly string[], atomic: boolean): ItemError => ({
  code: 'DUPLICATE',
  message: `Another line of the invoice has this number.${atomic ? '' : ' Lines change places only in an atomic call.'}`,
  field,
});

/** Lines of some invoices of a case, by invoice, in the order of their numbers. */
export async function readLines(
  scope: Scope,
  found: FoundCase,
  invoiceIds: readonly string[],
): Promise<Map<string, ExistingLine[]>> {
  const rows = await scope.sql<ExistingLine & { invoiceId: string }>(
    `select id, invoice_id as "invoiceId", line_number as "lineNumber" from public.invoice_lines
     where org_id = $1 and case_id = $2 and invoice_id = any ($3::uuid[]) order by line_number`,
    [found.orgId, found.id, invoiceIds],
  );
  const byInvoice = new Map<string, ExistingLine[]>(invoiceIds.map((id) => [id, []]));
  for (const { invoiceId, ...line } of rows) byInvoice.get(invoiceId)!.push(line);
  return byInvoice;
}

/** Given part id → id of the part. */
async function readParts(scope: Scope, found: FoundCase, groups: readonly LineGroup[]): Promise<Map<string, string>> {
  const given = [...new Set(groups.flatMap(({ lines }) => lines.flatMap(({ partId }) => partId ?? [])))];
  if (given.length === 0) return new Map();
  const rows = await scope.sql<{ given: string; id: string }>(
    `select g.given, p.id from unnest($3::uuid[]) as g (given)
     join public.parts_required p on p.org_id = $1 and p.case_id = $2 and (p.id = g.given or p.row_uuid = g.given)`,
    [found.orgId, found.id, given],
  );
  return new Map(rows.map((row) => [row.given, row.id]));
}
