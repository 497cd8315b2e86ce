import { expect } from 'vitest';
import { openCase, SAMPLE_PLATE } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { ingest } from '../support/ingests.ts';
import { makeSample } from '../support/make-samples.ts';

const OTHER = '901-23-456';

/** Data of the case's own vehicle, or of no vehicle that can be told. */
const OWN: unknown[] = [
  { plate: '900-12-345' },
  { plate: 90012345 },
  { 'מס. רכב': '900 12 345' },
  { "מס' רכב": '900/12/345', 'מספר רישוי': SAMPLE_PLATE },
  // Make doubles items at times.
  { plate_number: '90012345 90012345' },
  { licensePlate: '900-12-345, 900-12-345' },
  { plate: 'אין מידע', 'מספר רכב': '', 'מס רכב': null, license_plate: 'unknown' },
  { report: { vehicle: { plate: OTHER } } },
  { model: OTHER, phone: '0501234567', garage: 'plate 1234567' },
  [{ plate: SAMPLE_PLATE }, { plate: '900-12-345' }],
];

/** Data of another vehicle, and where they say so. */
const FOREIGN: [data: unknown, path: string[]][] = [
  [{ plate: OTHER }, ['plate']],
  [{ plate: 90123456 }, ['plate']],
  [{ Plate_Number: OTHER }, ['Plate_Number']],
  [{ license_plate: OTHER }, ['license_plate']],
  [{ 'מספר רישוי': OTHER }, ['מספר רישוי']],
  [{ 'מס רכב': OTHER }, ['מס רכב']],
  [{ 'מס. רכב': `${OTHER} ${OTHER}` }, ['מס. רכב']],
  [{ 'מספר רכב': `${SAMPLE_PLATE} ${OTHER}` }, ['מספר רכב']],
  [{ plate: SAMPLE_PLATE, webhook: { plate: OTHER } }, ['webhook', 'plate']],
  [
    [{ plate: SAMPLE_PLATE }, { plate: OTHER }],
    ['1', 'plate'],
  ],
  [{ invoices: [{ 'מספר רכב': OTHER }] }, ['invoices', '0', 'מספר רכב']],
  [JSON.stringify({ plate: OTHER }), ['plate']],
  [[{ value: JSON.stringify({ plate: OTHER }) }], ['plate']],
];

test("data that state another vehicle's plate are refused at the place that states it, and nothing is written", async ({
  world,
}) => {
  const key = await (await world.org()).apiKey();
  const { id: caseId } = await openCase(key, { helper: { vehicle: {} } });
  for (const [data, path] of FOREIGN)
    for (const mode of ['MERGE', 'REPLACE', 'APPEND'])
      for (const pointer of ['/parts_search/results', '/raw_webhook_data'])
        if (mode !== 'REPLACE' || pointer !== '/raw_webhook_data') {
          const { userErrors } = await ingest(key, { caseId, pointer, mode, data });
          const field = ['input', 'data', ...path];
          expect(userErrors, JSON.stringify(data)).toMatchObject([{ code: 'PLATE_MISMATCH', field }]);
          expect(userErrors[0].message).not.toMatch(/[0-9]{3}/);
        }
  const plate = { caseId, pointer: '/vehicle/plate', mode: 'REPLACE', data: OTHER };
  expect((await ingest(key, plate)).userErrors).toMatchObject([{ code: 'PLATE_MISMATCH', field: ['input', 'data'] }]);
  expect(await world.db.query('select from case_helper')).toHaveLength(1);
});

test('any spelling of the plate passes, and so do data of which no plate can be told', async ({ world }) => {
  const key = await (await world.org()).apiKey();
  await openCase(key);
  for (const [index, data] of OWN.entries()) {
    const call = { plate: SAMPLE_PLATE, pointer: `/vehicle/k${index}`, data };
    expect(await ingest(key, call), JSON.stringify(data)).toMatchObject({ ok: true });
  }
  for (const expectedPlate of ['900-12-345', '90012345 90012345', ' 900 12 345 '])
    expect(
      await ingest(key, { plate: '900/12/345', expectedPlate, pointer: '/vehicle', data: makeSample('invoice.ocr') }),
    ).toMatchObject({ ok: true });
});

test('an expected plate is the plate of the case, or nothing is written', async ({ world }) => {
  const key = await (await world.org()).apiKey();
  const { id: caseId } = await openCase(key);
  for (const [expectedPlate, code] of [
    [OTHER, 'PLATE_MISMATCH'],
    [`${SAMPLE_PLATE} ${OTHER}`, 'PLATE_MISMATCH'],
    ['', 'VALIDATION_FAILED'],
    ['unknown', 'VALIDATION_FAILED'],
  ])
    for (const by of [{ caseId }, { plate: SAMPLE_PLATE }])
      expect(
        (await ingest(key, { ...by, expectedPlate, pointer: '/vehicle', data: { km: 1 } })).userErrors,
      ).toMatchObject([{ code, field: ['input', 'expectedPlate'] }]);
  expect(await world.db.query('select from case_helper')).toHaveLength(0);
});

test("of several cases of a plate the active one takes the data, and another organisation's never", async ({
  world,
}) => {
  const key = await (await world.org()).apiKey();
  const closed = await openCase(key);
  await world.db.query("update public.cases set status = 'CLOSED'");
  const active = await openCase(key);
  await openCase(await (await world.org()).apiKey());
  const call = { plate: SAMPLE_PLATE, pointer: '/vehicle', data: { km: 1 } };
  expect((await ingest(key, call)).case).toMatchObject({ id: active.id, version: 1 });
  expect((await ingest(key, { ...call, caseId: closed.id, plate: null })).case).toMatchObject({ id: closed.id });
});
