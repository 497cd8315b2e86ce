import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { JsonValue } from '../../src/json/json-value.ts';
import { RawRecord } from '../../src/resolvers/vehicles/raw-record.ts';
import { readLeviReport } from '../../src/resolvers/vehicles/read-levi-report.ts';
import { readVehicleRecord } from '../../src/resolvers/vehicles/read-vehicle-record.ts';

const sample = (name: string) =>
  JSON.parse(readFileSync(new URL(`../support/make/${name}.json`, import.meta.url), 'utf8')) as JsonValue;
const RECORD = sample('open-case.vehicle-record');
const REPORT = sample('levi-report.ocr');

const TUCSON = {
  vin: 'SYNTHVIN000012345',
  manufacturer: 'יונדאי',
  model: 'TUCSON',
  year: 2021,
  engineSize: 1598,
  color: null,
};

test.for([
  ['as it comes', RECORD],
  ['in an array', [RECORD]],
  ['as Make wraps it', [{ value: JSON.stringify(RECORD) }]],
  ['as text', JSON.stringify(RECORD)],
  ['in a body', { body: { data: RECORD } }],
  [
    'in Hebrew',
    {
      'מספר שילדה': 'SYNTHVIN000012345',
      יצרן: 'יונדאי',
      דגם: 'TUCSON',
      'שנת ייצור': '04/2021',
      'נפח מנוע': '1,598 סמ"ק',
      צבע: 'אין מידע',
    },
  ],
] as const)("the registry's record is read %s", ([, raw]) => {
  expect(readVehicleRecord(new RawRecord(raw as JsonValue))).toEqual(TUCSON);
});

test.for([['text'], [null], [[[[[[[[[[RECORD]]]]]]]]]], ['{ broken'], [{}], [7]] as JsonValue[][])(
  'what is no record says nothing: %j',
  ([raw]) => {
    const record = new RawRecord(raw!);
    expect(Object.values(readVehicleRecord(record)).every((value) => value === null)).toBe(true);
    expect(readLeviReport(record)).toBeNull();
    expect(record.isOfAnother('90012345')).toBe(false);
  },
);

test.for([
  [{ plate: '900-12-345' }, false],
  [{ plate: 90012345 }, false],
  [{ plate: '90012346' }, true],
  [{ 'מספר רישוי': '900-12-346' }, true],
  [[{ plate: '90012345' }, { plate: '12-345-67' }], true],
  [[{ value: '{"plate": "12-345-67"}' }], true],
  [{ plate: 'unknown' }, false],
  [{ plate: { digits: '12-345-67' } }, false],
] as const)('%j is of another vehicle than 90012345: %j', ([raw, expected]) => {
  expect(new RawRecord(raw as unknown as JsonValue).isOfAnother('90012345')).toBe(expected);
});

test("the price guide's flat keys become a structure, every amount read once", () => {
  expect(readLeviReport(new RawRecord(REPORT))).toEqual({
    reportDate: '2025-11-02',
    plate: '90012345',
    vehicleType: 'פרטי',
    manufacturer: 'יונדאי',
    modelCode: '512000',
    fullModelName: `יונדאי טוסון SUPREME 180 כ"ס (1598) אוטו'`,
    category: 'פנאי שטח',
    isAutomatic: true,
    year: 2021,
    km: 98400,
    ownerCount: 2,
    basePrice: '112000.00',
    finalPrice: '109971.00',
    adjustments: {
      registration: { value: '04/2021', percent: '0', amount: '3400.00', cumulative: '115400.00' },
      ownership_type: { value: 'פרטית', percent: '0', amount: '0.00', cumulative: '112215.00' },
      mileage: {
        value: 'ק"מ 98400 (+11200 ק"מ)',
        percent: '-6.5',
        amount: '-7801.00',
        cumulative: '112215.00',
      },
      ownership_history: { value: '2', percent: '-2', amount: '-2244.00', cumulative: '109971.00' },
      features: {
        value: 'גג נפתח, מ.רוורס, חישוקי מגנזיום',
        percent: '4',
        amount: '4616.00',
        cumulative: '120016.00',
      },
    },
  });
});

test('what of a report can not be read is left out, and the rest is kept', () => {
  const raw = {
    'מחיר בסיס': 'about 112',
    'מחיר סופי לרכב': '₪ 109,971',
    'בעלות %': 'אין מידע',
    'ערך ש״ח בעלות': '₪ 5',
  };
  expect(readLeviReport(new RawRecord(raw))).toEqual({
    finalPrice: '109971.00',
    adjustments: { ownership_type: { amount: '5.00' } },
  });
});
