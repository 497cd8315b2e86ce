import type { BulkResult } from '../bulk-upsert.ts';
import type { Caller } from '../caller.ts';
import type { Recorded } from '../write-result.ts';
import { ASSIGNMENT_MOVES } from './assignment-status.ts';
import { type AssignmentsInput, moveAssignments } from './move-assignments.ts';

/** Says which damage centre lines may belong to. A line may have several proposals; one that has gone further stays. */
export async function invoiceLineAssignmentsPropose(
  caller: Caller,
  input: AssignmentsInput,
): Promise<Recorded<BulkResult>> {
  return moveAssignments(caller, 'invoiceLineAssignmentsPropose', ASSIGNMENT_MOVES.PROPOSE, input);
}
