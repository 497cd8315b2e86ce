import type { Caller } from '../caller.ts';
import type { Recorded, WriteResult } from '../write-result.ts';
import { deleteByName } from './delete-by-name.ts';

export interface FeatureFlagDeleteInput {
  readonly idempotencyKey?: string | null | undefined;
  readonly name: string;
}

/** Takes a switch away. */
export async function featureFlagDelete(caller: Caller, input: FeatureFlagDeleteInput): Promise<Recorded<WriteResult>> {
  return deleteByName(caller, {
    ...input,
    operation: 'featureFlagDelete',
    table: 'public.feature_flags',
    column: 'name',
    permission: 'org.manage',
  });
}
