import { ASSIGNMENT_METHODS, ASSIGNMENT_STATUSES } from '../../resolvers/invoices/assignment-status.ts';
import { builder } from '../builder.ts';
import { describedValues } from '../enums.ts';
import { stampFields } from '../stamp-fields.ts';

const InvoiceLineAssignmentStatusEnum = builder.enumType('InvoiceLineAssignmentStatus', {
  description: 'PROPOSED leads to ASSIGNED or REJECTED, ASSIGNED to ACCEPTED or REJECTED. ACCEPTED is for good.',
  values: describedValues(ASSIGNMENT_STATUSES),
});

export const InvoiceLineAssignmentMethodEnum = builder.enumType('InvoiceLineAssignmentMethod', {
  description: 'Who or what found the damage centre.',
  values: describedValues(ASSIGNMENT_METHODS),
});

export const InvoiceLineAssignment = builder.prismaNode('InvoiceLineAssignment', {
  description: 'Which damage centre a line of an invoice belongs to: proposed, assigned, accepted once, or rejected.',
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    databaseId: t.expose('id', { type: 'UUID' }),
    damageCenterCode: t.exposeString('damageCenterCode', {
      description: 'Id of a damage centre in the helper (/centers/*/Id).',
    }),
    status: t.field({
      type: InvoiceLineAssignmentStatusEnum,
      select: { status: true },
      resolve: (row) => row.status as keyof typeof ASSIGNMENT_STATUSES,
    }),
    method: t.field({
      type: InvoiceLineAssignmentMethodEnum,
      select: { method: true },
      resolve: (row) => row.method as keyof typeof ASSIGNMENT_METHODS,
    }),
    confidence: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'How sure the method is, from 0 to 1.',
      select: { confidence: true },
      resolve: (row) => row.confidence?.toString() ?? null,
    }),
    note: t.exposeString('note', { nullable: true }),
    ...stampFields(t),
  }),
});
