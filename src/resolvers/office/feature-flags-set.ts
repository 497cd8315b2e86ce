import type { BulkResult, BulkTable } from '../bulk-upsert.ts';
import type { Caller } from '../caller.ts';
import { type Column, FLAG, JSON_VALUE, needed, otherwise, text } from '../columns.ts';
import { type BulkOfOrgInput, bulkUpsertOfOrg } from '../organisations/bulk-upsert-of-org.ts';
import type { Recorded } from '../write-result.ts';

export interface FeatureFlagItem {
  readonly name: string;
  readonly enabled?: boolean | null | undefined;
  readonly value?: unknown;
  readonly description?: string | null | undefined;
}

export interface FeatureFlagsSetInput extends BulkOfOrgInput {
  readonly flags: readonly FeatureFlagItem[];
}

const FLAG_NAME: Column = {
  sql: 'text',
  problem: (value) =>
    /^[A-Za-z0-9_.:-]{1,100}$/.test(value as string)
      ? null
      : 'It has 1 to 100 letters of A to Z, digits and the characters _ . : - only.',
};

const FLAGS: BulkTable = {
  table: 'public.feature_flags',
  noun: 'flag',
  columns: {
    name: needed(FLAG_NAME),
    enabled: otherwise(FLAG, 'false'),
    value: JSON_VALUE,
    description: text(2000),
  },
  matchBy: [['name']],
  unique: true,
};

/** Sets switches of the organisation by their names. */
export async function featureFlagsSet(caller: Caller, input: FeatureFlagsSetInput): Promise<Recorded<BulkResult>> {
  return bulkUpsertOfOrg(caller, {
    operation: 'featureFlagsSet',
    target: FLAGS,
    permission: 'org.manage',
    input,
    rows: input.flags.map((flag) => ({ ...flag })),
    field: ['input', 'flags'],
  });
}
