import { randomUUID } from 'node:crypto';
import { sqlStateOf } from '../../db/database-error.ts';
import { diffPaths } from '../../json/json-diff.ts';
import type { JsonObject } from '../../json/json-value.ts';
import { type Caller, sourceOf } from '../caller.ts';
import { failureOfNoting, idempotencyRow } from '../idempotency.ts';
import type { Recorded } from '../write-result.ts';
import { rulesOf } from './case-kinds.ts';
import { CASE_COLUMNS, type FoundCase } from './find-case.ts';
import type { HelperDocument } from './helper-document.ts';
import { LOCK_CASE } from './helper-versions.ts';
import { type KnownContent, KnownContents } from './known-content.ts';
import { assertChangesWritable } from './writable-pointers.ts';
import type { HelperWriteResult, SavedVersion, VersionRecord } from './write-version.ts';

/** The content only where its hash is another than the one that is known. */
const FIND = {
  text: `select found.*, h.content_hash as hash, case when h.content_hash is distinct from $2 then h.helper_json::text end as body
    from (select ${CASE_COLUMNS} from public.cases where id = $1 and kind = 'damage') found
    left join public.case_helper h on h.case_id = found.id and h.is_current`,
};

/**
 * Locks the case, compares its version, saves and notes the key, all in one statement: no row where the version is
 * another by now, a unique violation where the key is taken.
 */
const SAVE = `with locked as (
    select version from public.cases where id = $1::uuid for update
  ), saved as (
    insert into public.case_helper (case_id, helper_json, trigger, changed_paths, label, note, source, base_version, on_conflict)
    select $1::uuid, $2::jsonb, $3::text, $4::text[], $5::text, $6::text, $7::text, $8::int, $9::text
    from locked where locked.version = $18::int
    returning id, case_id, version, content_hash, size_bytes, saved_at
  ), noted as (
    insert into gateway.idempotency (org_id, principal, operation, key, fingerprint, request_id, result)
    select $10::uuid, $11::text, $12::text, $13::text,
      sha256(convert_to($14::text || saved.content_hash || $15::text, 'UTF8')), $16::text,
      jsonb_build_object('orgId', $10::uuid, 'caseId', $1::uuid, 'outcome', $17::text, 'helperId', saved.id)
    from saved where $13::text is not null returning created_at
  )
  select saved.id, saved.case_id as "caseId", saved.version, saved.content_hash as "contentHash",
    saved.size_bytes as "sizeBytes", saved.saved_at as "savedAt", noted.created_at as "firstSeenAt"
  from saved left join noted on true`;

/** Stands for the hash of the sent document in the text of a call; nobody outside the process knows it. */
const HASH_PLACE = `hash:${randomUUID()}`;

const knownContents = new KnownContents();

/**
 * The save that nearly every save is: made from the version that is current, or over whatever is, with other content, not
 * sent before. Two round trips, of which the second carries the commit. Null for any other, of which nothing has been
 * written then.
 *
 * @param call what `once` would be told, without the document
 * @throws Refusal as `writeVersion` does
 */
export async function saveAtOnce(
  caller: Caller,
  call: { readonly operation: string; readonly caseId: string; readonly input: Readonly<Record<string, unknown>> },
  sent: HelperDocument,
  record: VersionRecord,
): Promise<Recorded<HelperWriteResult> | null> {
  const { caseId } = call;
  const isForced = record.onConflict === 'FORCE';
  const known = knownContents.find(caseId);
  const find = { ...FIND, values: [caseId, known?.hash ?? null] };
  // Under the lock, what is found is current until the transaction ends.
  const first = isForced ? [{ text: LOCK_CASE, values: [caseId] }, find] : [find];
  try {
    return await caller.database.writeAfter<Current[][], Recorded<HelperWriteResult> | null>(
      caller.owner,
      first,
      async (scope, answers) => {
        const found = answers.at(-1)?.[0];
        if (!found?.mayWrite || !(isForced || found.version === record.expectedVersion)) return null;
        const before = contentOf(found, known);
        const { paths } = diffPaths(before, sent.value);
        if (paths.length === 0 && found.version > 0) return null;
        rulesOf(found.kind).assertDocumentFits(sent.value, found.plate, record.field);
        assertChangesWritable(scope, before, sent.value, undefined, record.field);
        const input = { ...call.input, helper: HASH_PLACE };
        const key = idempotencyRow(scope, caller, { ...call, input, orgId: found.orgId });
        const [beforeHash = null, afterHash = null] = key?.text.split(HASH_PLACE) ?? [];
        const outcome = found.version === 0 ? 'CREATED' : 'UPDATED';
        const [row] = await scope.sqlLast<SavedVersion & { firstSeenAt: Date | null }>(SAVE, [
          caseId,
          sent.text,
          record.label ? 'CHECKPOINT' : 'SAVE',
          paths,
          record.label ?? null,
          record.note ?? null,
          sourceOf(scope, record.source),
          record.expectedVersion ?? null,
          record.onConflict ?? null,
          ...(key ? key.row : [found.orgId, null, null, null]),
          beforeHash,
          afterHash,
          caller.owner.requestId,
          outcome,
          found.version,
        ]);
        if (!row) return null;
        const { firstSeenAt, ...saved } = row;
        knownContents.note(caseId, { hash: saved.contentHash, value: sent.value, length: sent.text.length });
        const idempotency = key && { key: key.row[3], replayed: false, firstSeenAt: firstSeenAt! };
        return { orgId: found.orgId, caseId, outcome, helperId: saved.id, saved, idempotency };
      },
    );
  } catch (error) {
    if (sqlStateOf(error) === UNIQUE_VIOLATION) return null;
    throw failureOfNoting(error);
  }
}

const UNIQUE_VIOLATION = '23505';

/** A case, and its current version if it has one. */
interface Current extends FoundCase {
  readonly hash: string | null;
  /** Null as well where it is known. */
  readonly body: string | null;
}

function contentOf({ hash, body }: Current, known: KnownContent | null): JsonObject {
  if (body !== null) return JSON.parse(body) as JsonObject;
  return known !== null && known.hash === hash ? known.value : {};
}
