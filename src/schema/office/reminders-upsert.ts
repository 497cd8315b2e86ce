import { remindersUpsert } from '../../resolvers/office/reminders-upsert.ts';
import { builder } from '../builder.ts';
import { bulkPayload } from '../bulk-payload.ts';
import { readId, readItemIds, readOptionalId } from '../ids.ts';
import { atomicField, keyField, sourceField } from '../input-fields.ts';
import { writeMutation } from '../write-mutation.ts';
import { RecurrenceEnum, Reminder, ReminderStatusEnum } from './reminders.ts';

const ReminderInput = builder.inputType('ReminderInput', {
  description:
    'Matched by id, else title and dueAt within the case; a new one needs both. A field that is null or not sent stays as it is.',
  fields: (t) => ({
    id: t.id(),
    title: t.string(),
    notes: t.string(),
    category: t.string(),
    dueAt: t.field({ type: 'DateTime', description: 'Moving one that recurs moves those that follow it.' }),
    recurrence: t.field({ type: RecurrenceEnum, description: 'NONE unless given.' }),
    status: t.field({
      type: ReminderStatusEnum,
      description:
        "OPEN unless given. DONE opens the next of one that recurs, once: at the same time of day in the organisation's time zone, and after now.",
    }),
    assignedTo: t.id({ description: 'UUID of a member of the organisation.' }),
    notifiedAt: t.field({ type: 'DateTime', description: 'When somebody was told that it is due.' }),
  }),
});

const RemindersUpsertInput = builder.inputType('RemindersUpsertInput', {
  fields: (t) => ({
    idempotencyKey: keyField(t),
    caseId: t.id({ required: true }),
    atomic: atomicField(t),
    reminders: t.field({ type: [ReminderInput], required: true }),
    source: sourceField(t),
  }),
});

const RemindersUpsertPayload = bulkPayload('RemindersUpsertPayload', {
  item: 'ReminderUpsertItem',
  field: 'reminder',
  node: Reminder,
  read: (context, query) => context.operation.scope.prisma.reminder.findMany(query),
});

writeMutation('remindersUpsert', {
  description: 'Makes reminders of a case, changes them, or marks them done.',
  input: RemindersUpsertInput,
  payload: RemindersUpsertPayload,
  run: (caller, input) =>
    remindersUpsert(caller, {
      ...input,
      caseId: readId(input.caseId, 'Case', ['input', 'caseId']),
      reminders: readItemIds(input.reminders, 'Reminder', ['input', 'reminders']).map((reminder, index) => ({
        ...reminder,
        dueAt: reminder.dueAt?.toISOString() ?? null,
        notifiedAt: reminder.notifiedAt?.toISOString() ?? null,
        assignedTo: readOptionalId(reminder.assignedTo, 'User', ['input', 'reminders', String(index), 'assignedTo']),
      })),
    }),
});
