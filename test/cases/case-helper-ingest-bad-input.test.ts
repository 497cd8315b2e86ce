import { expect } from 'vitest';
import { openCase, SAMPLE_PLATE, save } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { INGEST, ingest, rawEntries } from '../support/ingests.ts';
import { patch } from '../support/patches.ts';
import { countRows } from '../support/row-counts.ts';

const HELPER = { vehicle: { km: '1', list: [1, { a: 1 }], none: null, 'a/b ~c': {} } };

/** What is sent beside the case, the code it is refused with, and the field that is blamed, after ["input"]. */
const BAD: Record<string, [change: Record<string, unknown>, code: string, field: string[]]> = {
  'neither case nor plate': [{ caseId: null }, 'VALIDATION_FAILED', ['caseId']],
  'both case and plate': [{ plate: SAMPLE_PLATE }, 'VALIDATION_FAILED', ['caseId']],
  'a plate that is none': [{ caseId: null, plate: 'x' }, 'VALIDATION_FAILED', ['plate']],
  'a plate without a case': [{ caseId: null, plate: '1234567' }, 'NOT_FOUND', ['plate']],
  'an id that is none': [{ caseId: 'x' }, 'VALIDATION_FAILED', ['caseId']],
  'no pointer': [{ pointer: 'vehicle' }, 'VALIDATION_FAILED', ['pointer']],
  'a bare tilde': [{ pointer: '/vehicle/~2' }, 'VALIDATION_FAILED', ['pointer']],
  'U+0000 in the pointer': [{ pointer: '/vehicle/\0' }, 'VALIDATION_FAILED', ['pointer']],
  'an index beyond the array': [{ pointer: '/vehicle/list/2' }, 'VALIDATION_FAILED', ['pointer']],
  'an index that is none': [{ pointer: '/vehicle/list/01' }, 'VALIDATION_FAILED', ['pointer']],
  'behind the last member': [{ pointer: '/vehicle/list/-' }, 'VALIDATION_FAILED', ['pointer']],
  'below a text': [{ pointer: '/vehicle/km/x' }, 'VALIDATION_FAILED', ['pointer']],
  'below a number in an array': [{ pointer: '/vehicle/list/0/x' }, 'VALIDATION_FAILED', ['pointer']],
  'an index into nothing': [{ pointer: '/invoices/0' }, 'VALIDATION_FAILED', ['pointer']],
  'an index into null': [{ pointer: '/vehicle/none/0' }, 'VALIDATION_FAILED', ['pointer']],
  'a place too deep': [{ pointer: `/vehicle${'/x'.repeat(100_000)}` }, 'VALIDATION_FAILED', ['pointer']],
  'data too deep at their place': [{ pointer: `/vehicle${'/x'.repeat(63)}` }, 'INVALID_DOCUMENT', ['pointer']],
  'the key __proto__ in the pointer': [{ pointer: '/vehicle/__proto__' }, 'INVALID_DOCUMENT', ['pointer']],
  'below the key __proto__': [{ pointer: '/vehicle/__proto__/x' }, 'INVALID_DOCUMENT', ['pointer']],
  'a key too long': [{ pointer: `/vehicle/${'k'.repeat(513)}` }, 'INVALID_DOCUMENT', ['pointer']],
  'a place not listed': [{ pointer: `/${'k'.repeat(5_000)}` }, 'PATH_NOT_WRITABLE', ['pointer']],
  'an integer beyond 2^53': [{ data: { a: 2 ** 60 } }, 'INVALID_DOCUMENT', ['data', 'a']],
  'an integer beyond 2^53 in JSON text': [
    { data: '{"a":[1152921504606846976]}' },
    'INVALID_DOCUMENT',
    ['data', 'a', '0'],
  ],
  'U+0000 in the data': [{ data: { a: '\0' } }, 'INVALID_DOCUMENT', ['data', 'a']],
  'JSON text nested without end': [{ data: '['.repeat(100_000) + ']'.repeat(100_000) }, 'INVALID_DOCUMENT', ['data']],
  'the key __proto__ in JSON text': [{ data: '{"__proto__":{"polluted":true}}' }, 'INVALID_DOCUMENT', ['data']],
  'an empty name': [{ name: '' }, 'VALIDATION_FAILED', ['name']],
  'a name with a slash': [{ name: 'A/B' }, 'VALIDATION_FAILED', ['name']],
  'a name of 101 characters': [{ name: 'N'.repeat(101) }, 'VALIDATION_FAILED', ['name']],
  'a note of 2,001 characters': [{ note: 'n'.repeat(2_001) }, 'VALIDATION_FAILED', ['note']],
  'APPEND to an object': [{ mode: 'APPEND' }, 'VALIDATION_FAILED', ['mode']],
  'APPEND to a text': [{ mode: 'APPEND', pointer: '/vehicle/km' }, 'VALIDATION_FAILED', ['mode']],
  "another vehicle's plate for the case": [
    { pointer: '/meta', data: { plate: '1234567' } },
    'PLATE_MISMATCH',
    ['data', 'plate'],
  ],
};

