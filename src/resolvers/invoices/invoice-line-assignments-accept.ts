import type { BulkResult } from '../bulk-upsert.ts';
import type { Caller } from '../caller.ts';
import type { Recorded } from '../write-result.ts';
import { ASSIGNMENT_MOVES } from './assignment-status.ts';
import { type AssignmentsInput, moveAssignments } from './move-assignments.ts';

/** Takes assigned lines into their damage centres, once and for good. */
export async function invoiceLineAssignmentsAccept(
  caller: Caller,
  input: AssignmentsInput,
): Promise<Recorded<BulkResult>> {
  return moveAssignments(caller, 'invoiceLineAssignmentsAccept', ASSIGNMENT_MOVES.ACCEPT, input);
}
