import type { Caller } from '../caller.ts';
import type { Recorded, WriteResult } from '../write-result.ts';
import { deleteByName } from './delete-by-name.ts';

export interface DevTestCaseDeleteInput {
  readonly idempotencyKey?: string | null | undefined;
  readonly testName: string;
}

/** Takes a test case away. */
export async function devTestCaseDelete(
  caller: Caller,
  { idempotencyKey, testName }: DevTestCaseDeleteInput,
): Promise<Recorded<WriteResult>> {
  return deleteByName(caller, {
    idempotencyKey,
    name: testName,
    operation: 'devTestCaseDelete',
    table: 'public.dev_test_cases',
    column: 'test_name',
    permission: 'dev.write',
  });
}
