import { expect } from 'vitest';
import type { JsonObject } from '../../src/json/json-value.ts';
import { openCase, SAMPLE_PLATE, sampleHelper, save } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { patch } from '../support/patches.ts';

test('20 parallel patches of different paths all land, each as a version of its own', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: { of: {}, list: [] } });
  const payloads = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      patch(
        admin,
        index % 2
          ? { caseId, mergePatch: { of: { [`k${index}`]: index } } }
          : { caseId, patch: [{ op: 'add', path: `/of/k${index}`, value: index }] },
      ),
    ),
  );
  expect(payloads.map(({ outcome, helper }) => [outcome, helper.trigger])).toEqual(
    Array(20).fill(['UPDATED', 'PATCH']),
  );
  expect(payloads.map(({ helper }) => helper.version).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 20 }, (_, index) => index + 2),
  );
  for (const [index, { helper }] of payloads.entries()) expect(helper.changedPaths).toEqual([`/of/k${index}`]);
  const [current] = await world.db.query<{ helper_json: JsonObject }>(
    'select helper_json from case_helper where is_current',
  );
  expect(current!.helper_json).toEqual({
    of: Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`k${index}`, index])),
    list: [],
  });
});

test('20 parallel calls with one key patch once; another patch under that key is refused', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: { list: [] } });
  const operation = { op: 'add', path: '/list/-', value: 1 };
  const call = { caseId, idempotencyKey: 'append-once', patch: [operation] };
  const payloads = await Promise.all(Array.from({ length: 20 }, () => patch(admin, call)));
  expect(payloads.filter(({ idempotency }) => !idempotency.replayed)).toHaveLength(1);
  for (const payload of payloads)
    expect(payload).toMatchObject({ outcome: 'UPDATED', helper: { version: 2, helperJson: { list: [1] } } });
  // What an operation does not know is not part of what was asked.
  expect((await patch(admin, { ...call, patch: [{ ...operation, comment: 'again' }] })).idempotency.replayed).toBe(
    true,
  );
  for (const other of [
    { ...call, patch: [{ ...operation, value: 2 }] },
    { ...call, patch: null, mergePatch: { list: [1] } },
    { ...call, onConflict: 'FORCE' },
  ])
    expect((await patch(admin, other)).userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
  expect(await world.db.query('select from case_helper')).toHaveLength(2);
});

test('the sample helper is patched at Hebrew keys, keys with spaces, slashes and tildes, and nothing else of it changes', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: { ...sampleHelper(), 'סוג נזק': { 'a/b ~c': ['קדמי'] } } });
  const payload = await patch(admin, {
    caseId,
    note: 'by hand',
    patch: [
      { op: 'test', path: '/centers/1/Id', value: (sampleHelper().centers as JsonObject[])[1]!.Id },
      { op: 'replace', path: '/centers/1/Description', value: 'כנף שמאל' },
      { op: 'add', path: '/סוג נזק/a~1b ~0c/-', value: 'אחורי' },
    ],
  });
  expect(payload).toMatchObject({
    outcome: 'UPDATED',
    helper: { version: 2, trigger: 'PATCH', note: 'by hand', source: 'UI', savedBy: { id: admin.userId } },
  });
  expect(payload.helper.changedPaths.sort()).toEqual(['/centers/1/Description', '/סוג נזק/a~1b ~0c/1']);
  const expected: JsonObject = { ...sampleHelper(), 'סוג נזק': { 'a/b ~c': ['קדמי', 'אחורי'] } };
  (expected.centers as JsonObject[])[1]!.Description = 'כנף שמאל';
  expect(payload.helper.helperJson).toEqual(expected);
});

test('a merge patch changes members, removes those that are null, and replaces arrays', async ({ world }) => {
  const key = await (await world.org()).apiKey();
  const { id: caseId } = await openCase(key, { helper: { a: { b: 1, c: 2 }, list: [1, 2], שם: 'x' } });
  const mergePatch = { a: { b: null, 'ד ה': { ו: null } }, list: [3] };
  expect(await patch(key, { caseId, mergePatch, source: 'MAKE' })).toMatchObject({
    ok: true,
    outcome: 'UPDATED',
    helper: { source: 'MAKE', helperJson: { a: { c: 2, 'ד ה': {} }, list: [3], שם: 'x' } },
  });
});

test('a patch that changes nothing makes no version, unless it brings a new label', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: { a: 1, b: [2] } });
  for (const change of [
    { patch: [] },
    { patch: [{ op: 'test', path: '/a', value: 1 }] },
    { patch: [{ op: 'replace', path: '/a', value: 1 }] },
    { mergePatch: {} },
    { mergePatch: { a: 1, none: null } },
  ])
    expect(await patch(admin, { caseId, ...change })).toMatchObject({ outcome: 'UNCHANGED', helper: { version: 1 } });
  const labelled = { caseId, mergePatch: {}, label: 'report-sent' };
  expect(await patch(admin, labelled)).toMatchObject({
    outcome: 'UPDATED',
    helper: { version: 2, trigger: 'CHECKPOINT', label: 'report-sent', changedPaths: [] },
  });
  expect(await patch(admin, labelled)).toMatchObject({ outcome: 'UNCHANGED', helper: { version: 2 } });
});

test('a case without a helper is patched from the empty one; a patch that leaves it empty makes no version', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin);
  expect(await patch(admin, { caseId, patch: [] })).toMatchObject({ ok: true, outcome: 'UNCHANGED', helper: null });
  expect(await patch(admin, { caseId, patch: [{ op: 'add', path: '/a', value: 1 }] })).toMatchObject({
    outcome: 'CREATED',
    helper: { version: 1, trigger: 'PATCH', changedPaths: ['/a'] },
  });
});

test('an assistant is refused, a stranger finds no case, and nothing is written', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const { id: caseId } = await openCase(admin, { helper: { a: 1 } });
  for (const change of [{ patch: [{ op: 'test', path: '/a', value: 2 }] }, { mergePatch: { a: 2 } }]) {
    expect(await patch(await org.member('assistant'), { caseId, ...change })).toMatchObject({
      ok: false,
      conflict: null,
      userErrors: [{ code: 'FORBIDDEN', field: ['input', 'caseId'] }],
    });
    expect(await patch(await (await world.org()).member('admin'), { caseId, ...change })).toMatchObject({
      case: null,
      conflict: null,
      userErrors: [{ code: 'NOT_FOUND', field: ['input', 'caseId'] }],
    });
  }
  expect(await world.db.query('select from case_helper')).toHaveLength(1);
});

test("a patch can not carry another vehicle's plate into the case", async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: { meta: { plate: SAMPLE_PLATE } } });
  await save(admin, { caseId, onConflict: 'FORCE', helper: { meta: { plate: '900-12-345' } } });
  expect(await patch(admin, { caseId, mergePatch: { meta: { plate: '1234567' } } })).toMatchObject({
    outcome: 'REJECTED',
    userErrors: [{ code: 'PLATE_MISMATCH', field: ['input', 'mergePatch', 'meta', 'plate'] }],
  });
  const replacing = [{ op: 'replace', path: '/meta/plate', value: '1234567' }];
  expect(await patch(admin, { caseId, patch: replacing })).toMatchObject({
    outcome: 'REJECTED',
    userErrors: [{ code: 'PLATE_MISMATCH', field: ['input', 'patch'] }],
  });
});
