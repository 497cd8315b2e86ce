import type { BulkResult, BulkTable } from '../bulk-upsert.ts';
import type { Caller } from '../caller.ts';
import { JSON_VALUE, needed, oneOf, text } from '../columns.ts';
import { NEWEST_FIRST, type RowCondition, type RowList, whereEqual } from '../list-rows.ts';
import { type BulkOfOrgInput, bulkUpsertOfOrg } from '../organisations/bulk-upsert-of-org.ts';
import type { Recorded } from '../write-result.ts';

export const LOG_LEVELS = {
  ERROR: 'Something failed.',
  WARN: 'Something looks wrong, and went on.',
  INFO: 'Something happened.',
  DEBUG: 'For those who look for a fault.',
} as const;

export type LogLevel = keyof typeof LOG_LEVELS;

export interface SystemLogItem {
  readonly logLevel: LogLevel;
  readonly component: string;
  readonly message: string;
  readonly context?: unknown;
}

export interface SystemLogsAddInput extends BulkOfOrgInput {
  readonly logs: readonly SystemLogItem[];
}

const LOGS: BulkTable = {
  table: 'public.system_logs',
  noun: 'line',
  columns: {
    logLevel: needed(oneOf(LOG_LEVELS)),
    component: needed(text(200, 1)),
    message: needed(text(5000, 1)),
    context: JSON_VALUE,
  },
  matchBy: [],
  appendOnly: true,
};

/** Adds lines to the organisation's log. They are never changed, and swept away when they are old. */
export async function systemLogsAdd(caller: Caller, input: SystemLogsAddInput): Promise<Recorded<BulkResult>> {
  return bulkUpsertOfOrg(caller, {
    operation: 'systemLogsAdd',
    target: LOGS,
    permission: 'log.write',
    input,
    rows: input.logs.map((line) => ({ ...line })),
    field: ['input', 'logs'],
  });
}

export const SYSTEM_LOGS_OF_ORG: RowList = { table: LOGS.table, parent: ['org_id'], order: NEWEST_FIRST };

export function systemLogConditions(filter: {
  readonly level?: LogLevel | null | undefined;
  readonly component?: string | null | undefined;
  readonly since?: Date | null | undefined;
}): RowCondition[] {
  const { since } = filter;
  return [
    ...whereEqual('log_level', filter.level),
    ...whereEqual('component', filter.component),
    ...(since == null ? [] : [((param) => `r.created_at >= ${param(since, 'timestamptz')}`) satisfies RowCondition]),
  ];
}
