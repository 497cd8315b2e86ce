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

type Existing = Candidate & { readonly invoiceId: string; readonly lineNumber: number };

/** Finds for each line the one it means and all that is wrong with it, before anything is written. */
export async function checkLines(
  scope: Scope,
  found: FoundCase,
  groups: readonly LineGroup[],
  atomic: boolean,
): Promise<CheckedGroup[]> {
  const existing = await readExisting(scope, found, groups);
  const parts = await readParts(scope, found, groups);
  return groups.map((group) => {
    const there = (group.invoiceId !== null && existing.get(group.invoiceId)) || [];
    const rows = group.lines.map((line) => ({
      ...line,
      partId: line.partId == null ? null : (parts.get(line.partId) ?? line.partId),
    }));
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
    const isSent = (line: Existing) => sentIds.has(line.id) || sentNumbers.has(line.lineNumber);
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

async function readExisting(
  scope: Scope,
  found: FoundCase,
  groups: readonly LineGroup[],
): Promise<Map<string, Existing[]>> {
  const byInvoice = new Map<string, Existing[]>();
  const ids = groups.flatMap(({ invoiceId }) => invoiceId ?? []);
  if (ids.length === 0) return byInvoice;
  const rows = await scope.sql<Existing>(
    `select id, invoice_id as "invoiceId", line_number as "lineNumber" from public.invoice_lines
     where org_id = $1 and case_id = $2 and invoice_id = any ($3::uuid[]) order by line_number`,
    [found.orgId, found.id, ids],
  );
  for (const id of ids) byInvoice.set(id, []);
  for (const row of rows) byInvoice.get(row.invoiceId)!.push(row);
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
