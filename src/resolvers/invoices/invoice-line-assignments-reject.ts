import type { BulkResult } from '../bulk-upsert.ts';
import type { Caller } from '../caller.ts';
import type { Recorded } from '../write-result.ts';
import { ASSIGNMENT_MOVES } from './assignment-status.ts';
import { type AssignmentsInput, moveAssignments } from './move-assignments.ts';

/** Decides against proposals and assignments; what is accepted stays. */
export async function invoiceLineAssignmentsReject(
  caller: Caller,
  input: AssignmentsInput,
): Promise<Recorded<BulkResult>> {
  return moveAssignments(caller, 'invoiceLineAssignmentsReject', ASSIGNMENT_MOVES.REJECT, input);
}
