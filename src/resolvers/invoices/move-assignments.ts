import { type BulkResult, type BulkRow, type BulkTable, type ItemError, lockPlace } from '../bulk-upsert.ts';
import { type Caller, sourceOf } from '../caller.ts';
import { type BulkOfCaseInput, bulkUpsertOfCase } from '../cases/bulk-upsert-of-case.ts';
import type { FoundCase } from '../cases/find-case.ts';
import { CONFIDENCE, fixed, oneOf, otherwise, text, UUID } from '../columns.ts';
import type { Recorded } from '../write-result.ts';
import { ASSIGNMENT_METHODS, ASSIGNMENT_STATUSES, type AssignmentMove } from './assignment-status.ts';
import {
  type AssignmentItem,
  type CaseAssignments,
  type KnownAssignment,
  type KnownLine,
  loadAssignments,
} from './load-assignments.ts';
import { settleInvoices } from './settle-invoices.ts';

export interface AssignmentsInput extends BulkOfCaseInput {
  readonly assignments: readonly AssignmentItem[];
}

const FIELD = ['input', 'assignments'];
const MAX_NAMED_CENTRES = 20;

const ASSIGNMENTS: BulkTable = {
  table: 'public.invoice_line_assignments',
  noun: 'assignment',
  columns: {
    lineId: fixed(UUID),
    damageCenterCode: fixed(text(100, 1)),
    status: oneOf(ASSIGNMENT_STATUSES),
    method: otherwise(oneOf(ASSIGNMENT_METHODS), `'USER'`),
    confidence: CONFIDENCE,
    note: text(2000),
  },
  matchBy: [],
};

/** Moves assignments of a case's invoice lines along their way, and their invoices with them. */
export async function moveAssignments(
  caller: Caller,
  operation: string,
  move: AssignmentMove,
  input: AssignmentsInput,
): Promise<Recorded<BulkResult>> {
  let known: CaseAssignments | null = null;
  return bulkUpsertOfCase(caller, {
    operation,
    target: ASSIGNMENTS,
    input,
    items: input.assignments,
    field: FIELD,
    prepare: async (scope, found) => {
      await lockPlace(scope, ASSIGNMENTS, { org_id: found.orgId, case_id: found.id });
      known = await loadAssignments(scope, found, input.assignments);
      return prepare(known, found, move, input.assignments);
    },
    after: async (scope, found, items) => {
      const changed = items.flatMap(({ id, outcome }) => (id === null || outcome === 'UNCHANGED' ? [] : id));
      await settleInvoices(scope, found, changed, sourceOf(scope, input.source));
      return items;
    },
  });
}

function prepare(known: CaseAssignments, found: FoundCase, move: AssignmentMove, items: readonly AssignmentItem[]) {
  const faults = new Map<number, ItemError>();
  /** Lines that an earlier item of this call gives a centre. */
  const given = new Map<string, string>();
  const sent = new Set<string>();
  const rows = items.map((item, index): BulkRow => {
    const assignment = known.find(item);
    const line = known.lines.get(assignment?.lineId ?? item.lineId ?? '');
    const code = assignment?.damageCenterCode ?? item.damageCenterCode;
    const refuse = (errorCode: ItemError['code'], message: string, field?: string) => {
      faults.set(index, { code: errorCode, message, field: [...FIELD, String(index), ...(field ? [field] : [])] });
      return { ...item };
    };
    if (item.id != null ? !assignment : !line || code == null) return refuse(...whatIsMissing(item, line));
    if (!line || code == null) return refuse('NOT_FOUND', NO_ASSIGNMENT, 'id');
    const key = JSON.stringify([line.id, code]);
    if (sent.has(key)) return refuse('DUPLICATE', 'The same line and damage centre are sent twice. Send each once.');
    sent.add(key);
    if (!assignment && !move.makes) return refuse('NOT_FOUND', NO_ASSIGNMENT, 'damageCenterCode');
    const isMade = !assignment || (move.makes && assignment.status === 'REJECTED' && item.id == null);
    if (!isMade && move.done.includes(assignment.status)) return unchanged(item, assignment, move);
    if (!isMade && !move.from.includes(assignment.status))
      return refuse('VALIDATION_FAILED', `An assignment that is ${assignment.status} can not become ${move.to}.`);
    if (move.needsCentre && known.centres && !known.centres.includes(code))
      return refuse('NOT_FOUND', noCentre(known.centres), 'damageCenterCode');
    const fault = move.settles ? findObstacle(line, code, found, move, given) : null;
    if (fault) return refuse(...fault);
    given.set(line.id, code);
    return {
      id: isMade ? null : assignment.id,
      lineId: line.id,
      damageCenterCode: code,
      status: move.to,
      method: item.method,
      confidence: item.confidence,
      note: item.note,
    };
  });
  return { rows, faults };
}

/** A proposal that is repeated may say more than it did; a decision that is repeated says nothing. */
function unchanged(item: AssignmentItem, assignment: KnownAssignment, move: AssignmentMove): BulkRow {
  const isStillProposed = move.to === 'PROPOSED' && assignment.status === 'PROPOSED';
  const { method, confidence, note } = item;
  return { id: assignment.id, ...(isStillProposed ? { method, confidence, note } : {}) };
}

type Fault = [code: ItemError['code'], message: string, field?: string];

/** Why a line can not be given to a centre now. */
function findObstacle(
  line: KnownLine,
  code: string,
  found: FoundCase,
  move: AssignmentMove,
  given: ReadonlyMap<string, string>,
): Fault | null {
  const other = given.get(line.id) ?? line.settledBy;
  if (other != null && other !== code)
    return [
      'VALIDATION_FAILED',
      `The line is assigned to damage centre ${other} already. Reject that assignment first.`,
    ];
  if (line.isVoid && move.to === 'ACCEPTED')
    return ['VALIDATION_FAILED', 'Its invoice is rejected or cancelled. Give the invoice another status first.'];
  if (move.to === 'ACCEPTED' && line.plate !== null && line.plate !== found.plate)
    return [
      'PLATE_MISMATCH',
      'The invoice states the plate of another vehicle. Correct its plate before you accept its lines.',
    ];
  return null;
}

const NO_ASSIGNMENT = 'There is no such assignment in this case. Assign the line to the damage centre first.';

function whatIsMissing(item: AssignmentItem, line: KnownLine | undefined): Fault {
  if (item.id != null) return ['NOT_FOUND', NO_ASSIGNMENT, 'id'];
  if (item.lineId == null || item.damageCenterCode == null)
    return [
      'VALIDATION_FAILED',
      'Name the assignment by lineId and damageCenterCode, or by its id.',
      item.lineId == null ? 'lineId' : 'damageCenterCode',
    ];
  if (!line) return ['NOT_FOUND', 'The case has no such invoice line.', 'lineId'];
  throw new Error('Nothing is missing.');
}

function noCentre(centres: readonly string[]): string {
  if (centres.length === 0) return "The case's helper has no damage centres yet. Save it with them first.";
  const named = centres.slice(0, MAX_NAMED_CENTRES).join(', ');
  return `The case's helper has no such damage centre. It has ${named}${centres.length > MAX_NAMED_CENTRES ? ' and others' : ''}.`;
}
