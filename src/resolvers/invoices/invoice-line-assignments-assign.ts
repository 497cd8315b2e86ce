import type { BulkResult } from '../bulk-upsert.ts';
import type { Caller } from '../caller.ts';
import type { Recorded } from '../write-result.ts';
import { ASSIGNMENT_MOVES } from './assignment-status.ts';
import { type AssignmentsInput, moveAssignments } from './move-assignments.ts';

/** Decides which damage centre lines belong to, proposed before or not. */
export async function invoiceLineAssignmentsAssign(
  caller: Caller,
  input: AssignmentsInput,
): Promise<Recorded<BulkResult>> {
  return moveAssignments(caller, 'invoiceLineAssignmentsAssign', ASSIGNMENT_MOVES.ASSIGN, input);
}
