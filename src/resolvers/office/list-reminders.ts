import { type RowCondition, type RowList, whereEqual } from '../list-rows.ts';
import type { OrderKey } from '../paging.ts';
import type { ReminderStatus } from './reminders-upsert.ts';

const NEXT_DUE_FIRST: readonly OrderKey[] = [
  { name: 'dueAt', sql: 'r.due_at', type: 'timestamptz', direction: 'ASC' },
  { name: 'id', sql: 'r.id', type: 'uuid', direction: 'ASC' },
];

const TABLE = 'public.reminders';
export const REMINDERS_OF_CASE: RowList = { table: TABLE, parent: ['org_id', 'case_id'], order: NEXT_DUE_FIRST };
export const REMINDERS_OF_ORG: RowList = { table: TABLE, parent: ['org_id'], order: NEXT_DUE_FIRST };

export interface ReminderFilter {
  readonly status?: ReminderStatus | null | undefined;
  readonly assignedTo?: string | null | undefined;
  readonly category?: string | null | undefined;
  readonly dueBefore?: Date | null | undefined;
  readonly dueAfter?: Date | null | undefined;
}

export function reminderConditions(filter: ReminderFilter): RowCondition[] {
  const { dueBefore, dueAfter } = filter;
  return [
    ...whereEqual('status', filter.status),
    ...whereEqual('assigned_to', filter.assignedTo, 'uuid'),
    ...whereEqual('category', filter.category),
    ...whereBeyond('due_at', '<', dueBefore),
    ...whereBeyond('due_at', '>', dueAfter),
  ];
}

function whereBeyond(column: string, operator: '<' | '>', at: Date | null | undefined): RowCondition[] {
  return at == null ? [] : [(param) => `r.${column} ${operator} ${param(at, 'timestamptz')}`];
}
