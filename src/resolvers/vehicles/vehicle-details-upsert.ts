import { Refusal } from '../../errors.ts';
import type { JsonValue } from '../../json/json-value.ts';
import { assertFaithful } from '../assert-faithful.ts';
import { type BulkTable, bulkUpsert, findProblems } from '../bulk-upsert.ts';
import { type Caller, sourceOf, type WriteSource } from '../caller.ts';
import { getWritableCase } from '../cases/find-case.ts';
import { integer, JSON_VALUE, text } from '../columns.ts';
import { once } from '../idempotency.ts';
import type { Recorded, WriteResult } from '../write-result.ts';
import { RawRecord } from './raw-record.ts';
import { readVehicleRecord, TEXT_LIMITS } from './read-vehicle-record.ts';

export interface VehicleDetailsGiven {
  readonly vin?: string | null | undefined;
  readonly manufacturer?: string | null | undefined;
  readonly model?: string | null | undefined;
  readonly year?: number | null | undefined;
  readonly engineSize?: number | null | undefined;
  readonly color?: string | null | undefined;
  /** The registry's answer; what is not given otherwise is read from it. */
  readonly rawData?: unknown;
  readonly enrichedData?: unknown;
}

export interface VehicleDetailsUpsertInput {
  readonly idempotencyKey?: string | null | undefined;
  readonly caseId: string;
  readonly details: VehicleDetailsGiven;
  readonly source?: WriteSource | null | undefined;
}

const DETAILS: BulkTable = {
  table: 'public.vehicle_details',
  noun: 'vehicle',
  columns: {
    vin: text(TEXT_LIMITS.vin),
    manufacturer: text(TEXT_LIMITS.manufacturer),
    model: text(TEXT_LIMITS.model),
    year: integer(1900, 2200),
    engineSize: integer(0),
    color: text(TEXT_LIMITS.color),
    rawData: JSON_VALUE,
    enrichedData: JSON_VALUE,
  },
  // A case has one vehicle.
  matchBy: [['caseId']],
};

const FIELD = ['input', 'details'];

/** Keeps what the registry and others say of the vehicle of a case. */
export async function vehicleDetailsUpsert(
  caller: Caller,
  input: VehicleDetailsUpsertInput,
): Promise<Recorded<WriteResult>> {
  const details = checkDetails(input.details);
  return caller.database.write(caller.owner, async (scope) => {
    const found = await getWritableCase(scope, input.caseId, ['input', 'caseId']);
    const raw = new RawRecord((details.rawData ?? null) as JsonValue);
    if (raw.isOfAnother(found.plate))
      throw new Refusal(
        'PLATE_MISMATCH',
        'The raw data is of another vehicle: its plate differs from the plate of the case. Write to the right case, or correct the data.',
        [...FIELD, 'rawData'],
      );
    const call = { operation: 'vehicleDetailsUpsert', orgId: found.orgId, input: { ...input } };
    return once(scope, caller, call, async () => {
      const [item] = await bulkUpsert(scope, DETAILS, {
        rows: [{ caseId: found.id, ...readVehicleRecord(raw), ...details }],
        place: { org_id: found.orgId, case_id: found.id },
        atomic: true,
        source: sourceOf(scope, input.source),
        field: FIELD,
      });
      return { outcome: item!.outcome, orgId: found.orgId, caseId: found.id };
    });
  });
}

/** What is said of the vehicle: null says nothing. @throws Refusal naming the field */
function checkDetails(given: VehicleDetailsGiven): VehicleDetailsGiven {
  assertFaithful(given, FIELD);
  const details: VehicleDetailsGiven = Object.fromEntries(Object.entries(given).filter(([, value]) => value != null));
  if (Object.keys(details).length === 0)
    throw new Refusal('VALIDATION_FAILED', 'Send rawData, or at least one field of the vehicle.', FIELD);
  const [problem] = findProblems(DETAILS, { ...details }, FIELD);
  if (problem) throw new Refusal(problem.code, problem.message, problem.field);
  return details;
}
