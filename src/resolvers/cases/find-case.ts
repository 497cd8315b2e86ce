import type { Scope } from '../../db/scope.ts';
import { notFound, Refusal } from '../../errors.ts';
import type { CaseKind } from './case-kinds.ts';

/** What operations need to know of a case before they act. */
export interface FoundCase {
  readonly id: string;
  readonly orgId: string;
  readonly kind: CaseKind;
  readonly plate: string | null;
  readonly version: number;
  readonly mayWrite: boolean;
}

/** Columns of a FoundCase, of a row of `cases` that stands alone behind FROM. */
export const CASE_COLUMNS = `id, org_id as "orgId", kind, plate, version,
  private.may('case.write', org_id, id, created_by, assigned_to) as "mayWrite"`;

/** @throws Refusal NOT_FOUND for a case that does not exist or that the caller may not see */
export async function getCase(scope: Scope, caseId: string, field: readonly string[]): Promise<FoundCase> {
  const rows = await scope.sql<FoundCase>(
    `select ${CASE_COLUMNS} from public.cases where id = $1 and kind = 'damage'`,
    [caseId],
  );
  if (!rows[0]) throw notFound('case', field);
  return rows[0];
}

/** As getCase, for a write. @throws Refusal FORBIDDEN for a case the caller may only read */
export async function getWritableCase(scope: Scope, caseId: string, field: readonly string[]): Promise<FoundCase> {
  const found = await getCase(scope, caseId, field);
  assertMayWrite(found, field);
  return found;
}

export function assertMayWrite(found: FoundCase, field: readonly string[]): void {
  if (!found.mayWrite)
    throw new Refusal(
      'FORBIDDEN',
      'You may read this case but not change it. Ask its owner or an administrator.',
      field,
    );
}

/** The active case of a plate in the caller's organisation, else the newest, else null. */
export async function findCaseByPlate(scope: Scope, plate: string): Promise<FoundCase | null> {
  const rows = await scope.sql<FoundCase>(
    `select ${CASE_COLUMNS} from public.cases where org_id = $1 and kind = 'damage' and plate = $2
     order by closed_at is not null, created_at desc, id desc limit 1`,
    [scope.orgId, plate],
  );
  return rows[0] ?? null;
}

/** The active case of a plate in an organisation, or null; null as well when it is not the caller's to see. */
export async function findActiveCase(scope: Scope, orgId: string, plate: string): Promise<FoundCase | null> {
  const rows = await scope.sql<FoundCase>(
    `select ${CASE_COLUMNS} from public.cases where org_id = $1 and kind = 'damage' and plate = $2 and closed_at is null`,
    [orgId, plate],
  );
  return rows[0] ?? null;
}
