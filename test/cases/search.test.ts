import { expect } from 'vitest';
import type { JsonObject } from '../../src/json/json-value.ts';
import { openCase, SAMPLE_PLATE, sampleHelper } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';

const SEARCH = 'query ($filter: CaseFilter) { cases(filter: $filter) { totalCount nodes { plate } } }';

/** Plates of the hits, best first; the count must agree. */
async function search(client: TestClient, text: string, filter: Record<string, unknown> = {}): Promise<string[]> {
  const { cases } = await client.data(SEARCH, { filter: { ...filter, search: text } });
  expect(cases.totalCount).toBe(cases.nodes.length);
  return cases.nodes.map((node: { plate: string }) => node.plate);
}

test('every facet of a case finds it, however it is spelled', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { filingId } = await openCase(admin, { ownerName: 'רבקה גולדשטיין', helper: sampleHelper() });
  await openCase(admin, { plate: '1234567', helper: { meta: { plate: '1234567' } } });
  const texts = [
    SAMPLE_PLATE,
    '900-12-345',
    '900 12 345',
    '90-0123-45',
    filingId,
    filingId.toLowerCase().replaceAll('-', ' '),
    'YC-90012345-2025',
    'רבקה',
    'ישראלה',
    '050-0000000',
    '0500000000',
    '0000000001',
    '00-0000000-25',
    '00000000025',
    'מוסך הדגמה בע״מ',
    'חברת ביטוח לדוגמה',
    'אלמונית פלונית',
    'יונדאי',
    'tucson',
    'SUPREME',
    '2021',
    'synthvin000012345',
    'תאונה',
    'תאונה טוסון גולדשטיין',
  ];
  for (const text of texts) expect(await search(admin, text), text).toEqual([SAMPLE_PLATE]);
  expect(await search(admin, '12-345-67')).toEqual(['1234567']);
});

test('where a helper lacks a value its copies are searched, and a wrapped helper is unwrapped', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const helpers: [helper: JsonObject, text: string][] = [
    [{ client: { name: 'Zvulun' }, stakeholders: { owner: { name: '' } } }, 'zvulun'],
    [{ general: { owner_name: 'Efraim', owner_phone: '052-1234567' } }, '0521234567'],
    [{ general: { garage_name: 'Carmel Garage' } }, 'carmel'],
    [{ client: { insurance_company: 'Migdal' }, stakeholders: { insurance: { company: '  ' } } }, 'migdal'],
    [{ general: { agent_name: 'Naftali' } }, 'naftali'],
    [{ car_details: { manufacturer: 'Mazda', model: 'CX5', year: 2019, chassis: 'JM0KF4WLA00' } }, 'jm0kf4wla00'],
    [{ damage_info: { damage_type: 'הצפה' } }, 'הצפה'],
    [{ file_number: 'OLD/4711' }, 'old-4711'],
    [{ helper_data: { vehicle: { manufacturer: 'Subaru' } } }, 'subaru'],
    // What is no text is not searched, and does not break a save.
    [{ stakeholders: { owner: { name: { first: 'Nested' } }, garage: [] }, vehicle: { year: 1987 } }, '1987'],
  ];
  for (const [index, [helper]] of helpers.entries())
    await openCase(admin, { plate: String(5_000_001 + index), helper });
  for (const [index, [, text]] of helpers.entries())
    expect(await search(admin, text), text).toEqual([String(5_000_001 + index)]);
  expect(await search(admin, 'nested')).toEqual([]);
});

test('the best hits come first: whole codes, words, beginnings, parts, without prefixes, alike; equals newest first', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const open = (plate: string, ownerName: string) => openCase(admin, { plate, ownerName });
  // The worst first, so that the newest is not the best by chance.
  await open('1000001', 'זילברמב'); // alike
  await open('1000002', 'אבוזילברמן'); // within a word
  await open('1000003', 'זילברמנים'); // the beginning of a word
  await open('1000004', 'דוד זילברמן');
  await open('1000005', 'זילברמן משה');
  expect(await search(admin, 'זילברמן')).toEqual(['1000005', '1000004', '1000003', '1000002', '1000001']);
  // The prefix is part of the word as it was asked for, so the word without it is a lesser hit.
  await open('1000006', 'הזילברמן');
  expect((await search(admin, 'הזילברמן')).slice(0, 3)).toEqual(['1000006', '1000005', '1000004']);

  await openCase(admin, { plate: '7654321', ownerName: '2000007 Ltd' });
  await openCase(admin, { plate: '20000071' });
  await openCase(admin, { plate: '2000007' });
  await openCase(admin, { plate: '12000007' });
  expect(await search(admin, '20-000-07')).toEqual(['2000007', '7654321', '20000071', '12000007']);
});