test('what can not be ingested is refused by name and place, and nothing is written', async ({ db, world }) => {
  const org = await world.org();
  const key = await org.apiKey();
  await db.query("update public.orgs set ingest_pointers = ingest_pointers || '{/meta}' where id = $1", [org.id]);
  const { id: caseId } = await openCase(key, { helper: HELPER });
  const before = await countRows(db);
  for (const [what, [change, code, field]] of Object.entries(BAD)) {
    const call = { caseId, idempotencyKey: 'bad-ingest-1', pointer: '/vehicle', data: { x: 1 }, ...change };
    const payload = await ingest(key, call);
    expect(payload, what).toMatchObject({ ok: false, outcome: 'REJECTED', helper: null });
    expect(payload.userErrors, what).toMatchObject([{ code }]);
    if (what !== 'a note of 2,001 characters')
      expect(payload.userErrors[0].field.slice(0, field.length + 1), what).toEqual(['input', ...field]);
    expect(JSON.stringify(payload).length, what).toBeLessThan(4_000);
  }
  expect(await countRows(db)).toEqual(before);
});

test('null for data, an unknown mode and no pointer never reach the case', async ({ world }) => {
  const key = await (await world.org()).apiKey();
  const { id: caseId } = await openCase(key, { helper: HELPER });
  for (const change of [{ data: null }, { mode: 'DELETE' }, { pointer: null }]) {
    const answer = await key.send(INGEST, { input: { caseId, pointer: '/vehicle', data: { x: 1 }, ...change } });
    expect(answer.errors).toHaveLength(1);
    expect(answer.errors![0]!.extensions.code).not.toBe('INTERNAL');
  }
  expect(await world.db.query('select from case_helper')).toHaveLength(1);
});

test('the key __proto__ is refused in data, and changes no object of the server', async ({ world }) => {
  const key = await (await world.org()).apiKey();
  const { id: caseId } = await openCase(key, { helper: HELPER });
  for (const data of ['{"a":1,"__proto__":{"polluted":true}}', '{"b":{"__proto__":{"polluted":true}}}']) {
    const input = `{"caseId":"${caseId}","pointer":"/vehicle","data":${data}}`;
    const answer = await key.sendBody(`{"query":${JSON.stringify(INGEST)},"variables":{"input":${input}}}`);
    expect(answer.data.caseHelperIngest.userErrors).toMatchObject([{ code: 'INVALID_DOCUMENT' }]);
  }
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test('places are found by Hebrew keys, slashes, tildes, array indexes and names of inherited members', async ({
  world,
}) => {
  const key = await (await world.org()).apiKey();
  const { id: caseId } = await openCase(key, { helper: HELPER });
  for (const pointer of [
    '/vehicle/תיאור מאפיינים/ק"מ',
    '/vehicle/a~1b ~0c',
    '/vehicle/list/1',
    '/vehicle/none/made',
    '/vehicle/constructor/toString',
    '/images/new/deep/er',
  ])
    expect(await ingest(key, { caseId, pointer, data: { x: 1 } }), pointer).toMatchObject({ ok: true });
  const { helper } = await ingest(key, { caseId, pointer: '/vehicle', data: { km: '2' } });
  const { raw_webhook_data, ...rest } = helper.helperJson;
  expect(rest).toEqual({
    vehicle: {
      km: '2',
      list: [1, { a: 1, x: 1 }],
      none: { made: { x: 1 } },
      'a/b ~c': { x: 1 },
      'תיאור מאפיינים': { 'ק"מ': { x: 1 } },
      constructor: { toString: { x: 1 } },
    },
    images: { new: { deep: { er: { x: 1 } } } },
  });
  expect(rawEntries(helper.helperJson).map(({ name }) => name)).toEqual([
    'VEHICLE_תיאור_מאפיינים_ק_מ',
    'VEHICLE_A_B__C',
    'VEHICLE_LIST_1',
    'VEHICLE_NONE_MADE',
    'VEHICLE_CONSTRUCTOR_TOSTRING',
    'IMAGES_NEW_DEEP_ER',
    'VEHICLE',
  ]);
});

test('when the payloads kept have filled the helper, the refusal says so, and removing old ones makes room', async ({
  world,
}) => {
  const key = await (await world.org()).apiKey();
  const { id: caseId } = await openCase(key);
  const old = { data: 'x'.repeat(3 * 1024 * 1024), timestamp: '2025-11-03T07:12:00.000Z', processed: true };
  await save(key, { caseId, expectedVersion: 0, helper: { raw_webhook_data: { OLD_1762153840001: old } } });
  const call = { caseId, pointer: '/documents/scan', data: 'y'.repeat(1.5 * 1024 * 1024) };
  const { userErrors } = await ingest(key, call);
  expect(userErrors).toMatchObject([{ code: 'PAYLOAD_TOO_LARGE', field: ['input', 'data'] }]);
  expect(userErrors[0].message).toMatch(/\/raw_webhook_data, .* 47\d{5} of them: remove its old entries/);
  expect(await patch(key, { caseId, mergePatch: { raw_webhook_data: { OLD_1762153840001: null } } })).toMatchObject({
    ok: true,
  });
  expect(await ingest(key, call)).toMatchObject({ ok: true, helper: { version: 3 } });
  expect((await ingest(key, { ...call, data: 'z'.repeat(6 * 1024 * 1024) })).userErrors).toMatchObject([
    { code: 'PAYLOAD_TOO_LARGE' },
  ]);
});
