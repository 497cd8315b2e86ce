import fc from 'fast-check';
import { expect } from 'vitest';
import { diffPaths } from '../../src/json/json-diff.ts';
import type { JsonObject } from '../../src/json/json-value.ts';
import { KnownContents } from '../../src/resolvers/cases/known-content.ts';
import { openCase, save } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { PROPERTY_RUNS } from '../support/property-runs.ts';
import { faithfulHelper } from './faithful-json.ts';

test('what a save changed is told from the version before it, whoever saved that, by this server or past it', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId, databaseId } = await openCase(admin, { helper: {} });
  let current: JsonObject = {};
  let version = 1;
  await fc.assert(
    fc.asyncProperty(faithfulHelper, fc.boolean(), async (generated, isPast) => {
      const helper = JSON.parse(JSON.stringify(generated)) as JsonObject;
      if (isPast) {
        await world.db.query('insert into public.case_helper (case_id, helper_json) values ($1, $2)', [
          databaseId,
          JSON.stringify(helper),
        ]);
        version++;
      } else {
        const saved = await save(admin, { caseId, expectedVersion: version, helper });
        const { paths, truncated } = diffPaths(current, helper);
        expect(saved.outcome).toBe(paths.length === 0 ? 'UNCHANGED' : 'UPDATED');
        if (paths.length > 0) {
          version++;
          expect(truncated ? saved.helper.changedPaths.length : saved.helper.changedPaths.sort()).toEqual(
            truncated ? 200 : paths.sort(),
          );
        }
        expect(saved.helper.version).toBe(version);
      }
      current = helper;
    }),
    { numRuns: PROPERTY_RUNS },
  );
});

test('equal content is no new version, also where it is known, and in another order of keys', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: { a: 0 } });
  expect(await save(admin, { caseId, expectedVersion: 1, helper: { b: 1, a: [1, 2] } })).toMatchObject({
    outcome: 'UPDATED',
  });
  for (const helper of [
    { b: 1, a: [1, 2] },
    { a: [1, 2], b: 1 },
  ])
    expect(await save(admin, { caseId, expectedVersion: 2, helper })).toMatchObject({
      outcome: 'UNCHANGED',
      helper: { version: 2 },
    });
});

test('who may no longer see a case learns nothing of it from what is known here', async ({ world }) => {
  const org = await world.org();
  const [admin, stranger] = [await org.member('admin'), await (await world.org()).member('admin')];
  const { id: caseId } = await openCase(admin, { helper: { a: 0 } });
  await save(admin, { caseId, expectedVersion: 1, helper: { secret: 1 } });
  for (const helper of [{ secret: 1 }, { other: 1 }]) {
    const refused = await save(stranger, { caseId, expectedVersion: 2, helper });
    expect(refused).toMatchObject({ ok: false, helper: null, conflict: null, userErrors: [{ code: 'NOT_FOUND' }] });
  }
});

test('the newest content of each case is kept, and of all so much: who was saved longest ago is forgotten', () => {
  const known = new KnownContents();
  const note = (caseId: string, hash: string, length: number) => known.note(caseId, { hash, value: {}, length });
  note('a', 'a1', 1_500_000);
  note('b', 'b1', 1_500_000);
  note('a', 'a2', 1_500_000);
  expect(known.find('a')).toMatchObject({ hash: 'a2' });
  expect(known.find('b')).toMatchObject({ hash: 'b1' });
  note('c', 'c1', 1_500_000);
  expect(known.find('b')).toBeNull();
  expect(known.find('a')).toMatchObject({ hash: 'a2' });
  note('d', 'd1', 5_000_000);
  for (const caseId of ['a', 'b', 'c', 'd']) expect(known.find(caseId)).toBeNull();
  note('e', 'e1', 4_000_000);
  expect(known.find('e')).toMatchObject({ hash: 'e1' });
});
