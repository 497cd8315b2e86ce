import { expect } from 'vitest';
import type { JsonObject } from '../../src/json/json-value.ts';
import { openCase, SAMPLE_PLATE, sampleHelper, save } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { ingest, rawEntries } from '../support/ingests.ts';
import { makeSample } from '../support/make-samples.ts';

/** What Make sends, where it goes, and where of the helper it is found again. */
const DELIVERIES = [
  {
    sample: 'open-case.vehicle-record',
    input: { pointer: '/vehicle', name: 'OPEN_CASE_UI' },
    find: (helper: JsonObject) => helper.vehicle,
  },
  { sample: 'levi-report.ocr', input: { pointer: '/levisummary' }, find: (helper: JsonObject) => helper.levisummary },
  {
    sample: 'levi-report.ocr',
    input: { pointer: '/valuation/levi', mode: 'REPLACE' },
    find: (helper: JsonObject) => (helper.valuation as JsonObject).levi,
  },
  {
    sample: 'invoice.ocr',
    input: { pointer: '/invoices', mode: 'APPEND', name: 'OCR_INVOICES' },
    find: (helper: JsonObject) => (helper.invoices as JsonObject[]).at(-1),
  },
  {
    sample: 'parts-search.web',
    input: { pointer: '/parts_search/results', mode: 'APPEND' },
    find: (helper: JsonObject) => ((helper.parts_search as JsonObject).results as JsonObject[]).at(-1),
  },
] as const;

test.for([
  { title: 'an empty case', helper: null },
  { title: 'the full helper', helper: sampleHelper() },
])('what Make sends is taken unchanged into $title, and kept as it came', async ({ helper }, { world }) => {
  const key = await (await world.org()).apiKey();
  await openCase(key, helper ? { helper } : {});
  for (const { sample, input, find } of DELIVERIES) {
    const data = makeSample(sample);
    const payload = await ingest(key, { plate: '900-12-345', source: 'MAKE', note: sample, data, ...input });
    expect(payload, sample).toMatchObject({ ok: true, userErrors: [] });
    expect(payload.helper, sample).toMatchObject({ trigger: 'INGEST', source: 'MAKE', note: sample });
    expect(find(payload.helper.helperJson), sample).toMatchObject(
      sample === 'open-case.vehicle-record' ? { ...data, damage_date: expect.any(String) } : data,
    );
    const { name, entry } = rawEntries(payload.helper.helperJson).at(-1)!;
    const byDefault = input.pointer.slice(1).replaceAll('/', '_').toUpperCase();
    expect(name).toBe('name' in input ? input.name : byDefault);
    expect(entry).toEqual({ data, timestamp: expect.stringMatching(/^20.*Z$/), processed: true });
    // Again, without a key: Make retries what it got no answer to.
    const again = await ingest(key, { plate: SAMPLE_PLATE, data, ...input });
    expect(again, sample).toMatchObject({ outcome: 'UNCHANGED', helper: { id: payload.helper.id } });
  }
  const raw = { plate: SAMPLE_PLATE, pointer: '/raw_webhook_data', data: makeSample('parts-search.web') };
  const kept = await ingest(key, { ...raw, name: 'PARTS_SEARCH' });
  expect(rawEntries(kept.helper.helperJson).at(-1)).toMatchObject({
    name: 'PARTS_SEARCH',
    entry: { data: raw.data, processed: false },
  });
  expect(await ingest(key, { ...raw, name: 'PARTS_SEARCH' })).toMatchObject({ outcome: 'UNCHANGED' });
  expect(await ingest(key, raw)).toMatchObject({ outcome: 'UPDATED' });
});

test('20 parallel ingests into different subtrees all land, each as a version, and every payload is kept', async ({
  world,
}) => {
  const key = await (await world.org()).apiKey();
  const { id: caseId } = await openCase(key, { helper: { vehicle: { plate: SAMPLE_PLATE } } });
  const payloads = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      ingest(key, { caseId, pointer: `/vehicle/k${index}`, name: 'SAME', data: { index } }),
    ),
  );
  expect(payloads.map(({ outcome }) => outcome)).toEqual(Array(20).fill('UPDATED'));
  expect(payloads.map(({ helper }) => helper.version).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 20 }, (_, index) => index + 2),
  );
  const last = payloads.find(({ helper }) => helper.version === 21)!.helper.helperJson;
  const members = Array.from({ length: 20 }, (_, index) => [`k${index}`, { index }] as const);
  expect(last.vehicle).toEqual({ plate: SAMPLE_PLATE, ...Object.fromEntries(members) });
  const kept = rawEntries(last).map(({ entry }) => (entry.data as { index: number }).index);
  expect(kept.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index));
});

test.for([{ idempotencyKey: 'delivery-0001' }, {}])(
  'the same call sent three times in parallel writes once: %o',
  async (by, { world }) => {
    const key = await (await world.org()).apiKey();
    const { id: caseId } = await openCase(key);
    const call = { caseId, pointer: '/invoices', mode: 'APPEND', data: makeSample('invoice.ocr'), ...by };
    const payloads = await Promise.all([ingest(key, call), ingest(key, call), ingest(key, call)]);
    for (const payload of payloads) expect(payload).toMatchObject({ ok: true, helper: { version: 1 } });
    const written = payloads.filter(({ outcome, idempotency }) => outcome === 'CREATED' && !idempotency?.replayed);
    expect(written).toHaveLength(1);
    expect(await world.db.query('select from case_helper')).toHaveLength(1);
    expect(rawEntries(payloads[0]!.helper.helperJson)).toHaveLength(1);
    if ('idempotencyKey' in by)
      for (const other of [{ data: {} }, { mode: 'MERGE' }, { pointer: '/images' }, { name: 'OTHER' }])
        expect((await ingest(key, { ...call, ...other })).userErrors).toMatchObject([
          { code: 'IDEMPOTENCY_KEY_REUSED' },
        ]);
  },
);

