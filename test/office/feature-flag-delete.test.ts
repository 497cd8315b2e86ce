import { expect } from 'vitest';
import { test } from '../support/fixtures.ts';
import { countRows } from '../support/row-counts.ts';

const SET = `mutation { featureFlagsSet(input: { flags: [{ name: "a" }] }) { ok } }`;
const DELETE = `mutation ($input: FeatureFlagDeleteInput!) { featureFlagDelete(input: $input) { ok outcome idempotency { replayed } userErrors { code message } } }`;

test('a switch is taken away once; a retry with its key answers the same', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  await admin.data(SET);
  const remove = async (idempotencyKey?: string) =>
    (await admin.data(DELETE, { input: { name: 'a', idempotencyKey } })).featureFlagDelete;
  expect(await remove('flag-away-1')).toMatchObject({ ok: true, outcome: 'UPDATED', idempotency: { replayed: false } });
  expect(await remove('flag-away-1')).toMatchObject({ ok: true, outcome: 'UPDATED', idempotency: { replayed: true } });
  expect(await remove()).toMatchObject({ ok: true, outcome: 'UNCHANGED' });
});

test('nobody takes away a switch of another organisation, nor one of his own without org.manage', async ({ world }) => {
  const org = await world.org();
  await (await org.member('admin')).data(SET);
  const stranger = await (await world.org()).member('admin');
  expect((await stranger.data(DELETE, { input: { name: 'a' } })).featureFlagDelete.outcome).toBe('UNCHANGED');
  const refused = (await (await org.member('assessor')).data(DELETE, { input: { name: 'a' } })).featureFlagDelete;
  expect(refused.userErrors).toMatchObject([{ code: 'FORBIDDEN', message: expect.stringContaining('org.manage') }]);
  expect((await countRows(world.db))['public.feature_flags']).toBe(1);
});
