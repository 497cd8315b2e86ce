import type { BulkResult, BulkTable } from '../bulk-upsert.ts';
import type { Caller } from '../caller.ts';
import { JSON_VALUE, needed, oneOf, otherwise, text } from '../columns.ts';
import { OLDEST_FIRST, type RowCondition, type RowList, whereEqual } from '../list-rows.ts';
import { type BulkOfOrgInput, bulkUpsertOfOrg } from '../organisations/bulk-upsert-of-org.ts';
import type { Recorded } from '../write-result.ts';

export const DEV_TEST_STATUSES = {
  PENDING: 'Not run yet.',
  PASS: 'The result was the expected one.',
  FAIL: 'The result was another one.',
} as const;

export type DevTestStatus = keyof typeof DEV_TEST_STATUSES;

export interface DevTestCaseItem {
  readonly id?: string | null | undefined;
  readonly testName?: string | null | undefined;
  readonly testData?: unknown;
  readonly expectedResult?: unknown;
  readonly actualResult?: unknown;
  readonly status?: DevTestStatus | null | undefined;
}

export interface DevTestCasesUpsertInput extends BulkOfOrgInput {
  readonly testCases: readonly DevTestCaseItem[];
}

const TEST_CASES: BulkTable = {
  table: 'public.dev_test_cases',
  noun: 'test case',
  columns: {
    testName: needed(text(300, 1)),
    testData: JSON_VALUE,
    expectedResult: JSON_VALUE,
    actualResult: JSON_VALUE,
    status: otherwise(oneOf(DEV_TEST_STATUSES), "'PENDING'"),
  },
  matchBy: [['testName']],
  unique: true,
};

/** Writes the developers' test cases of the organisation. */
export async function devTestCasesUpsert(
  caller: Caller,
  input: DevTestCasesUpsertInput,
): Promise<Recorded<BulkResult>> {
  return bulkUpsertOfOrg(caller, {
    operation: 'devTestCasesUpsert',
    target: TEST_CASES,
    permission: 'dev.write',
    input,
    rows: input.testCases.map((testCase) => ({ ...testCase })),
    field: ['input', 'testCases'],
  });
}

export const TEST_CASES_OF_ORG: RowList = { table: TEST_CASES.table, parent: ['org_id'], order: OLDEST_FIRST };

export function testCaseConditions(filter: { readonly status?: DevTestStatus | null | undefined }): RowCondition[] {
  return whereEqual('status', filter.status);
}
