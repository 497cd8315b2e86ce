import type { Scope } from '../../db/scope.ts';
import type { BulkResult, BulkTable, ItemError } from '../bulk-upsert.ts';
import type { Caller } from '../caller.ts';
import { type BulkOfCaseInput, bulkUpsertOfCase } from '../cases/bulk-upsert-of-case.ts';
import { INSTANT, needed, oneOf, otherwise, text, UUID } from '../columns.ts';
import type { Recorded } from '../write-result.ts';

export const REMINDER_STATUSES = {
  OPEN: 'It is still to be done.',
  DONE: 'It is done. Where it recurs, that opens the next one.',
  CANCELLED: 'It need not be done, nor come back.',
} as const;

export const RECURRENCES = {
  NONE: 'Once.',
  DAILY: 'Every day.',
  WEEKLY: 'Every seven days.',
  MONTHLY: 'Every month; the 31st is the last day of a shorter month.',
  YEARLY: 'Every year; the 29th of February is the 28th in a year without one.',
} as const;

export type ReminderStatus = keyof typeof REMINDER_STATUSES;
export type Recurrence = keyof typeof RECURRENCES;

export interface ReminderItem {
  readonly id?: string | null | undefined;
  readonly title?: string | null | undefined;
  readonly notes?: string | null | undefined;
  readonly category?: string | null | undefined;
  /** ISO-8601 text. */
  readonly dueAt?: string | null | undefined;
  readonly recurrence?: Recurrence | null | undefined;
  readonly status?: ReminderStatus | null | undefined;
  readonly assignedTo?: string | null | undefined;
  /** ISO-8601 text. */
  readonly notifiedAt?: string | null | undefined;
}

export interface RemindersUpsertInput extends BulkOfCaseInput {
  readonly reminders: readonly ReminderItem[];
}

const REMINDERS: BulkTable = {
  table: 'public.reminders',
  noun: 'reminder',
  columns: {
    title: needed(text(300, 1)),
    notes: text(5000),
    category: text(100),
    dueAt: needed(INSTANT),
    recurrence: otherwise(oneOf(RECURRENCES), "'NONE'"),
    status: otherwise(oneOf(REMINDER_STATUSES), "'OPEN'"),
    assignedTo: UUID,
    notifiedAt: INSTANT,
  },
  matchBy: [['title', 'dueAt']],
};

const FIELD = ['input', 'reminders'];

/** Makes reminders of a case, or changes them. The database opens the next one when one that recurs is done. */
export async function remindersUpsert(caller: Caller, input: RemindersUpsertInput): Promise<Recorded<BulkResult>> {
  return bulkUpsertOfCase(caller, {
    operation: 'remindersUpsert',
    target: REMINDERS,
    input,
    items: input.reminders,
    field: FIELD,
    prepare: async (scope, { orgId }) => ({
      rows: input.reminders.map((reminder) => ({ ...reminder })),
      faults: await findStrangers(scope, orgId, input.reminders),
    }),
  });
}

/** Items assigned to who is no member: somebody of another organisation and nobody at all are refused alike. */
async function findStrangers(
  scope: Scope,
  orgId: string,
  reminders: readonly ReminderItem[],
): Promise<Map<number, ItemError>> {
  const named = [...new Set(reminders.flatMap(({ assignedTo }) => assignedTo ?? []))];
  if (named.length === 0) return new Map();
  const rows = await scope.sql<{ user_id: string }>(
    'select user_id from public.user_orgs where org_id = $1 and user_id = any ($2::uuid[])',
    [orgId, named],
  );
  const members = new Set(rows.map((row) => row.user_id));
  return new Map(
    reminders.flatMap(({ assignedTo }, index) =>
      assignedTo == null || members.has(assignedTo)
        ? []
        : [
            [
              index,
              {
                code: 'NOT_FOUND' as const,
                message: 'There is no such member of the organisation. Send the UUID of a user who belongs to it.',
                field: [...FIELD, String(index), 'assignedTo'],
              },
            ] as const,
          ],
    ),
  );
}
