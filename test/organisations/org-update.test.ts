import { expect } from 'vitest';
import { openCase } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { call, documentOf, refusalOf } from './organisation-calls.ts';

test('settings change, what is not sent stays, and the same again is UNCHANGED', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const before = (await admin.data('{ org { databaseId name access timeZone ingestPointers createdAt } }')).org;
  expect(before).toMatchObject({ databaseId: org.id, name: org.name, access: 'ROLES', timeZone: 'Asia/Jerusalem' });
  expect(before.ingestPointers).toContain('/valuation');
  const zoned = await call(admin, 'orgUpdate', { timeZone: 'Europe/Vienna', access: null });
  expect(zoned).toMatchObject({ outcome: 'UPDATED', org: { access: 'ROLES', timeZone: 'Europe/Vienna' } });
  const input = { access: 'OPEN', ingestPointers: ['/valuation', '/a~1b', '/valuation'] };
  expect((await call(admin, 'orgUpdate', input)).org).toMatchObject({
    access: 'OPEN',
    timeZone: 'Europe/Vienna',
    ingestPointers: ['/valuation', '/a~1b'],
  });
  expect(await call(admin, 'orgUpdate', input)).toMatchObject({ ok: true, outcome: 'UNCHANGED' });
  expect((await call(admin, 'orgUpdate', { ingestPointers: [] })).org.ingestPointers).toEqual([]);
});

test('opening and closing the organisation takes effect on the next request of everybody', async ({ world }) => {
  const org = await world.org();
  const [admin, assessor] = [await org.member('admin'), await org.member('assessor')];
  await openCase(admin);
  const seen = async () => (await assessor.data('{ cases { totalCount } }')).cases.totalCount;
  expect(await seen()).toBe(0);
  await call(admin, 'orgUpdate', { access: 'OPEN' });
  expect(await seen()).toBe(1);
  await call(admin, 'orgUpdate', { access: 'ROLES' });
  expect(await seen()).toBe(0);
});

test('only administrators change settings, and of their own organisation only', async ({ world }) => {
  const [org, other] = [await world.org({ access: 'OPEN' }), await world.org()];
  for (const caller of [
    await org.member('assessor'),
    await org.member('assistant'),
    await org.apiKey(),
    await world.user(),
  ])
    expect(await refusalOf(caller, 'orgUpdate', { timeZone: 'UTC' })).toBe('FORBIDDEN');
  expect(await refusalOf(await org.member('developer'), 'orgUpdate', { timeZone: 'UTC' })).toBeNull();
  const rows = await world.db.query('select id from orgs where time_zone = $1', ['UTC']);
  expect(rows).toEqual([{ id: org.id }]);
  expect(rows).not.toContainEqual({ id: other.id });
});

test('bad input is refused naming the field, and nothing of the call is written', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const cases: [Record<string, unknown>, string[]][] = [
    [{ timeZone: 'Mars/Olympus' }, ['input', 'timeZone']],
    [{ timeZone: '+03:00' }, ['input', 'timeZone']],
    [{ timeZone: 'UTC+3' }, ['input', 'timeZone']],
    [{ timeZone: '' }, ['input', 'timeZone']],
    [{ timeZone: "UTC'; drop table orgs --" }, ['input', 'timeZone']],
    [{ ingestPointers: ['valuation'] }, ['input', 'ingestPointers', '0']],
    [{ ingestPointers: ['/a', '/b~'] }, ['input', 'ingestPointers', '1']],
    [{ ingestPointers: Array.from({ length: 201 }, (_, index) => `/${index}`) }, ['input', 'ingestPointers']],
  ];
  for (const [input, field] of cases)
    expect(
      (await call(admin, 'orgUpdate', { access: 'OPEN', ...input })).userErrors,
      JSON.stringify(input).slice(0, 60),
    ).toMatchObject([{ code: 'VALIDATION_FAILED', field }]);
  expect((await admin.send(documentOf('orgUpdate'), { input: { access: 'CLOSED' } })).errors).toHaveLength(1);
  expect((await admin.data('{ org { access timeZone } }')).org).toEqual({
    access: 'ROLES',
    timeZone: 'Asia/Jerusalem',
  });
});
