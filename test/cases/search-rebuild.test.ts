import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { openCase, sampleHelper } from '../support/cases.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { test } from '../support/fixtures.ts';
import { JWT_SECRET } from '../support/secrets.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

async function rebuild(db: TestDatabase): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'src/cli/rebuild-search.ts'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, DATABASE_URL: db.adminUrl, JWT_SECRET },
  });
  return stdout.trim();
}

test('a damaged search index is healed by one command, which finds nothing to do when run again', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { db } = world;
  const whole = await openCase(admin, { helper: sampleHelper() });
  for (const plate of ['10001', '10002', '10003']) await openCase(admin, { plate, ownerName: `Owner of ${plate}` });
  const rows = () =>
    db.query('select case_id, title, words, codes, facets from public.case_search_index order by case_id');
  const before = await rows();

  const damage = (set: string, plate: string) =>
    db.query(
      `update public.case_search_index s set ${set} from public.cases k where k.id = s.case_id and k.plate = '${plate}'`,
    );
  await damage("words = 'damaged', facets = '{}'", '90012345');
  await damage("codes = '{1}'", '10001');
  await db.query(
    "delete from public.case_search_index s using public.cases k where k.id = s.case_id and k.plate = '10002'",
  );
  const find = async (search: string) =>
    (
      await admin.data('query ($filter: CaseFilter) { cases(filter: $filter) { nodes { id } } }', {
        filter: { search },
      })
    ).cases.nodes;
  expect(await find('tucson')).toEqual([]);
  expect(await rebuild(db)).toBe('Rebuilt 3 of 4 rows of the search index.');
  expect(await rows()).toEqual(before);
  expect(await find('tucson')).toEqual([{ id: whole.id }]);
  expect(await rebuild(db)).toBe('Nothing to do: the search index agrees with all 4 cases.');
});

test('a database that is not migrated is told what to run first', async () => {
  const db = await createDatabase('template0');
  try {
    const outcome = await rebuild(db).catch((error: { code: number; stderr: string }) => error);
    expect(outcome).toMatchObject({ code: 1, stderr: expect.stringContaining('npm run migrate') });
  } finally {
    await db.drop();
  }
});