test('each word of a search weighs the same, whatever their order', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  await openCase(admin, { plate: '10001', ownerName: 'Dana Cohenson' });
  await openCase(admin, { plate: '10002', ownerName: 'Danae Cohen' });
  await openCase(admin, { plate: '10003', ownerName: 'Cohen, Dana' });
  await openCase(admin, { plate: '10004', ownerName: 'Yordana Levicohen' });
  for (const text of ['dana cohen', 'cohen dana'])
    expect(await search(admin, text), text).toEqual(['10003', '10002', '10001', '10004']);
});

test('Hebrew is compared as people read it: niqqud, gershayim, final letters, maqaf and prefixes', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  await openCase(admin, { plate: '11111', ownerName: 'צה״ל בע"מ' });
  await openCase(admin, { plate: '22222', ownerName: 'בר־און שמעון' });
  await openCase(admin, { plate: '33333', ownerName: 'מוסך השלום' });
  await openCase(admin, { plate: '44444', ownerName: 'Müller & Søn, O’Brien' });
  const table: [text: string, plates: string[]][] = [
    ['צהל', ['11111']],
    ["צה''ל", ['11111']],
    ['בע״מ', ['11111']],
    ['בר-און', ['22222']],
    ['בר און', ['22222']],
    ['שִׁמְעוֹן', ['22222']],
    ['שמעונ', ['22222']],
    ['למוסך', ['33333']],
    ['שבמוסך', ['33333']],
    ['ולמוסך', ['33333']],
    ['במוסך השלום', ['33333']],
    ['שלום', ['33333']],
    ['\u200fמוסך\u200e', ['33333']],
    ['muller', ['44444']],
    ['MÜLLER', ['44444']],
    ['Mu\u0308ller', ['44444']],
    ['son', ['44444']],
    ["o'brien", ['44444']],
    ['obrien', ['44444']],
  ];
  for (const [text, plates] of table) expect(await search(admin, text), JSON.stringify(text)).toEqual(plates);
});

test('other filters narrow a search whatever the number of its hits', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const assessor = await org.member('assessor');
  await openCase(admin, { plate: '11111', ownerName: 'Dana', status: 'PAID' });
  await openCase(admin, { plate: '22222', ownerName: 'Dana', status: 'CLOSED', helper: { a: 1 } });
  await openCase(admin, { plate: '33333', ownerName: 'Danae', assignedTo: assessor.userId });
  expect(await search(admin, 'dana')).toEqual(['22222', '11111', '33333']);
  expect(await search(admin, 'dana', { status: ['PAID'] })).toEqual(['11111']);
  expect(await search(admin, 'dana', { isActive: true })).toEqual(['11111', '33333']);
  expect(await search(admin, 'dana', { assignedTo: assessor.userId })).toEqual(['33333']);
  expect(await search(admin, 'dana', { plate: '22222' })).toEqual(['22222']);
  expect(await search(admin, 'dana', { helper: [{ pointer: '/a', equals: 1 }] })).toEqual(['22222']);
  expect(await search(admin, 'dana', { helper: [{ pointer: '/meta/plate', equals: '1' }] })).toEqual([]);
});

test('a search of signs finds what holds them or nothing, and never fails', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  await openCase(admin, { ownerName: 'Dana ₪ 😀', filingId: 'a%b_c\\d' });
  const nothing = [
    '"',
    '״׳\'"`',
    '--- ,.;:',
    '\u200f\u200e',
    '%%%',
    '__',
    '\\\\',
    "'; drop table cases; --",
    '(((',
    '&|!<->:*',
    '🚗',
    '\ud800',
    'ﷺ'.repeat(200),
    'א'.repeat(200),
  ];
  for (const text of nothing) expect(await search(admin, text), JSON.stringify(text)).toEqual([]);
  for (const text of ['%', '_', '\\', 'a%b', 'b_c\\d', '😀', '₪', 'dana """', '--- dana'])
    expect(await search(admin, text), JSON.stringify(text)).toEqual([SAMPLE_PLATE]);
  for (const text of ['', '   ', '\t\n\u00a0']) expect(await search(admin, text)).toEqual([SAMPLE_PLATE]);
  const long = await admin.send(SEARCH, { filter: { search: 'x'.repeat(10_240) } });
  expect(long.errors?.[0]?.extensions).toMatchObject({ code: 'VALIDATION_FAILED', field: ['filter', 'search'] });
});
