import { expect } from 'vitest';
import { openCase, SAMPLE_PLATE, sampleHelper, save } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { discard, READ_DRAFT, saveDraft } from '../support/drafts.ts';
import { test } from '../support/fixtures.ts';

test('a draft is kept as it was sent, one per case and user, and the newest replaces the one before', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: sampleHelper() });
  const first = await saveDraft(admin, { caseId, baseVersion: 1, helper: sampleHelper() });
  expect(first).toMatchObject({
    ok: true,
    outcome: 'CREATED',
    draft: { baseVersion: 1, savedBy: { kind: 'USER', id: admin.userId } },
  });
  expect(first.draft.helperJson).toEqual(sampleHelper());
  expect(await saveDraft(admin, { caseId, baseVersion: 0, helper: { a: 2 } })).toMatchObject({
    outcome: 'UPDATED',
    draft: { baseVersion: 0, helperJson: { a: 2 } },
  });
  expect(await world.db.query('select user_id from case_helper_drafts')).toEqual([{ user_id: admin.userId }]);
});

test('an autosave makes no version and tells nobody', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: { a: 1 } });
  const before = {
    feed: await world.db.query('select * from feed.change_log'),
    cases: await world.db.query('select * from cases'),
    versions: await world.db.query('select * from case_helper'),
  };
  await saveDraft(admin, { caseId, baseVersion: 1, helper: { a: 2 } });
  await saveDraft(admin, { caseId, baseVersion: 1, helper: { a: 3 } });
  await discard(admin, caseId);
  expect({
    feed: await world.db.query('select * from feed.change_log'),
    cases: await world.db.query('select * from cases'),
    versions: await world.db.query('select * from case_helper'),
  }).toEqual(before);
});

test('a draft is its author’s alone: colleagues and the service role see none', async ({ world }) => {
  const org = await world.org();
  const [admin, colleague] = [await org.member('admin'), await org.member('admin')];
  const { id: caseId } = await openCase(admin, { helper: { a: 1 } });
  await saveDraft(admin, { caseId, baseVersion: 1, helper: { a: 2 } });
  const read = async (client: TestClient) => (await client.data(READ_DRAFT, { id: caseId })).case.draft;
  expect(await read(admin)).toEqual({ baseVersion: 1, helperJson: 2 });
  expect(await read(colleague)).toBeNull();
  await saveDraft(colleague, { caseId, baseVersion: 0, helper: { a: 'mine' } });
  expect(await read(admin)).toEqual({ baseVersion: 1, helperJson: 2 });
  expect(await read(colleague)).toEqual({ baseVersion: 0, helperJson: 'mine' });
  expect((await discard(colleague, caseId)).outcome).toBe('UPDATED');
  expect(await read(admin)).toEqual({ baseVersion: 1, helperJson: 2 });
});

test('a draft is made from a version that exists', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: { a: 1 } });
  for (const baseVersion of [-1, 2, 2_147_483_647])
    expect(await saveDraft(admin, { caseId, baseVersion, helper: {} })).toMatchObject({
      ok: false,
      outcome: 'REJECTED',
      draft: null,
      userErrors: [{ code: 'VALIDATION_FAILED', field: ['input', 'baseVersion'] }],
    });
  await save(admin, { caseId, expectedVersion: 1, helper: { a: 2 } });
  expect((await saveDraft(admin, { caseId, baseVersion: 1, helper: {} })).ok).toBe(true);
});

test('programs have no drafts', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const { id: caseId } = await openCase(admin);
  for (const program of [await org.apiKey(['org.read', 'case.read', 'draft.write']), await world.service()]) {
    const saved = await saveDraft(program, { caseId, baseVersion: 0, helper: {} });
    expect(saved).toMatchObject({ ok: false, userErrors: [{ code: 'FORBIDDEN' }] });
    expect(await discard(program, caseId)).toMatchObject({ ok: false, userErrors: [{ code: 'FORBIDDEN' }] });
  }
  expect(await world.db.query('select from case_helper_drafts')).toEqual([]);
});

test('a draft of a case one may not see answers as of one that does not exist', async ({ world }) => {
  const { id: caseId } = await openCase(await (await world.org()).member('admin'), { plate: SAMPLE_PLATE });
  const stranger = await (await world.org()).member('admin');
  const answer = await saveDraft(stranger, { caseId, baseVersion: 0, helper: {} });
  expect(answer.userErrors).toEqual([{ code: 'NOT_FOUND', field: ['input', 'caseId'] }]);
  const absent = '00000000-0000-4000-8000-000000000000';
  expect(await saveDraft(stranger, { caseId: absent, baseVersion: 0, helper: {} })).toEqual(answer);
});
