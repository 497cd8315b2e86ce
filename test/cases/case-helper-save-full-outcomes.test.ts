import { expect } from 'vitest';
import { contentHash } from '../../src/json/content-hash.ts';
import type { JsonObject } from '../../src/json/json-value.ts';
import { openCase, sampleHelper, save } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';

const READ = /* GraphQL */ `
  query Read($id: ID!, $version: Int) {
    case(id: $id) { version helper(version: $version) { version helperJson sizeBytes contentHash savedAt savedBy { kind id name } } }
  }
`;

test('a first save creates, a different one updates, the same content in another key order changes nothing', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin);
  const first = await save(admin, { caseId, expectedVersion: 0, helper: { a: 1, b: { c: [1, 2], d: 'x' } } });
  expect(first).toMatchObject({ ok: true, outcome: 'CREATED', helper: { version: 1, trigger: 'SAVE', source: 'UI' } });
  const second = await save(admin, { caseId, expectedVersion: 1, helper: { a: 2, b: { c: [1, 2], d: 'x' } } });
  expect(second).toMatchObject({ ok: true, outcome: 'UPDATED', helper: { version: 2, changedPaths: ['/a'] } });
  const same = await save(admin, { caseId, expectedVersion: 2, helper: { b: { d: 'x', c: [1, 2] }, a: 2 } });
  expect(same).toMatchObject({ ok: true, outcome: 'UNCHANGED', helper: { id: second.helper.id, version: 2 } });
  expect(await world.db.query('select version from case_helper')).toHaveLength(2);
});

test('the sample helper is read back deep-equal, under the hash that clients can compute', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin);
  const saved = await save(admin, { caseId, expectedVersion: 0, helper: sampleHelper() });
  expect(saved.outcome).toBe('CREATED');
  const { helper } = (await admin.data(READ, { id: caseId })).case;
  expect(helper.helperJson).toEqual(sampleHelper());
  expect(helper.contentHash).toBe(contentHash(sampleHelper()));
  expect(helper.contentHash).toBe(saved.helper.contentHash);
});

const AWKWARD: Record<string, JsonObject> = {
  'Hebrew keys and values': { תיאור: 'פגוש אחורי', 'מספר רכב': { 'גרר׳': 'כן "בוודאי"' } },
  'keys with spaces, slashes and tildes': { 'a b': 1, 'a/b': 2, 'a~b': 3, '~1': 4, '/': 5, ' ': 6 },
  'keys that objects have anyway': { constructor: { prototype: 1 }, toString: 'x', hasOwnProperty: null },
  'empty keys and empty things': { '': { '': [] }, a: {}, b: [], c: '', d: [[], [[]], {}] },
  'numbers beside numeric strings': { a: 1, b: '1', c: 0, d: '0', e: '007', f: '1.0', g: -1.5, h: 'true', i: true },
  'nested nulls': { a: null, b: [null, { c: null }, [null]] },
  'emoji and everything beyond the basic plane': { '🚗': '🏴‍☠️ 👨‍👩‍👧', x: '\u{10ffff}\ue000', y: '‏\u200f\u202e' },
  'numbers at the edges of a double': {
    a: 0.1,
    b: 1e-7,
    c: 9007199254740991,
    d: -9007199254740991,
    e: 5e-324,
    f: 0.30000000000000004,
    g: 1.5e-10,
  },
  'control characters and escapes': { a: '\t\n\r\b\f\u0001\u001f"\\/', '\n': '\u2028\u2029' },
};

test('awkward documents come back exactly as they went in', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin);
  let version = 0;
  for (const [what, helper] of Object.entries(AWKWARD)) {
    const saved = await save(admin, { caseId, expectedVersion: version++, helper });
    expect(saved.userErrors, what).toEqual([]);
    const read = (await admin.data(READ, { id: caseId, version })).case.helper;
    expect(read.helperJson, what).toEqual(helper);
    expect(read.contentHash, what).toBe(contentHash(helper));
    const again = await save(admin, { caseId, expectedVersion: version, helper });
    expect(again.outcome, `${what}, sent again`).toBe('UNCHANGED');
  }
});

test('a new label makes a checkpoint even of equal content; the same label does not make two', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin);
  const helper = { a: 1 };
  await save(admin, { caseId, expectedVersion: 0, helper });
  const labelled = { caseId, helper, label: 'expertise-submitted', note: 'signed' };
  const checkpoint = await save(admin, { ...labelled, expectedVersion: 1 });
  expect(checkpoint).toMatchObject({
    outcome: 'UPDATED',
    helper: { version: 2, trigger: 'CHECKPOINT', label: 'expertise-submitted', note: 'signed', changedPaths: [] },
  });
  expect((await save(admin, { ...labelled, expectedVersion: 2 })).outcome).toBe('UNCHANGED');
  expect((await save(admin, { caseId, helper, expectedVersion: 2 })).outcome).toBe('UNCHANGED');
  const other = await save(admin, { ...labelled, label: 'report-sent', expectedVersion: 2 });
  expect(other.helper).toMatchObject({ version: 3, label: 'report-sent' });
});

test('author, number and time of a version are given by the server, whoever writes', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin', { email: 'dana@example.com' });
  const key = await org.apiKey();
  const { id: caseId, databaseId } = await openCase(admin);
  const before = Date.now();
  const byUser = await save(admin, { caseId, expectedVersion: 0, helper: { a: 1 } });
  expect(byUser.helper.savedBy).toEqual({ kind: 'USER', id: admin.userId, name: 'dana' });
  const byKey = await save(key, { caseId, expectedVersion: 1, helper: { a: 2 } });
  expect(byKey.helper).toMatchObject({ source: 'API', savedBy: { kind: 'API_KEY', id: key.id } });
  const { savedAt } = (await admin.data(READ, { id: caseId })).case.helper;
  expect(Date.parse(savedAt)).toBeGreaterThanOrEqual(before - 1);

  for (const extra of [{ version: 9 }, { savedBy: 'x' }, { savedAt: '2020-01-01T00:00:00Z' }]) {
    const refused = await admin.send(
      'mutation ($input: CaseHelperSaveFullInput!) { caseHelperSaveFull(input: $input) { ok } }',
      { input: { caseId, expectedVersion: 2, helper: {}, ...extra } },
    );
    expect(refused.errors?.[0]?.extensions.code).toBe('VALIDATION_FAILED');
  }

  // Not even the superuser can choose them.
  const rows = await world.db.query<{ version: number; saved_by: string; saved_at: Date; content_hash: string }>(
    `insert into case_helper (org_id, case_id, version, is_current, helper_json, content_hash, size_bytes, saved_by, saved_at)
     values ($1, $2, 77, false, '{"a":3}', 'forged', 1, 'USER:forged', '2001-01-01') returning version, saved_by, saved_at, content_hash`,
    [org.id, databaseId],
  );
  expect(rows[0]).toMatchObject({ version: 3, content_hash: contentHash({ a: 3 }) });
  expect(rows[0]!.saved_by).toMatch(/^SYSTEM:/);
  expect(rows[0]!.saved_at.getTime()).toBeGreaterThanOrEqual(before - 1);
});
