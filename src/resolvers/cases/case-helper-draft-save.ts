import { Refusal } from '../../errors.ts';
import type { Caller } from '../caller.ts';
import type { WriteResult } from '../write-result.ts';
import { getCase } from './find-case.ts';
import { checkHelperDocument } from './helper-document.ts';

export interface CaseHelperDraftSaveInput {
  readonly caseId: string;
  readonly baseVersion: number;
  readonly helper?: unknown;
}

/** Keeps a user's unsaved work on a case he may read; the newest draft replaces the one before. Makes no version. */
export async function caseHelperDraftSave(caller: Caller, input: CaseHelperDraftSaveInput): Promise<WriteResult> {
  assertUser(caller);
  const sent = checkHelperDocument(input.helper, ['input', 'helper']);
  return caller.database.write(caller.owner, async (scope) => {
    const found = await getCase(scope, input.caseId, ['input', 'caseId']);
    if (input.baseVersion < 0 || input.baseVersion > found.version)
      throw new Refusal(
        'VALIDATION_FAILED',
        `baseVersion is the version the draft is made from: 0 to ${found.version}.`,
        ['input', 'baseVersion'],
      );
    const rows = await scope.sql<{ created: boolean }>(
      `insert into public.case_helper_drafts (org_id, case_id, base_version, helper_json) values ($1, $2, $3, $4)
       on conflict (case_id, user_id) do update set base_version = excluded.base_version, helper_json = excluded.helper_json
       returning xmax = 0 as created`,
      [found.orgId, found.id, input.baseVersion, sent.text],
    );
    return { outcome: rows[0]?.created ? 'CREATED' : 'UPDATED', orgId: found.orgId, caseId: found.id };
  });
}

/** Drafts are one per case and person. */
export function assertUser(caller: Caller): void {
  if (caller.owner.identity.kind !== 'USER')
    throw new Refusal(
      'FORBIDDEN',
      'Drafts belong to signed-in users; a key or the service role has none. Save a version instead.',
    );
}
