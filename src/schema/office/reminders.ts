import { REMINDERS_OF_CASE, REMINDERS_OF_ORG, reminderConditions } from '../../resolvers/office/list-reminders.ts';
import {
  RECURRENCES,
  REMINDER_STATUSES,
  type Recurrence,
  type ReminderStatus,
} from '../../resolvers/office/reminders-upsert.ts';
import { Actor } from '../actor.ts';
import { builder } from '../builder.ts';
import { AnyCase } from '../cases/any-case.ts';
import { Case } from '../cases/case.ts';
import { describedValues } from '../enums.ts';
import { readOptionalId } from '../ids.ts';
import { loadRows, rowConnection } from '../row-connection.ts';
import { stampFields } from '../stamp-fields.ts';

export const ReminderStatusEnum = builder.enumType('ReminderStatus', { values: describedValues(REMINDER_STATUSES) });
export const RecurrenceEnum = builder.enumType('Recurrence', { values: describedValues(RECURRENCES) });

export const Reminder = builder.prismaNode('Reminder', {
  name: 'Reminder',
  description: 'Something to be done for a case by a time, once or again and again.',
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    databaseId: t.expose('id', { type: 'UUID' }),
    title: t.exposeString('title'),
    notes: t.exposeString('notes', { nullable: true }),
    category: t.exposeString('category', { nullable: true }),
    dueAt: t.expose('dueAt', { type: 'DateTime' }),
    recurrence: t.field({
      type: RecurrenceEnum,
      select: { recurrence: true },
      resolve: (row) => row.recurrence as Recurrence,
    }),
    status: t.field({
      type: ReminderStatusEnum,
      select: { status: true },
      resolve: (row) => row.status as ReminderStatus,
    }),
    assignedTo: t.field({
      type: Actor,
      nullable: true,
      select: { assignedTo: true },
      resolve: (row) => (row.assignedTo ? `USER:${row.assignedTo}` : null),
    }),
    notifiedAt: t.expose('notifiedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When somebody was told that it is due.',
    }),
    doneAt: t.expose('doneAt', { type: 'DateTime', nullable: true }),
    next: t.relation('next', {
      nullable: true,
      description: 'Of one that recurs and is done: the reminder that followed it.',
    }),
    ...stampFields(t),
    case: t.relation('case', { type: AnyCase }),
  }),
});

const ReminderConnection = rowConnection(Reminder, 'Reminder', 'Reminders that fit the filter');

const ReminderFilter = builder.inputType('ReminderFilter', {
  description: 'All that is given must hold.',
  fields: (t) => ({
    status: t.field({ type: ReminderStatusEnum }),
    assignedTo: t.id({ description: 'UUID of the user.' }),
    category: t.string(),
    dueBefore: t.field({ type: 'DateTime', description: 'Due before this time, which is not included.' }),
    dueAfter: t.field({ type: 'DateTime', description: 'Due after this time, which is not included.' }),
  }),
});

builder.prismaObjectField(Case, 'reminders', (t) =>
  t.field({
    type: ReminderConnection,
    description: 'The one that is due first comes first.',
    args: { ...t.arg.connectionArgs(), status: t.arg({ type: ReminderStatusEnum }) },
    resolve: (row, args, context, info) =>
      loadRows(context, info, {
        list: REMINDERS_OF_CASE,
        parent: [row.orgId, row.id],
        args,
        where: reminderConditions(args),
        typeName: 'Reminder',
        read: (query) => context.operation.scope.prisma.reminder.findMany(query),
      }),
  }),
);

builder.queryField('reminders', (t) =>
  t.field({
    type: ReminderConnection,
    description:
      'Reminders of all cases that you may see; the one that is due first comes first. What is due now: filter { status: OPEN, dueBefore: <now> }.',
    args: { ...t.arg.connectionArgs(), filter: t.arg({ type: ReminderFilter }) },
    resolve: (_, args, context, info) => {
      const assignedTo = readOptionalId(args.filter?.assignedTo, 'User', ['filter', 'assignedTo']);
      return loadRows(context, info, {
        list: REMINDERS_OF_ORG,
        parent: [context.operation.scope.orgId],
        args,
        where: reminderConditions({ ...args.filter, assignedTo }),
        typeName: 'Reminder',
        read: (query) => context.operation.scope.prisma.reminder.findMany(query),
      });
    },
  }),
);
