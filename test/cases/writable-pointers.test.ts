import { expect } from 'vitest';
import type { JsonObject } from '../../src/json/json-value.ts';
import { openCase, save, upsert } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { ingest, limitKey, rawEntries } from '../support/ingests.ts';
import { patch } from '../support/patches.ts';

const RESTORE = /* GraphQL */ `
  mutation ($input: CaseHelperRestoreLatestInput!) {
    caseHelperRestoreLatest(input: $input) { outcome userErrors { code message field } helper { version } }
  }
`;

const BASE = {
  vehicle: { km: '1' },
  levi: { report: { price: 1 } },
  centers: [{ Id: 'a' }, { Id: 'b' }],
  meta: { x: 1 },
};

/** A helper a key limited to these pointers saves in place of BASE, and the first place that is not its own; null when all are. */
const SAVES: [pointers: string[], helper: JsonObject, outside: string | null][] = [
  [[''], {}, null],
  [['/vehicle'], { ...BASE, vehicle: { km: '2', new: {} } }, null],
  [['/vehicle'], { ...BASE, vehicle: 'all of it' }, null],
  [['/vehicle'], without(BASE, 'vehicle'), null],
  [['/vehicle/km'], { ...BASE, vehicle: { km: '2' } }, null],
  [['/vehicle/km'], { ...BASE, vehicle: { km: '2', model: 'x' } }, '/vehicle/model'],
  [['/vehicle/km'], { ...BASE, vehicle: 'x' }, '/vehicle'],
  [['/vehicle/km'], { ...BASE, vehicle: {} }, null],
  [['/vehicle'], { ...BASE, vehicles: {} }, '/vehicles'],
  [['/vehicle', '/meta/x'], { ...BASE, vehicle: 1, meta: { x: 2, y: 1 } }, '/meta/y'],
  [['/vehicle'], { ...BASE, vehicle: 1, meta: {} }, '/meta/x'],
  [['/centers/1'], { ...BASE, centers: [{ Id: 'a' }, { Id: 'b', x: 1 }] }, null],
  [['/centers/1'], { ...BASE, centers: [{ Id: 'a' }] }, null],
  [['/centers/1'], { ...BASE, centers: [{ Id: 'b' }] }, '/centers/0/Id'],
  [['/centers/1'], { ...BASE, centers: [{ Id: 'a' }, { Id: 'b' }, ...Array(8).fill(1), 1] }, '/centers/2'],
  [['/a~1b/~0'], { ...BASE, 'a/b': { '~': 1 } }, null],
  [['/a~1b/~0'], { ...BASE, 'a/b': { '~': 1, x: 1 } }, '/a~1b/x'],
  [['/a/b'], { ...BASE, 'a/b': 1 }, '/a~1b'],
  // Containers that lead to a writable place may be made, and hold nothing else.
  [['/new/deep/place'], { ...BASE, new: { deep: { place: 1 } } }, null],
  [['/new/deep/place'], { ...BASE, new: { deep: {} } }, '/new/deep'],
  [['/new/deep/place'], { ...BASE, new: { deep: { place: 1 }, other: 1 } }, '/new/other'],
  [['/new/deep/place'], { ...BASE, new: 1 }, '/new'],
  // No pointer at all opens nothing.
  [['vehicle', '/~'], { ...BASE, vehicle: 1 }, '/vehicle'],
  // Beyond the 200 paths that a version lists.
  [['/vehicle'], { ...BASE, vehicle: Object.fromEntries(numbers(300)), zzz: 1 }, '/zzz'],
];

test('a key saves what lies at or below its writable pointers, and nothing beside them', async ({ world }) => {
  const org = await world.org();
  const [admin, key] = [await org.member('admin'), await org.apiKey()];
  const { id: caseId } = await openCase(admin, { helper: BASE });
  for (const [pointers, helper, outside] of SAVES) {
    const label = JSON.stringify([pointers, helper]).slice(0, 200);
    await limitKey(world.db, key, pointers);
    const { version } = (await save(admin, { caseId, onConflict: 'FORCE', helper: BASE })).helper;
    const payload = await save(key, { caseId, expectedVersion: version, helper });
    if (outside === null) expect(payload, label).toMatchObject({ ok: true, outcome: 'UPDATED' });
    else {
      expect(payload, label).toMatchObject({ ok: false, helper: null, conflict: null });
      expect(payload.userErrors, label).toMatchObject([{ code: 'PATH_NOT_WRITABLE', field: ['input', 'helper'] }]);
      expect(payload.userErrors[0].message, label).toContain(`"${outside}" is outside`);
      for (const pointer of pointers) expect(payload.userErrors[0].message, label).toContain(`"${pointer}"`);
    }
  }
});

