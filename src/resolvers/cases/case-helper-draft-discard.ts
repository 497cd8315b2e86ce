import type { Caller } from '../caller.ts';
import type { WriteResult } from '../write-result.ts';
import { assertUser } from './case-helper-draft-save.ts';
import { getCase } from './find-case.ts';

/** Throws the caller's draft of a case away. UNCHANGED when there is none: discarding twice is no mistake. */
export async function caseHelperDraftDiscard(caller: Caller, input: { readonly caseId: string }): Promise<WriteResult> {
  assertUser(caller);
  return caller.database.write(caller.owner, async (scope) => {
    const found = await getCase(scope, input.caseId, ['input', 'caseId']);
    // RLS leaves no draft but the caller's own.
    const rows = await scope.sql('delete from public.case_helper_drafts where case_id = $1 returning id', [found.id]);
    return { outcome: rows.length > 0 ? 'UPDATED' : 'UNCHANGED', orgId: found.orgId, caseId: found.id };
  });
}
