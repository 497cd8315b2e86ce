import type { Scope } from '../../db/scope.ts';
import { notFound, plateImmutable, Refusal } from '../../errors.ts';
import type { Caller, WriteSource } from '../caller.ts';
import { once } from '../idempotency.ts';
import type { Recorded, WriteResult } from '../write-result.ts';
import { rulesOf } from './case-kinds.ts';
import type { CaseStatus } from './case-status.ts';
import { assertMayWrite, type FoundCase, findActiveCase, getCase } from './find-case.ts';
import { checkHelperDocument, type HelperDocument } from './helper-document.ts';
import { getPlate } from './plate.ts';
import { writeVersion } from './write-version.ts';

export interface CaseUpsertInput {
  readonly idempotencyKey?: string | null | undefined;
  readonly caseId?: string | null | undefined;
  readonly plate?: string | null | undefined;
  readonly filingId?: string | null | undefined;
  readonly ownerName?: string | null | undefined;
  readonly status?: CaseStatus | null | undefined;
  readonly assignedTo?: string | null | undefined;
  readonly inspectionLocation?: string | null | undefined;
  readonly helper?: unknown;
  readonly source?: WriteSource | null | undefined;
}

/** Input field → column. A field that is null or not sent leaves its column alone: Make sends null for "nothing". */
const COLUMNS = {
  filingId: 'filing_id',
  ownerName: 'owner_name',
  status: 'status',
  assignedTo: 'assigned_to',
  inspectionLocation: 'inspection_location',
} as const;

/**
 * Opens a case, or finds or updates the one that is there: by id, else the active one of the plate. A helper is saved
 * only as the first version; it never touches a case that has versions.
 */
export async function caseUpsert(caller: Caller, input: CaseUpsertInput): Promise<Recorded<WriteResult>> {
  const plate = input.plate == null ? null : getPlate(input.plate, ['input', 'plate']);
  const helper = input.helper == null ? null : checkHelperDocument(input.helper, ['input', 'helper']);
  return caller.database.write(caller.owner, async (scope) => {
    const named = input.caseId ? await getCase(scope, input.caseId, ['input', 'caseId']) : null;
    if (named && plate && plate !== named.plate) throw plateImmutable();
    if (!named && !plate)
      throw new Refusal('VALIDATION_FAILED', 'Send the plate of the vehicle, or the id of the case.', [
        'input',
        'plate',
      ]);
    const orgId = named?.orgId ?? scope.orgId;
    const call = { operation: 'caseUpsert', orgId, input: { ...input, plate, helper: helper?.hash } };
    return once(scope, caller, call, async () => {
      const existing =
        named ?? (await findActiveCase(scope, orgId, plate!)) ?? (await open(scope, orgId, plate!, input, helper));
      return 'outcome' in existing ? existing : update(scope, existing, input, helper);
    });
  });
}

/** Answers the case another call has opened for the plate meanwhile, if one has. */
async function open(
  scope: Scope,
  orgId: string,
  plate: string,
  input: CaseUpsertInput,
  helper: HelperDocument | null,
): Promise<WriteResult | FoundCase> {
  rulesOf('damage').assertDocumentFits(helper?.value ?? {}, plate, ['input', 'helper']);
  const rows = await scope.sql<{ id: string }>(
    `insert into public.cases (org_id, plate, filing_id, owner_name, status, assigned_to, inspection_location)
     values ($1, $2, $3, $4, coalesce($5, 'OPEN'), $6, $7)
     on conflict (org_id, plate) where closed_at is null and kind = 'damage' do nothing returning id`,
    [orgId, plate, input.filingId, input.ownerName, input.status, input.assignedTo, input.inspectionLocation],
  );
  const opened = rows[0];
  if (!opened) {
    const existing = await findActiveCase(scope, orgId, plate);
    if (existing) return existing;
    throw new Refusal(
      'DUPLICATE',
      'The organisation has an active case of this plate that is not shared with you. Ask its owner to share it.',
      ['input', 'plate'],
    );
  }
  if (helper) await saveFirst(scope, { id: opened.id, orgId }, input, helper);
  return { outcome: 'CREATED', orgId, caseId: opened.id };
}

async function update(
  scope: Scope,
  existing: FoundCase,
  input: CaseUpsertInput,
  helper: HelperDocument | null,
): Promise<WriteResult> {
  const changed = await updateColumns(scope, existing, input);
  const first = helper !== null && existing.version === 0;
  if (first) {
    assertMayWrite(existing, ['input', 'helper']);
    rulesOf(existing.kind).assertDocumentFits(helper.value, existing.plate, ['input', 'helper']);
  }
  const saved = first && (await saveFirst(scope, existing, input, helper));
  return { outcome: changed || saved ? 'UPDATED' : 'EXISTING', orgId: existing.orgId, caseId: existing.id };
}

/** True when a column changed. */
async function updateColumns(scope: Scope, existing: FoundCase, input: CaseUpsertInput): Promise<boolean> {
  const given = Object.entries(COLUMNS).filter(([name]) => input[name as keyof typeof COLUMNS] != null);
  if (given.length === 0) return false;
  const values = given.map(([name]) => input[name as keyof typeof COLUMNS]);
  const columns = given.map(([, column]) => column);
  const places = given.map((_, index) => `$${index + 2}${columns[index] === 'assigned_to' ? '::uuid' : '::text'}`);
  const isNews = `(${columns.join(', ')}) is distinct from (${places.join(', ')})`;
  const differs = await scope.sql(`select from public.cases where id = $1 and ${isNews}`, [existing.id, ...values]);
  if (differs.length === 0) return false;
  assertMayWrite(existing, ['input', 'caseId']);
  const sets = columns.map((column, index) => `${column} = ${places[index]}`);
  const updated = await scope.sql(`update public.cases set ${sets.join(', ')} where id = $1 returning id`, [
    existing.id,
    ...values,
  ]);
  if (updated.length === 0) throw notFound('case', ['input', 'caseId']);
  return true;
}

/** False when another call has saved a first version meanwhile. */
async function saveFirst(
  scope: Scope,
  found: Pick<FoundCase, 'id' | 'orgId'>,
  input: CaseUpsertInput,
  document: HelperDocument,
): Promise<boolean> {
  const record = { source: input.source, expectedVersion: 0, field: ['input', 'helper'] };
  const saved = await writeVersion(scope, found, 'OPEN', record, async ({ version }) =>
    version > 0 ? null : { document },
  );
  return saved.outcome !== 'UNCHANGED';
}
