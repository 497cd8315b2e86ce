import { UNPAID_INVOICE_STATUSES } from '../../resolvers/cases/case-conditions.ts';
import type { CaseFilter } from '../../resolvers/cases/case-filter.ts';
import { INDEXED_POINTERS } from '../../resolvers/cases/indexed-pointers.ts';
import { CASE_ORDER_KEYS, type CaseOrderField } from '../../resolvers/cases/list-cases.ts';
import { builder } from '../builder.ts';
import { OrderDirectionEnum } from '../enums.ts';
import { readOptionalId } from '../ids.ts';
import { CaseStatusEnum } from './case.ts';
import { CaseGroupFilter } from './case-group.ts';

const HelperPathFilter = builder.inputType('HelperPathFilter', {
  description: `Compares the value at a JSON Pointer of the current helper. Exactly one comparison. equals, in, greaterThan and lessThan are fast at ${INDEXED_POINTERS.join(', ')}; elsewhere every helper is read.`,
  fields: (t) => ({
    pointer: t.string({ required: true, description: 'As /stakeholders/garage/name.' }),
    equals: t.field({ type: 'JSON', description: 'The same JSON value; numbers and texts differ.' }),
    in: t.field({ type: ['JSON'], description: 'One of these values.' }),
    contains: t.field({
      type: 'JSON',
      description:
        'A text within the text there, case ignored; or a member of the array there; or an object whose members are all there.',
    }),
    greaterThan: t.field({ type: 'JSON', description: 'Numbers with numbers, texts with texts.' }),
    lessThan: t.field({ type: 'JSON', description: 'Numbers with numbers, texts with texts.' }),
    exists: t.boolean({ description: 'Whether there is a value, null included.' }),
  }),
});

const UNPAID = `Money is outstanding: the status is AWAITING_PAYMENT, or there is an invoice that is issued, stands and is not paid (${UNPAID_INVOICE_STATUSES.join(', ')}). Closed cases too: add isActive to leave them out.`;

export const CaseFilterInput = builder.inputType('CaseFilter', {
  description: 'All that is given must hold.',
  fields: (t) => ({
    plate: t.string({ description: 'In any spelling.' }),
    status: t.field({ type: [CaseStatusEnum], description: 'One of these.' }),
    isActive: t.boolean(),
    assignedTo: t.id({ description: 'UUID of the user.' }),
    search: t.string({
      description:
        'Finds cases that hold every word: plate, owner and telephone, filing id, claim and policy number, garage, insurer, agent, manufacturer, model, year, chassis, type of damage. Hebrew and English; case, accents, niqqud, quotes, dashes, word order, Hebrew prefixes and small misspellings are forgiven. Unless `orderBy` says otherwise the best hits come first: a whole plate, filing id or other number, then whole words, beginnings of words, parts of words, words alike; equals newest first. At most 200 characters, of which the first 8 words count. Signs alone find nothing.',
    }),
    createdAfter: t.field({ type: 'DateTime' }),
    createdBefore: t.field({ type: 'DateTime' }),
    updatedAfter: t.field({ type: 'DateTime' }),
    updatedBefore: t.field({ type: 'DateTime' }),
    unpaid: t.boolean({ description: UNPAID }),
    missingInvoice: t.boolean({
      description: 'Active, past OPEN, and without an invoice that stands: none, or REJECTED and CANCELLED ones alone.',
    }),
    hasHelper: t.boolean({ description: 'Whether a helper has ever been saved.' }),
    staleDays: t.int({
      description:
        'Active, and nothing has happened for so many days (1 to 3650): neither to the case and its helper nor to anything that belongs to it. What mirrors report of themselves does not count.',
    }),
    groups: t.field({
      type: [CaseGroupFilter],
      description: 'The cases behind lines of caseCounts. All must hold. At most 10.',
    }),
    helper: t.field({ type: [HelperPathFilter], description: 'All must hold. At most 10.' }),
  }),
});

const CaseOrderFieldEnum = builder.enumType('CaseOrderField', {
  values: Object.keys(CASE_ORDER_KEYS) as [CaseOrderField],
});

export const CaseOrderInput = builder.inputType('CaseOrder', {
  description: 'One criterion of the order; later ones decide among equals.',
  fields: (t) => ({
    field: t.field({ type: CaseOrderFieldEnum, required: true }),
    direction: t.field({ type: OrderDirectionEnum, required: true }),
  }),
});

export function readCaseFilter(filter: typeof CaseFilterInput.$inferInput | null | undefined): CaseFilter {
  return { ...filter, assignedTo: readOptionalId(filter?.assignedTo, 'User', ['filter', 'assignedTo']) };
}
