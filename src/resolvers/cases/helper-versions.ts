import type { Scope } from '../../db/scope.ts';
import { Refusal } from '../../errors.ts';
import { diffPaths } from '../../json/json-diff.ts';
import type { JsonObject } from '../../json/json-value.ts';
import type { WriteSource } from '../caller.ts';
import type { RowList } from '../list-rows.ts';
import type { HelperDocument } from './helper-document.ts';

/** What made a version. */
export const HELPER_TRIGGERS = {
  OPEN: 'The first version, sent with the opening of the case.',
  SAVE: 'A save of the whole helper.',
  PATCH: 'A patch of some of its paths.',
  MERGE: 'A save merged with what others had saved since.',
  INGEST: 'Data from outside put into one allowed subtree.',
  RESTORE: 'The content of an older version.',
  CHECKPOINT: 'A save that was given a label.',
} as const;

export type HelperTrigger = keyof typeof HELPER_TRIGGERS;

export const VERSIONS_OF_CASE: RowList = {
  table: 'public.case_helper',
  parent: ['org_id', 'case_id'],
  order: [{ name: 'version', sql: 'r.version', type: 'int', direction: 'DESC' }],
};

/** The current version under the lock on its case: nobody else saves until the transaction ends. */
export interface CurrentHelper {
  /** 0 before the first save. */
  readonly version: number;
  readonly id: string | null;
  readonly hash: string | null;
  readonly label: string | null;
  readonly savedBy: string | null;
  readonly savedAt: Date | null;
  readonly document: JsonObject;
}

/** No row to who may not change the case. */
export const LOCK_CASE = 'select version from public.cases where id = $1 for update';

/** Locks the case for a save. @throws Refusal FORBIDDEN when the caller's right to write has just been taken away */
export async function lockCurrentHelper(scope: Scope, caseId: string): Promise<CurrentHelper> {
  // Two statements: the second must not see the world as it was before the lock was granted.
  const locked = await scope.sql<{ version: number }>(LOCK_CASE, [caseId]);
  if (!locked[0]) throw new Refusal('FORBIDDEN', 'You may not change this case.', ['input', 'caseId']);
  const rows = await scope.sql<Omit<CurrentHelper, 'document'> & { body: string }>(
    `select id, version, content_hash as hash, label, saved_by as "savedBy", saved_at as "savedAt", helper_json::text as body
     from public.case_helper where case_id = $1 and is_current`,
    [caseId],
  );
  if (!rows[0]) return { version: 0, id: null, hash: null, label: null, savedBy: null, savedAt: null, document: {} };
  const { body, ...rest } = rows[0];
  return { ...rest, document: JSON.parse(body) as JsonObject };
}

/** The content of a version, or null when there is none; version 0 is the empty helper every case begins with. */
export async function findDocument(scope: Scope, caseId: string, version: number): Promise<JsonObject | null> {
  if (version === 0) return {};
  const rows = await scope.sql<{ body: string }>(
    'select helper_json::text as body from public.case_helper where case_id = $1 and version = $2',
    [caseId, version],
  );
  return rows[0] ? (JSON.parse(rows[0].body) as JsonObject) : null;
}

export interface NewVersion {
  readonly caseId: string;
  readonly document: Pick<HelperDocument, 'value' | 'text'>;
  readonly trigger: HelperTrigger;
  readonly source: WriteSource;
  readonly label?: string | null | undefined;
  readonly note?: string | null | undefined;
  readonly baseVersion?: number | null | undefined;
  readonly onConflict?: string | null | undefined;
  readonly restoredFrom?: number | null | undefined;
}

/**
 * Appends a version after `current`. The database gives it number, author and time, under the lock that
 * lockCurrentHelper took.
 */
export async function appendVersion(
  scope: Scope,
  current: CurrentHelper,
  next: NewVersion,
): Promise<{ id: string; version: number }> {
  const rows = await scope.sql<{ id: string; version: number }>(
    `insert into public.case_helper (case_id, helper_json, trigger, changed_paths, label, note, source, base_version, on_conflict, restored_from)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id, version`,
    [
      next.caseId,
      next.document.text,
      next.trigger,
      diffPaths(current.document, next.document.value).paths,
      next.label ?? null,
      next.note ?? null,
      next.source,
      next.baseVersion ?? null,
      next.onConflict ?? null,
      next.restoredFrom ?? null,
    ],
  );
  return rows[0]!;
}