test('a retry under its key is answered as the first call also when the case of the plate has closed since', async ({
  world,
}) => {
  const key = await (await world.org()).apiKey();
  const { id: caseId } = await openCase(key);
  const call = { plate: SAMPLE_PLATE, idempotencyKey: 'delivery-0001', pointer: '/vehicle', data: { km: '1' } };
  const first = await ingest(key, call);
  await world.db.query("update public.cases set status = 'CLOSED' where version = 1");
  expect(await ingest(key, call)).toMatchObject({
    outcome: 'CREATED',
    idempotency: { replayed: true },
    helper: { id: first.helper.id },
  });
  expect((await ingest(key, { ...call, idempotencyKey: 'delivery-0002' })).userErrors).toMatchObject([
    { code: 'NOT_FOUND', field: ['input', 'plate'], message: expect.stringContaining('case.upsert') },
  ]);
  expect(await ingest(key, { caseId, pointer: '/vehicle', data: { km: '2' } })).toMatchObject({ outcome: 'UPDATED' });
});

test('the case is not told apart from one that is not there by a stranger, and an assistant may not ingest', async ({
  world,
}) => {
  const org = await world.org();
  const { id: caseId } = await openCase(await org.member('admin'), { helper: { vehicle: {} } });
  const stranger = await (await world.org()).apiKey();
  const assistant = await org.member('assistant');
  for (const by of [{ caseId }, { plate: SAMPLE_PLATE }]) {
    const field = ['input', Object.keys(by)[0]];
    const call = { ...by, pointer: '/vehicle', data: { km: 1 } };
    expect(await ingest(stranger, call)).toMatchObject({ case: null, userErrors: [{ code: 'NOT_FOUND', field }] });
    expect(await ingest(assistant, call)).toMatchObject({ helper: null, userErrors: [{ code: 'FORBIDDEN', field }] });
  }
  expect(await world.db.query('select from case_helper')).toHaveLength(1);
});

test('a key that is good for cases alone ingests where the organisation lets it, without reading its settings', async ({
  world,
}) => {
  const org = await world.org();
  const { id: caseId } = await openCase(await org.member('admin'), { helper: { vehicle: {} } });
  const key = await org.apiKey(['case.read', 'case.write']);
  const send = (pointer: string) => ingest(key, { caseId, pointer, data: { km: 1 } });
  expect(await send('/vehicle')).toMatchObject({ ok: true, outcome: 'UPDATED' });
  expect((await send('/stakeholders')).userErrors).toMatchObject([{ code: 'PATH_NOT_WRITABLE' }]);
  expect((await key.data('{ org { name } }')).org).toBeNull();
});

test('only the subtrees that the organisation lists take data from outside, and never the whole helper', async ({
  world,
}) => {
  const org = await world.org();
  const key = await org.apiKey();
  const { id: caseId } = await openCase(key, { helper: { stakeholders: { owner: {} } } });
  await world.db.query('update public.orgs set ingest_pointers = $2 where id = $1', [
    org.id,
    ['/vehicle', '/a~1b', '/centers/1'],
  ]);
  const send = (pointer: string) => ingest(key, { caseId, pointer, data: { x: 1 } });
  for (const pointer of [
    '',
    '/',
    '/stakeholders',
    '/vehicles',
    '/a',
    '/a/b',
    '/centers',
    '/centers/10',
    '/Vehicle',
    '/raw_webhook_data',
  ]) {
    const { userErrors } = await send(pointer);
    expect(userErrors, pointer).toMatchObject([{ code: 'PATH_NOT_WRITABLE', field: ['input', 'pointer'] }]);
    expect(userErrors[0].message, pointer).toContain('"/vehicle", "/a~1b", "/centers/1"');
  }
  // Kept in the record, which is no target here.
  for (const pointer of ['/vehicle/deep/er', '/a~1b'])
    expect(rawEntries((await send(pointer)).helper.helperJson).at(-1)!.entry.data).toEqual({ x: 1 });
  await world.db.query('update public.orgs set ingest_pointers = \'{""}\' where id = $1', [org.id]);
  expect((await send('')).userErrors).toMatchObject([{ code: 'PATH_NOT_WRITABLE' }]);
  expect(await send('/stakeholders')).toMatchObject({ ok: true });
  await world.db.query("update public.orgs set ingest_pointers = '{}' where id = $1", [org.id]);
  expect((await send('/vehicle')).userErrors).toMatchObject([{ code: 'PATH_NOT_WRITABLE' }]);
});

test('what a user saved meanwhile elsewhere in the helper stays', async ({ world }) => {
  const org = await world.org();
  const [admin, key] = [await org.member('admin'), await org.apiKey()];
  const { id: caseId } = await openCase(admin, { helper: { vehicle: { km: '1' }, stakeholders: { garage: {} } } });
  await save(admin, {
    caseId,
    expectedVersion: 1,
    helper: { vehicle: { km: '2' }, stakeholders: { garage: { name: 'x' } } },
  });
  const { helper } = await ingest(key, { caseId, pointer: '/vehicle', data: { km: '3' } });
  expect(helper).toMatchObject({ version: 3, source: 'API', savedBy: { kind: 'API_KEY', id: key.id } });
  expect(helper.helperJson).toMatchObject({ vehicle: { km: '3' }, stakeholders: { garage: { name: 'x' } } });
  expect(helper.changedPaths).toEqual(['/vehicle/km', '/raw_webhook_data']);
});
