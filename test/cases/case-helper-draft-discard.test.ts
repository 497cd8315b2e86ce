import { expect } from 'vitest';
import { openCase } from '../support/cases.ts';
import { discard, READ_DRAFT, saveDraft } from '../support/drafts.ts';
import { test } from '../support/fixtures.ts';

test('discarding throws the draft away, and twice is no mistake', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin);
  await saveDraft(admin, { caseId, baseVersion: 0, helper: {} });
  expect(await discard(admin, caseId)).toMatchObject({ ok: true, outcome: 'UPDATED', draft: null });
  expect(await discard(admin, caseId)).toMatchObject({ ok: true, outcome: 'UNCHANGED', draft: null });
  expect(await world.db.query('select from case_helper_drafts')).toEqual([]);
});

test('discarding touches nobody else’s draft, and no case that is not the caller’s to see', async ({ world }) => {
  const org = await world.org();
  const [admin, colleague] = [await org.member('admin'), await org.member('admin')];
  const { id: caseId } = await openCase(admin);
  await saveDraft(admin, { caseId, baseVersion: 0, helper: { a: 1 } });
  expect(await discard(colleague, caseId)).toMatchObject({ ok: true, outcome: 'UNCHANGED' });
  const stranger = await (await world.org()).member('admin');
  expect(await discard(stranger, caseId)).toMatchObject({ ok: false, userErrors: [{ code: 'NOT_FOUND' }] });
  expect((await admin.data(READ_DRAFT, { id: caseId })).case.draft.helperJson).toBe(1);
});
