import type { Scope } from '../../db/scope.ts';
import { Refusal } from '../../errors.ts';
import { contentHash } from '../../json/content-hash.ts';
import { DOCUMENT_LIMITS } from '../../json/faithful.ts';
import { formatPointer } from '../../json/json-pointer.ts';
import type { JsonObject } from '../../json/json-value.ts';
import type { Caller, WriteSource } from '../caller.ts';
import { once } from '../idempotency.ts';
import type { Recorded } from '../write-result.ts';
import { rulesOf } from './case-kinds.ts';
import { assertMayWrite, type FoundCase, findActiveCase, getWritableCase } from './find-case.ts';
import { checkHelperDocument, type HelperDocument } from './helper-document.ts';
import { getPlate, listPlates } from './plate.ts';
import { putData } from './put-data.ts';
import { hasRawPayload, isRawPayloads, keepRawPayload, RAW_PAYLOADS } from './raw-payload.ts';
import { type Arrival, type ArrivalInput, readArrival } from './read-arrival.ts';
import { assertPlaceWritable, isCovered, pathNotWritable, readPlaces } from './writable-pointers.ts';
import { type HelperWriteResult, type NextDocument, writeVersion } from './write-version.ts';

export interface CaseHelperIngestInput extends ArrivalInput {
  readonly idempotencyKey?: string | null | undefined;
  readonly caseId?: string | null | undefined;
  readonly plate?: string | null | undefined;
  readonly expectedPlate?: string | null | undefined;
  readonly note?: string | null | undefined;
  readonly source?: WriteSource | null | undefined;
}

/**
 * Puts data from outside into one allowed subtree of the helper that is current under the lock, and keeps them as they
 * came under /raw_webhook_data. Data that change nothing at their place make no version and are not kept again, so that
 * a delivery may be repeated.
 */
export async function caseHelperIngest(
  caller: Caller,
  input: CaseHelperIngestInput,
): Promise<Recorded<HelperWriteResult>> {
  const arrival = readArrival(input);
  const plate = input.plate == null ? null : getPlate(input.plate, ['input', 'plate']);
  const expectedPlates = readExpectedPlate(input.expectedPlate);
  if ((input.caseId == null) === (plate === null))
    throw new Refusal('VALIDATION_FAILED', 'Send exactly one of caseId and plate.', ['input', 'caseId']);
  return caller.database.write(caller.owner, async (scope) => {
    const named = input.caseId == null ? null : await getWritableCase(scope, input.caseId, ['input', 'caseId']);
    const orgId = named?.orgId ?? scope.orgId;
    const call = {
      operation: 'caseHelperIngest',
      orgId,
      input: { ...input, plate, mode: arrival.mode, data: contentHash(arrival.payload) },
    };
    return once(scope, caller, call, async () => {
      const found = named ?? (await getActiveCase(scope, orgId, plate!));
      await assertIngestible(scope, found.orgId, arrival.tokens);
      if (expectedPlates.some((expected) => expected !== found.plate))
        throw new Refusal(
          'PLATE_MISMATCH',
          'The case is of another vehicle than expectedPlate. Send the data to the case of their own plate.',
          ['input', 'expectedPlate'],
        );
      const field = ['input', 'data'];
      rulesOf(found.kind).assertDataFit(arrival.tokens.at(-1)!, arrival.data, found.plate, field);
      return writeVersion(scope, found, 'INGEST', { ...input, field: ['input', 'pointer'] }, async (current) =>
        makeNext(found, current.document, arrival),
      );
    });
  });
}

function readExpectedPlate(given: string | null | undefined): string[] {
  if (given == null) return [];
  const plates = listPlates(given);
  return plates.length > 0 ? plates : [getPlate(given, ['input', 'expectedPlate'])];
}

async function getActiveCase(scope: Scope, orgId: string, plate: string): Promise<FoundCase> {
  const field = ['input', 'plate'];
  const found = await findActiveCase(scope, orgId, plate);
  if (!found)
    throw new Refusal(
      'NOT_FOUND',
      'There is no active case of this plate, or it is not yours to see. Open one with caseUpsert (case.upsert), or send the caseId of a closed one.',
      field,
    );
  assertMayWrite(found, field);
  return found;
}

/** @throws Refusal PATH_NOT_WRITABLE for a place that data from outside, or this API key, are not let into */
async function assertIngestible(scope: Scope, orgId: string, tokens: readonly string[]): Promise<void> {
  const field = ['input', 'pointer'];
  const rows = await scope.sql<{ pointers: string[] | null }>('select private.ingest_pointers($1) as pointers', [
    orgId,
  ]);
  const pointers = rows[0]?.pointers ?? [];
  // The whole helper is never one subtree of it, whatever the list says.
  if (tokens.length === 0 || !isCovered(tokens, readPlaces(pointers)))
    throw pathNotWritable(formatPointer(tokens), 'data from outside may be put into', pointers, field);
  assertPlaceWritable(scope, tokens, field);
}

function makeNext(found: FoundCase, current: JsonObject, arrival: Arrival): NextDocument | null {
  const { tokens, mode, name, payload, data, receivedAt } = arrival;
  if (isRawPayloads(tokens)) {
    if (hasRawPayload(current, name, payload)) return null;
    const kept = keepRawPayload(current, { name, data: payload, receivedAt, processed: false });
    return { document: checkIngested(found, kept.document) };
  }
  const changed = putData(current, tokens, mode, data);
  if (!changed) return null;
  // What is put into the record is its own record.
  if (tokens[0] === RAW_PAYLOADS) return { document: checkIngested(found, changed) };
  const kept = keepRawPayload(changed, { name, data: payload, receivedAt, processed: true });
  return { document: checkIngested(found, kept.document), ownPlace: kept.place };
}

/** @throws Refusal for data that leave no good helper of this case */
function checkIngested(found: FoundCase, helper: JsonObject): HelperDocument {
  try {
    const document = checkHelperDocument(helper, []);
    rulesOf(found.kind).assertDocumentFits(document.value, found.plate, []);
    return document;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // The data are good by themselves: it is the place that is not.
    if (error.code !== 'PAYLOAD_TOO_LARGE') throw new Refusal(error.code, error.message, ['input', 'pointer']);
    const bytes = Buffer.byteLength(JSON.stringify(helper[RAW_PAYLOADS] ?? null));
    throw new Refusal(
      'PAYLOAD_TOO_LARGE',
      `With these data the helper would have more than ${DOCUMENT_LIMITS.maxBytes} bytes as JSON, which is all that is kept. /${RAW_PAYLOADS}, where every payload stays, would have ${bytes} of them: remove its old entries, as with a mergePatch of caseHelperPatch that sets them to null, and send this again.`,
      ['input', 'data'],
    );
  }
}