test('the limit holds for every way of writing a helper', async ({ world }) => {
  const org = await world.org();
  const [admin, key] = [await org.member('admin'), await org.apiKey()];
  await limitKey(world.db, key, ['/vehicle', '/levi/report']);
  const opening = await upsert(key, { plate: '7654321', helper: { vehicle: {}, meta: { x: 1 } } });
  expect(opening).toMatchObject({
    case: null,
    userErrors: [{ code: 'PATH_NOT_WRITABLE', field: ['input', 'helper'] }],
  });
  const { id: caseId } = await openCase(key, { helper: { vehicle: { km: '0' } } });
  await save(admin, { caseId, expectedVersion: 1, helper: BASE });

  const changed = { ...BASE, vehicle: { km: '2' }, meta: { x: 2 } };
  const refused = {
    'save over it': await save(key, { caseId, onConflict: 'FORCE', helper: changed }),
    'save merged': await save(key, {
      caseId,
      expectedVersion: 1,
      onConflict: 'MERGE_DISJOINT',
      helper: { vehicle: { km: '0' }, new: 1 },
    }),
    patch: await patch(key, { caseId, patch: [{ op: 'replace', path: '/meta/x', value: 2 }] }),
    'merge patch': await patch(key, { caseId, mergePatch: { vehicle: { km: '2' }, meta: null } }),
    move: await patch(key, { caseId, patch: [{ op: 'move', from: '/meta/x', path: '/vehicle/x' }] }),
    restore: (await key.data(RESTORE, { input: { caseId, version: 1 } })).caseHelperRestoreLatest,
    ingest: await ingest(key, { caseId, pointer: '/levisummary', data: { price: 2 } }),
    'ingest above': await ingest(key, { caseId, pointer: '/valuation', data: { price: 2 } }),
  };
  for (const [way, { userErrors }] of Object.entries(refused))
    expect(userErrors, way).toMatchObject([{ code: 'PATH_NOT_WRITABLE' }]);
  expect(refused.patch.userErrors[0].field).toEqual(['input', 'patch']);
  expect(refused['merge patch'].userErrors[0].field).toEqual(['input', 'mergePatch']);
  expect(refused.restore.userErrors[0].field).toEqual(['input', 'version']);
  expect(refused.ingest.userErrors[0].field).toEqual(['input', 'pointer']);
  expect(await world.db.query('select from case_helper')).toHaveLength(2);

  // What is merged in from others is theirs: the limit is on what this save changes of the current version.
  const merged = { caseId, expectedVersion: 1, onConflict: 'MERGE_DISJOINT', helper: { vehicle: { km: '0', new: 1 } } };
  expect(await save(key, merged)).toMatchObject({ outcome: 'MERGED' });
  expect(await patch(key, { caseId, mergePatch: { vehicle: { km: '2' } } })).toMatchObject({ outcome: 'UPDATED' });
  expect((await key.data(RESTORE, { input: { caseId, version: 3 } })).caseHelperRestoreLatest).toMatchObject({
    outcome: 'UPDATED',
  });
  // Nothing changes, so nothing is outside.
  expect(await patch(key, { caseId, mergePatch: { meta: { x: 1 } } })).toMatchObject({ outcome: 'UNCHANGED' });
});

test('users, and keys without a list, are not limited', async ({ world }) => {
  const org = await world.org();
  const [admin, key] = [await org.member('admin'), await org.apiKey()];
  await limitKey(world.db, await org.apiKey(), ['/vehicle']);
  const { id: caseId } = await openCase(admin, { helper: BASE });
  expect(await patch(admin, { caseId, mergePatch: { meta: { x: 2 } } })).toMatchObject({ ok: true });
  expect(await patch(key, { caseId, mergePatch: { meta: { x: 3 } } })).toMatchObject({ ok: true });
});

test('a limited key ingests at or below its pointers; its payload is kept in the record, which it may not write', async ({
  world,
}) => {
  const key = await (await world.org()).apiKey();
  await limitKey(world.db, key, ['/vehicle/registry']);
  const { id: caseId } = await openCase(key);
  const { helper } = await ingest(key, { caseId, pointer: '/vehicle/registry/model', data: { name: 'TUCSON' } });
  expect(helper.helperJson.vehicle).toEqual({ registry: { model: { name: 'TUCSON' } } });
  expect(rawEntries(helper.helperJson)).toMatchObject([{ entry: { data: { name: 'TUCSON' } } }]);
  expect(await ingest(key, { caseId, pointer: '/vehicle/registry', data: { year: 1 } })).toMatchObject({ ok: true });
  for (const pointer of ['/vehicle', '/vehicle/registry2', '/raw_webhook_data', '/raw_webhook_data/MINE_1'])
    expect((await ingest(key, { caseId, pointer, data: { registry: { year: 2 } } })).userErrors).toMatchObject([
      { code: 'PATH_NOT_WRITABLE', field: ['input', 'pointer'], message: expect.stringContaining('/vehicle/registry') },
    ]);
  const [name] = Object.keys(helper.helperJson.raw_webhook_data);
  for (const entry of [null, { data: 'forged' }])
    expect(
      (await patch(key, { caseId, mergePatch: { raw_webhook_data: { [name!]: entry } } })).userErrors,
    ).toMatchObject([{ code: 'PATH_NOT_WRITABLE' }]);
});

function without(helper: JsonObject, key: string): JsonObject {
  const { [key]: _, ...rest } = helper;
  return rest;
}

function numbers(count: number): [string, number][] {
  return Array.from({ length: count }, (_, index) => [`k${index}`, index]);
}
