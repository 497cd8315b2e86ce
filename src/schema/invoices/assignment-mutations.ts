import type { BulkResult } from '../../resolvers/bulk-upsert.ts';
import type { Caller } from '../../resolvers/caller.ts';
import { invoiceLineAssignmentsAccept } from '../../resolvers/invoices/invoice-line-assignments-accept.ts';
import { invoiceLineAssignmentsAssign } from '../../resolvers/invoices/invoice-line-assignments-assign.ts';
import { invoiceLineAssignmentsPropose } from '../../resolvers/invoices/invoice-line-assignments-propose.ts';
import { invoiceLineAssignmentsReject } from '../../resolvers/invoices/invoice-line-assignments-reject.ts';
import type { AssignmentsInput } from '../../resolvers/invoices/move-assignments.ts';
import type { Recorded } from '../../resolvers/write-result.ts';
import { builder } from '../builder.ts';
import { bulkPayload } from '../bulk-payload.ts';
import { readId, readItemIds, readOptionalId } from '../ids.ts';
import { atomicField, keyField, sourceField } from '../input-fields.ts';
import { writeMutation } from '../write-mutation.ts';
import { InvoiceLineAssignmentInput } from './inputs.ts';
import { InvoiceLineAssignment } from './invoice-line-assignment.ts';

const FIELD = ['input', 'assignments'];

/** The four moves differ in what they do and say, not in what they take and answer. */
function assignmentMutation(
  move: 'Propose' | 'Assign' | 'Accept' | 'Reject',
  description: string,
  run: (caller: Caller, input: AssignmentsInput) => Promise<Recorded<BulkResult>>,
): void {
  const name = `InvoiceLineAssignments${move}`;
  const input = builder.inputType(`${name}Input`, {
    fields: (t) => ({
      idempotencyKey: keyField(t),
      caseId: t.id({ required: true }),
      atomic: atomicField(t),
      assignments: t.field({ type: [InvoiceLineAssignmentInput], required: true }),
      source: sourceField(t),
    }),
  });
  const payload = bulkPayload(`${name}Payload`, {
    item: `${name}Item`,
    field: 'assignment',
    node: InvoiceLineAssignment,
    read: (context, query) => context.operation.scope.prisma.invoiceLineAssignment.findMany(query),
  });
  writeMutation(`invoiceLineAssignments${move}`, {
    description,
    input,
    payload,
    run: (caller, given) =>
      run(caller, {
        ...given,
        caseId: readId(given.caseId, 'Case', ['input', 'caseId']),
        assignments: readItemIds(given.assignments, 'InvoiceLineAssignment', FIELD).map((item, index) => ({
          ...item,
          lineId: readOptionalId(item.lineId, 'InvoiceLine', [...FIELD, String(index), 'lineId']),
        })),
      }),
  });
}

assignmentMutation(
  'Propose',
  'Says which damage centres lines of invoices may belong to. A line may have several proposals. One that is there is brought up to date; one that is assigned or accepted already stays so.',
  invoiceLineAssignmentsPropose,
);
assignmentMutation(
  'Assign',
  'Decides which damage centre lines belong to, whether or not it was proposed. A line has one: reject it before you assign another. When every line of an invoice has one, the invoice is ASSIGNED.',
  invoiceLineAssignmentsAssign,
);
assignmentMutation(
  'Accept',
  "Takes assigned lines into their damage centres, once and for good; sent again it is UNCHANGED. When every line of an invoice is accepted, the invoice is ACCEPTED. Refused with PLATE_MISMATCH while the invoice states another vehicle's plate.",
  invoiceLineAssignmentsAccept,
);
assignmentMutation(
  'Reject',
  'Decides against proposals and assignments. What is accepted stays. An invoice that was ASSIGNED is PENDING again.',
  invoiceLineAssignmentsReject,
);
