import { expect } from 'vitest';
import { openCase, save } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';

const GUARDED = { code: 'CG002' };

test('no column of a saved version changes, whoever tries, and no version goes', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: { a: 1 } });
  await save(admin, { caseId, expectedVersion: 1, helper: { a: 2 } });
  const columns = await world.db.query<{ name: string }>(
    "select attname as name from pg_attribute where attrelid = 'public.case_helper'::regclass and attnum > 0 and not attisdropped",
  );
  expect(columns.length).toBeGreaterThan(15);
  const before = await world.db.query('select * from case_helper order by version');
  // By the owner of the database, to whom no policy and no grant applies.
  for (const { name } of columns)
    await expect(world.db.query(`update case_helper set ${name} = ${name}`), name).rejects.toMatchObject(GUARDED);
  await expect(world.db.query('update case_helper set is_current = not is_current')).rejects.toMatchObject(GUARDED);
  await expect(
    world.db.query("update case_helper set is_current = false, helper_json = '{}' where is_current"),
  ).rejects.toMatchObject(GUARDED);
  await expect(world.db.query('update case_helper set is_current = false where is_current')).rejects.toMatchObject(
    GUARDED,
  );
  await expect(world.db.query('delete from case_helper')).rejects.toMatchObject(GUARDED);
  await expect(world.db.query('truncate case_helper cascade')).rejects.toMatchObject(GUARDED);
  expect(await world.db.query('select * from case_helper order by version')).toEqual(before);
});
