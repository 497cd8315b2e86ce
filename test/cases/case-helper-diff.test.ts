import { expect } from 'vitest';
import type { JsonObject } from '../../src/json/json-value.ts';
import { openCase, sampleHelper, save } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { patch } from '../support/patches.ts';

const DIFF = /* GraphQL */ `
  query Diff($caseId: ID!, $fromVersion: Int!, $toVersion: Int!, $first: Int) {
    caseHelperDiff(caseId: $caseId, fromVersion: $fromVersion, toVersion: $toVersion) {
      fromVersion toVersion patch changedPaths changes(first: $first) { pointer kind before after }
    }
  }
`;

test('a diff names each place with its kind and both values, forwards and backwards, also across versions', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: { a: 1, 'ב ג': { 'd/e~': [1, 2] } } });
  await save(admin, { caseId, expectedVersion: 1, helper: { a: 2, 'ב ג': { 'd/e~': [1] } } });
  await save(admin, { caseId, expectedVersion: 2, helper: { a: null, 'ב ג': { 'd/e~': [1] }, f: {} } });
  const diff = async (fromVersion: number, toVersion: number) =>
    (await admin.data(DIFF, { caseId, fromVersion, toVersion })).caseHelperDiff;
  expect(await diff(1, 3)).toEqual({
    fromVersion: 1,
    toVersion: 3,
    patch: [
      { op: 'replace', path: '/a', value: null },
      { op: 'add', path: '/f', value: {} },
      { op: 'remove', path: '/ב ג/d~1e~0/1' },
    ],
    changedPaths: expect.arrayContaining(['/a', '/ב ג/d~1e~0/1', '/f']),
    changes: expect.arrayContaining([
      { pointer: '/a', kind: 'UPDATED', before: 1, after: null },
      { pointer: '/ב ג/d~1e~0/1', kind: 'DELETED', before: 2, after: null },
      { pointer: '/f', kind: 'CREATED', before: null, after: {} },
    ]),
  });
  expect((await diff(3, 1)).changes).toEqual(
    expect.arrayContaining([
      { pointer: '/a', kind: 'UPDATED', before: null, after: 1 },
      { pointer: '/ב ג/d~1e~0/1', kind: 'CREATED', before: null, after: 2 },
      { pointer: '/f', kind: 'DELETED', before: {}, after: null },
    ]),
  );
  expect(await diff(2, 2)).toEqual({ fromVersion: 2, toVersion: 2, patch: [], changedPaths: [], changes: [] });
});

test('the patch of a diff, sent to caseHelperPatch, makes the one version of the other; version 0 is the empty helper', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: sampleHelper() });
  const edited: JsonObject = { ...sampleHelper(), 'הערות / ~': ['x'], constructor: { toString: 1 } };
  (edited.centers as JsonObject[]).shift();
  await save(admin, { caseId, expectedVersion: 1, helper: edited });
  for (const [fromVersion, toVersion, helperJson] of [
    [2, 1, sampleHelper()],
    [1, 2, edited],
    [2, 0, {}],
    [0, 2, edited],
  ] as const) {
    const diff = (await admin.data(DIFF, { caseId, fromVersion, toVersion })).caseHelperDiff;
    expect(await patch(admin, { caseId, patch: diff.patch })).toMatchObject({ outcome: 'UPDATED', userErrors: [] });
    const read = await admin.data('query ($id: ID!) { case(id: $id) { helper { helperJson } } }', { id: caseId });
    expect(read.case.helper.helperJson, `${fromVersion} to ${toVersion}`).toEqual(helperJson);
  }
});

test('changes are the first 200 unless told, paths at most 200, and the patch is whole', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const list = (n: number) =>
    Array.from({ length: 300 }, () => ({ n, text: 'longer than the operation that edits it'.repeat(2) }));
  const { id: caseId } = await openCase(admin, { helper: { list: list(0) } });
  await save(admin, { caseId, expectedVersion: 1, helper: { list: list(1) } });
  const diff = async (first?: number) =>
    (await admin.data(DIFF, { caseId, fromVersion: 1, toVersion: 2, first })).caseHelperDiff;
  const whole = await diff();
  expect([whole.patch.length, whole.changedPaths.length, whole.changes.length]).toEqual([300, 200, 200]);
  expect((await diff(1)).changes).toEqual([{ pointer: '/list/0/n', kind: 'UPDATED', before: 0, after: 1 }]);
  expect((await diff(1_000)).changes).toHaveLength(300);
  for (const first of [0, -1, 1_001]) {
    const refused = await admin.send(DIFF, { caseId, fromVersion: 1, toVersion: 2, first });
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'VALIDATION_FAILED', field: ['first'] });
  }
});

test('the patch matches members by their ids where the changes are places: one inserted in front is one operation', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const [first, second] = ['a', 'b'].map((id) => ({ id, text: 'x'.repeat(100) }));
  const { id: caseId } = await openCase(admin, { helper: { list: [second] } });
  await save(admin, { caseId, expectedVersion: 1, helper: { list: [first, second] } });
  const { patch, changedPaths } = (await admin.data(DIFF, { caseId, fromVersion: 1, toVersion: 2 })).caseHelperDiff;
  expect(patch).toEqual([{ op: 'add', path: '/list/0', value: first }]);
  expect(changedPaths).toEqual(['/list/0/id', '/list/1']);
});

test('a version there is none of is NOT_FOUND by the argument that names it', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: { a: 1 } });
  for (const [fromVersion, toVersion, field] of [
    [2, 1, 'fromVersion'],
    [0, 2, 'toVersion'],
    [1, -1, 'toVersion'],
    [2_147_483_647, 0, 'fromVersion'],
  ]) {
    const answer = await admin.send(DIFF, { caseId, fromVersion, toVersion });
    expect(answer.data).toEqual({ caseHelperDiff: null });
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'NOT_FOUND', field: [field] });
  }
  const nonsense = await admin.send(DIFF, { caseId: 'nonsense', fromVersion: 0, toVersion: 1 });
  expect(nonsense.errors?.[0]?.extensions).toMatchObject({ code: 'VALIDATION_FAILED', field: ['caseId'] });
});

test('an assistant of the organisation compares versions, a stranger finds no case', async ({ world }) => {
  const org = await world.org();
  const { id: caseId } = await openCase(await org.member('admin'), { helper: { a: 1 } });
  const versions = { caseId, fromVersion: 0, toVersion: 1 };
  const assistant = await org.member('assistant');
  expect((await assistant.data(DIFF, versions)).caseHelperDiff.changedPaths).toEqual(['/a']);
  const stranger = await (await world.org()).member('admin');
  expect((await stranger.send(DIFF, versions)).errors?.[0]?.extensions).toMatchObject({
    code: 'NOT_FOUND',
    field: ['caseId'],
  });
});
