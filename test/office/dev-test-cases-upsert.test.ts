import { expect } from 'vitest';
import { bulkWriter, faultsOf } from '../support/bulk.ts';
import { test } from '../support/fixtures.ts';
import { countRows } from '../support/row-counts.ts';

const upsertTestCases = bulkWriter(
  'devTestCasesUpsert',
  'testCase { databaseId testName testData expectedResult actualResult status }',
);

const LIST = `query ($status: DevTestStatus) { devTestCases(status: $status) { totalCount nodes { testName } } }`;

test('test cases are matched by name; the result of a run is written by id or name, the rest stays', async ({
  world,
}) => {
  const developer = await (await world.org()).member('developer');
  const made = await upsertTestCases(developer, {
    testCases: [
      { testName: 'vat', testData: { net: 100 }, expectedResult: 118 },
      { testName: 'תאונה', testData: ['א'] },
    ],
  });
  expect(made.items[0].testCase).toMatchObject({ status: 'PENDING', expectedResult: 118, actualResult: null });
  const run = await upsertTestCases(developer, {
    testCases: [
      { testName: 'vat', actualResult: 117, status: 'FAIL' },
      { id: made.items[1].testCase.databaseId, status: 'PASS' },
    ],
  });
  expect(run.items.map((item: { testCase: object }) => item.testCase)).toMatchObject([
    { testData: { net: 100 }, expectedResult: 118, actualResult: 117, status: 'FAIL' },
    { testName: 'תאונה', status: 'PASS' },
  ]);
  const failing = await developer.data(LIST, { status: 'FAIL' });
  expect(failing.devTestCases).toEqual({ totalCount: 1, nodes: [{ testName: 'vat' }] });
});

test('names are unique in an organisation only, taken once however many write at once', async ({ world }) => {
  const [one, other] = [await world.org(), await world.org()];
  const testCases = [{ testName: 'same' }];
  const admin = await one.member('admin');
  const answers = await Promise.all(Array.from({ length: 3 }, () => upsertTestCases(admin, { testCases })));
  expect(answers.map((answer) => answer.outcome).sort()).toEqual(['CREATED', 'UNCHANGED', 'UNCHANGED']);
  const stranger = await other.member('admin');
  expect(await upsertTestCases(stranger, { testCases })).toMatchObject({ outcome: 'CREATED' });
  expect((await stranger.data(LIST)).devTestCases.totalCount).toBe(1);
  const foreign = answers[0].items[0].testCase.databaseId;
  const before = await countRows(world.db);
  const refused = await upsertTestCases(stranger, {
    testCases: [{ id: foreign, status: 'PASS' }, { status: 'PASS' }, { testName: '' }],
  });
  expect(faultsOf(refused)).toEqual([
    ['NOT_FOUND', ['0', 'id']],
    ['VALIDATION_FAILED', ['1', 'testName']],
    ['VALIDATION_FAILED', ['2', 'testName']],
  ]);
  expect(await countRows(world.db)).toEqual(before);
});

test('all members read the test cases, and who lacks dev.write is told so', async ({ world }) => {
  const org = await world.org();
  await upsertTestCases(await org.member('admin'), { testCases: [{ testName: 'a' }] });
  const assessor = await org.member('assessor');
  expect((await assessor.data(LIST)).devTestCases.totalCount).toBe(1);
  const refused = await upsertTestCases(assessor, { testCases: [{ testName: 'b' }] });
  expect(refused.userErrors).toMatchObject([{ code: 'FORBIDDEN', message: expect.stringContaining('dev.write') }]);
});
