import { expect } from 'vitest';
import { test } from '../support/fixtures.ts';
import { countRows } from '../support/row-counts.ts';

const ADD = `mutation { devTestCasesUpsert(input: { testCases: [{ testName: "a" }] }) { ok } }`;
const DELETE = `mutation ($input: DevTestCaseDeleteInput!) { devTestCaseDelete(input: $input) { ok outcome userErrors { code message } } }`;

test('a test case is taken away once; saying it again is no mistake', async ({ world }) => {
  const developer = await (await world.org()).member('developer');
  await developer.data(ADD);
  const remove = async () => (await developer.data(DELETE, { input: { testName: 'a' } })).devTestCaseDelete;
  expect(await remove()).toEqual({ ok: true, outcome: 'UPDATED', userErrors: [] });
  expect(await remove()).toEqual({ ok: true, outcome: 'UNCHANGED', userErrors: [] });
});

test('nobody takes away a test case of another organisation, nor one of his own without dev.write', async ({
  world,
}) => {
  const org = await world.org();
  await (await org.member('admin')).data(ADD);
  const stranger = await (await world.org()).member('admin');
  const input = { testName: 'a' };
  expect((await stranger.data(DELETE, { input })).devTestCaseDelete.outcome).toBe('UNCHANGED');
  const refused = (await (await org.member('assessor')).data(DELETE, { input })).devTestCaseDelete;
  expect(refused.userErrors).toMatchObject([{ code: 'FORBIDDEN', message: expect.stringContaining('dev.write') }]);
  expect((await countRows(world.db))['public.dev_test_cases']).toBe(1);
});
