import { sqlStateOf } from '../../db/database-error.ts';
import type { Scope } from '../../db/scope.ts';
import { Refusal } from '../../errors.ts';
import type { Caller } from '../caller.ts';
import { once } from '../idempotency.ts';
import type { Recorded, WriteResult } from '../write-result.ts';
import { getOrgWith } from './get-org-with.ts';
import { readPointers } from './read-pointers.ts';

/** Who reaches which cases of an organisation. */
export const ORG_ACCESS = {
  OPEN: 'Every member reaches every case, with the verbs of his role.',
  ROLES: 'An assessor reaches own, assigned and shared cases only.',
} as const;

export interface OrgUpdateInput {
  readonly idempotencyKey?: string | null | undefined;
  readonly access?: keyof typeof ORG_ACCESS | null | undefined;
  readonly timeZone?: string | null | undefined;
  readonly ingestPointers?: readonly string[] | null | undefined;
}

/** Changes the settings of the organisation the caller acts for. */
export async function orgUpdate(caller: Caller, input: OrgUpdateInput): Promise<Recorded<WriteResult>> {
  const ingestPointers = input.ingestPointers && readPointers(input.ingestPointers, ['input', 'ingestPointers']);
  const timeZone = input.timeZone == null ? null : readTimeZone(input.timeZone);
  return caller.database.write(caller.owner, async (scope) => {
    const orgId = await getOrgWith(scope, 'org.manage');
    const call = { operation: 'orgUpdate', orgId, input: { ...input, timeZone, ingestPointers } };
    return once(scope, caller, call, async () => {
      const changed = await update(scope, [orgId, input.access, timeZone, ingestPointers]);
      return { outcome: changed ? 'UPDATED' : 'UNCHANGED', orgId };
    });
  });
}

async function update(scope: Scope, values: unknown[]): Promise<boolean> {
  const given = '(coalesce($2, access), coalesce($3, time_zone), coalesce($4::text[], ingest_pointers))';
  try {
    const rows = await scope.sql(
      `update public.orgs set (access, time_zone, ingest_pointers) = row ${given}
       where id = $1 and (access, time_zone, ingest_pointers) is distinct from ${given} returning id`,
      values,
    );
    return rows.length > 0;
  } catch (error) {
    // A zone that Node knows and Postgres does not.
    if (sqlStateOf(error) === '22023') throw noTimeZone();
    throw error;
  }
}

function readTimeZone(given: string): string {
  // By name: offsets, which Postgres reads with the opposite sign, know no summer.
  if (!/^[A-Za-z]\w*([/+-]\w+)*$/.test(given)) throw noTimeZone();
  try {
    return new Intl.DateTimeFormat('en', { timeZone: given }) && given;
  } catch {
    throw noTimeZone();
  }
}

function noTimeZone(): Refusal {
  return new Refusal(
    'VALIDATION_FAILED',
    'A time zone is named as in the IANA database: Asia/Jerusalem, Europe/Vienna, UTC.',
    ['input', 'timeZone'],
  );
}
