import { expect } from 'vitest';
import { openCase, sampleHelper } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { statementsOf } from '../support/statements.ts';

const ROW = 'id databaseId version contentHash sizeBytes savedAt';
const SAVE = `mutation ($input: CaseHelperSaveFullInput!) {
  caseHelperSaveFull(input: $input) { outcome idempotency { replayed } helper { ${ROW} } } }`;
const SAVE_AND_MORE = SAVE.replace(ROW, `${ROW} isCurrent helperJson`);
const READ = `query ($caseId: ID!) { caseHelperGetCurrent(caseId: $caseId) { ${ROW} } }`;

test('a save, also over whatever is current, that is asked for what it wrote reads nothing else, and says what is read later', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: sampleHelper() });
  const input = {
    caseId,
    expectedVersion: 1,
    idempotencyKey: 'saved-once-1',
    helper: { ...sampleHelper(), note: 'ש' },
  };
  const ask = async (document: string, more: object = {}) =>
    (await admin.data(document, { input: { ...input, ...more } })).caseHelperSaveFull;

  let saved: Awaited<ReturnType<typeof ask>>;
  const statements = await statementsOf(
    async () => {
      saved = await ask(SAVE);
    },
    (text) => text.includes('case_helper'),
  );
  expect(statements.filter((text) => text.startsWith('begin'))).toHaveLength(1);
  expect(saved).toMatchObject({ outcome: 'UPDATED', idempotency: { replayed: false }, helper: { version: 2 } });
  expect((await admin.data(READ, { caseId })).caseHelperGetCurrent).toEqual(saved.helper);

  const forced = await statementsOf(
    async () =>
      void (await ask(SAVE, { expectedVersion: null, onConflict: 'FORCE', idempotencyKey: 'forced-1', helper: {} })),
    (text) => text.includes('case_helper'),
  );
  expect(forced).toHaveLength(statements.length + 1);

  expect(await ask(SAVE)).toEqual({ ...saved, idempotency: { replayed: true } });
  const next = { expectedVersion: 3, idempotencyKey: 'saved-once-2', helper: sampleHelper() };
  const more = await ask(SAVE_AND_MORE, next);
  expect(more.helper).toMatchObject({ version: 4, isCurrent: true, helperJson: sampleHelper() });
  const { isCurrent, helperJson, ...row } = more.helper;
  expect((await admin.data(READ, { caseId })).caseHelperGetCurrent).toEqual(row);
});
