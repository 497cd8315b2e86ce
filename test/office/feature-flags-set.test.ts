import { expect } from 'vitest';
import { bulkWriter, faultsOf } from '../support/bulk.ts';
import { test } from '../support/fixtures.ts';
import { countRows } from '../support/row-counts.ts';

const setFlags = bulkWriter('featureFlagsSet', 'flag { name enabled value description }');

const LIST = '{ featureFlags { name enabled value } }';

test('switches are set by name, and every member reads them all, by name', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const set = await setFlags(admin, {
    flags: [{ name: 'shadow-mirror', enabled: true, value: { percent: 10 }, description: 'מראה' }, { name: 'a.b:c_1' }],
  });
  expect(set).toMatchObject({ ok: true, outcome: 'CREATED', items: [{}, { flag: { enabled: false, value: null } }] });
  const off = await setFlags(admin, { flags: [{ name: 'shadow-mirror', enabled: false }] });
  expect(off.items[0]).toMatchObject({ outcome: 'UPDATED', flag: { value: { percent: 10 }, description: 'מראה' } });
  expect((await (await org.member('assistant')).data(LIST)).featureFlags).toEqual([
    { name: 'a.b:c_1', enabled: false, value: null },
    { name: 'shadow-mirror', enabled: false, value: { percent: 10 } },
  ]);
  expect((await (await (await world.org()).member('admin')).data(LIST)).featureFlags).toEqual([]);
});

test('set at once by many, a switch is there once; bad names and twins are refused one by one', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  await Promise.all(Array.from({ length: 3 }, () => setFlags(admin, { flags: [{ name: 'a', enabled: true }] })));
  expect((await countRows(world.db))['public.feature_flags']).toBe(1);
  const refused = await setFlags(admin, {
    flags: [{ name: 'b' }, { name: 'with space' }, { name: '' }, { name: 'b' }],
  });
  expect(faultsOf(refused)).toEqual([
    ['VALIDATION_FAILED', ['1', 'name']],
    ['VALIDATION_FAILED', ['2', 'name']],
    ['DUPLICATE', ['3']],
  ]);
  expect((await countRows(world.db))['public.feature_flags']).toBe(1);
});

test('only who manages the organisation sets its switches; others are told the permission', async ({ world }) => {
  const org = await world.org();
  for (const client of [await org.member('assessor'), await org.member('assistant'), await org.apiKey()]) {
    const refused = await setFlags(client, { flags: [{ name: 'a' }] });
    expect(refused.userErrors).toMatchObject([{ code: 'FORBIDDEN', message: expect.stringContaining('org.manage') }]);
  }
});
