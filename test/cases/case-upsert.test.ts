import { expect } from 'vitest';
import { openCase, SAMPLE_PLATE, sampleHelper, save, upsert } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';

test('a plate in any spelling finds the same case', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const opened = await openCase(admin, { plate: '123-45-678' });
  expect(opened.plate).toBe('12345678');
  const spellings = [
    '12345678',
    '12 345 678',
    ' 123-45-678 ',
    '123–45—678',
    '12/345/678',
    '123\\45\\678',
    '123\u200e-45-\u200f678',
    '123\u00a045\t678',
    '123־45־678',
  ];
  for (const plate of spellings) {
    const found = await upsert(admin, { plate });
    expect(found, plate).toMatchObject({ ok: true, outcome: 'EXISTING', case: { id: opened.id } });
  }
  expect(await world.db.query('select from cases')).toHaveLength(1);
});

test('what is no plate is refused by name', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const malformed = [
    '',
    ' ',
    '1234',
    '123456789',
    '12-34',
    'AB-123-45',
    '12345a',
    '12.345.67',
    '١٢٣٤٥٦٧',
    '１２３４５６７',
    '-1234567x',
    '12345\u0000',
    '1234567;--',
    '12_345_67',
  ];
  for (const plate of malformed) {
    const refused = await upsert(admin, { plate });
    expect(refused, JSON.stringify(plate)).toMatchObject({
      ok: false,
      outcome: 'REJECTED',
      case: null,
      userErrors: [{ code: 'VALIDATION_FAILED', field: ['input', 'plate'] }],
    });
  }
  for (const input of [{}, { plate: null, ownerName: 'A' }])
    expect((await upsert(admin, input)).userErrors).toMatchObject([
      { code: 'VALIDATION_FAILED', field: ['input', 'plate'] },
    ]);
  expect(await world.db.query('select from cases')).toEqual([]);
});

test('a call that changes nothing answers EXISTING and is no news; one that does answers UPDATED', async ({
  world,
}) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const given = { plate: SAMPLE_PLATE, ownerName: 'ישראלה ישראלי', status: 'IN_PROGRESS', inspectionLocation: 'מוסך' };
  const opened = await openCase(admin, given);
  const feed = await world.db.query('select * from feed.change_log');
  const [before] = await world.db.query('select * from cases');
  for (const input of [
    given,
    { plate: SAMPLE_PLATE },
    { caseId: opened.id },
    { ...given, assignedTo: null, filingId: null },
  ])
    expect((await upsert(admin, input)).outcome).toBe('EXISTING');
  expect(await world.db.query('select * from feed.change_log')).toEqual(feed);
  expect(await world.db.query('select * from cases')).toEqual([before]);

  const changed = await upsert(admin, {
    caseId: opened.id,
    ownerName: 'אחר',
    assignedTo: admin.userId,
    plate: '900-12-345',
  });
  expect(changed).toMatchObject({ outcome: 'UPDATED', case: { ownerName: 'אחר', status: 'IN_PROGRESS' } });
  const [row] = await world.db.query('select inspection_location, assigned_to, filing_id from cases');
  expect(row).toEqual({ inspection_location: 'מוסך', assigned_to: admin.userId, filing_id: opened.filingId });
});

test('null leaves a column as it is', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { ownerName: 'A', inspectionLocation: 'B', assignedTo: admin.userId });
  const [before] = await world.db.query('select * from cases');
  const nothing = {
    ownerName: null,
    status: null,
    assignedTo: null,
    inspectionLocation: null,
    filingId: null,
    helper: null,
  };
  expect((await upsert(admin, { caseId, ...nothing })).outcome).toBe('EXISTING');
  expect(await world.db.query('select * from cases')).toEqual([before]);
});

test('a helper becomes version 1 of a case without one, and never touches one that is there', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin);
  const first = await upsert(admin, { plate: SAMPLE_PLATE, helper: sampleHelper() });
  expect(first).toMatchObject({ outcome: 'UPDATED', case: { id: caseId, version: 1 } });
  await save(admin, { caseId, expectedVersion: 1, helper: { ...sampleHelper(), manual_notes: 'work' } });
  const again = await upsert(admin, { plate: SAMPLE_PLATE, helper: { other: true } });
  expect(again).toMatchObject({ ok: true, outcome: 'EXISTING', case: { version: 2 } });
  const versions = await world.db.query(
    "select version, trigger, base_version, is_current, helper_json ->> 'manual_notes' as notes from case_helper order by version",
  );
  expect(versions).toEqual([
    { version: 1, trigger: 'OPEN', base_version: 0, is_current: false, notes: '' },
    { version: 2, trigger: 'SAVE', base_version: 1, is_current: true, notes: 'work' },
  ]);
});

test('the plate of a case never changes, through the API or in the database', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin);
  expect(await upsert(admin, { caseId, plate: '1234567', ownerName: 'A' })).toMatchObject({
    ok: false,
    userErrors: [{ code: 'PLATE_IMMUTABLE', field: ['input', 'plate'] }],
  });
  await expect(world.db.query("update cases set plate = '1234567'")).rejects.toMatchObject({ code: 'CG001' });
  await expect(world.db.query('update cases set plate = null')).rejects.toMatchObject({ code: 'CG001' });
  expect(await world.db.query('select plate, owner_name from cases')).toEqual([
    { plate: SAMPLE_PLATE, owner_name: null },
  ]);
});

test('20 parallel upserts of one plate make one case', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const payloads = await Promise.all(
    Array.from({ length: 20 }, () => upsert(admin, { plate: SAMPLE_PLATE, helper: sampleHelper() })),
  );
  expect(payloads.filter(({ outcome }) => outcome === 'CREATED')).toHaveLength(1);
  expect(payloads.filter(({ outcome }) => outcome === 'EXISTING')).toHaveLength(19);
  expect(new Set(payloads.map((payload) => payload.case.id)).size).toBe(1);
  expect(await world.db.query('select version from case_helper')).toEqual([{ version: 1 }]);
});

test("another vehicle's helper is refused by upsert and by save; its own in any spelling is not", async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const foreign = { meta: { plate: '11-111-11' } };
  const mismatch = { code: 'PLATE_MISMATCH', field: ['input', 'helper', 'meta', 'plate'] };
  expect((await upsert(admin, { plate: SAMPLE_PLATE, helper: foreign })).userErrors).toMatchObject([mismatch]);
  expect(await world.db.query('select from cases')).toEqual([]);
  const { id: caseId } = await openCase(admin);
  expect((await upsert(admin, { plate: SAMPLE_PLATE, helper: foreign, ownerName: 'A' })).userErrors).toMatchObject([
    mismatch,
  ]);
  for (const onConflict of ['REJECT', 'MERGE_DISJOINT', 'FORCE'])
    expect((await save(admin, { caseId, expectedVersion: 0, helper: foreign, onConflict })).userErrors).toMatchObject([
      mismatch,
    ]);
  expect(await world.db.query('select version, owner_name from cases')).toEqual([{ version: 0, owner_name: null }]);

  let expectedVersion = 0;
  for (const plate of ['900-12-345', '90012345', '', 'not known yet', null, 7])
    expect((await save(admin, { caseId, expectedVersion: expectedVersion++, helper: { meta: { plate } } })).ok).toBe(
      true,
    );
});
