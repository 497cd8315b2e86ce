import { describe, expect, test } from 'vitest';
import { readInvoiceOcr } from '../../src/resolvers/invoices/read-invoice-ocr.ts';
import {
  foldOcrText,
  OCR_DAY,
  OCR_MONEY,
  OCR_PLATE,
  OCR_QUANTITY,
  OCR_TAX_ID,
} from '../../src/resolvers/invoices/read-ocr-value.ts';
import { sampleInvoiceOcr } from '../support/invoices.ts';

const NOTHING = { value: null };

describe('money is read exactly, or not at all', () => {
  test.for([
    ['4,160.00', { value: '4160' }],
    ['12,106.80', { value: '12106.8' }],
    ['1,234,567.89', { value: '1234567.89' }],
    ['2240.00', { value: '2240' }],
    ['0', { value: '0' }],
    ['0.05', { value: '0.05' }],
    [510, { value: '510' }],
    [510.5, { value: '510.5' }],
    ['₪ 1,200', { value: '1200' }],
    ['1,200 ש"ח', { value: '1200' }],
    ['1,200 ש״ח', { value: '1200' }],
    ['\u200e1,200\u200f', { value: '1200' }],
    ['אין מידע', NOTHING],
    [' אין  מידע ', NOTHING],
    ['', NOTHING],
    ['-', NOTHING],
    [null, NOTHING],
    [undefined, NOTHING],
    ['1,45', 'UNREADABLE'],
    ['1.234,56', 'UNREADABLE'],
    ['12,34,567', 'UNREADABLE'],
    ['1.005', 'UNREADABLE'],
    [0.1 + 0.2, 'UNREADABLE'],
    ['-5', 'UNREADABLE'],
    [-5, 'UNREADABLE'],
    ['5-', 'UNREADABLE'],
    ['1e3', 'UNREADABLE'],
    [1e21, 'UNREADABLE'],
    ['100,000,000,000', 'UNREADABLE'],
    ['כ-500', 'UNREADABLE'],
    ['5OO', 'UNREADABLE'],
    [true, 'UNREADABLE'],
    [['5'], 'UNREADABLE'],
    [{ amount: 5 }, 'UNREADABLE'],
  ] as const)('%j', ([given, reading]) => expect(OCR_MONEY(given as never)).toEqual(reading));
});

test.for([
  ['1', { value: '1' }],
  ['2.5', { value: '2.5' }],
  ['0.125', { value: '0.125' }],
  ['0.1250', { value: '0.125' }],
  ['0.1255', 'UNREADABLE'],
  ["2 יח'", 'UNREADABLE'],
] as const)('a quantity has three decimals: %j', ([given, reading]) => expect(OCR_QUANTITY(given)).toEqual(reading));

describe('a day is read day first', () => {
  test.for([
    ['09/11/25', { value: '2025-11-09' }],
    ['02/11/2025', { value: '2025-11-02' }],
    ['2.11.2025', { value: '2025-11-02' }],
    ['2-11-25', { value: '2025-11-02' }],
    ['2025-11-02', { value: '2025-11-02' }],
    ['29/02/2024', { value: '2024-02-29' }],
    ['אין מידע', NOTHING],
    ['29/02/2025', 'UNREADABLE'],
    ['31/04/25', 'UNREADABLE'],
    ['11/25', 'UNREADABLE'],
    ['12/13/2025', 'UNREADABLE'],
    ['09/11.25', 'UNREADABLE'],
    ['09/11/025', 'UNREADABLE'],
    ['נובמבר 2025', 'UNREADABLE'],
    [20251109, 'UNREADABLE'],
  ] as const)('%j', ([given, reading]) => expect(OCR_DAY(given)).toEqual(reading));
});

test.for([
  [OCR_PLATE, '900-12-345', { value: '90012345' }],
  [OCR_PLATE, 90012345, { value: '90012345' }],
  [OCR_PLATE, '90012345 90012345', 'UNREADABLE'],
  [OCR_PLATE, 'אין מידע', NOTHING],
  [OCR_TAX_ID, '500000000', { value: '500000000' }],
  [OCR_TAX_ID, '50-0000000', { value: '500000000' }],
  [OCR_TAX_ID, 'IE1234', { value: 'IE1234' }],
  [OCR_TAX_ID, '5'.repeat(51), 'UNREADABLE'],
] as const)('plates and tax ids in any spelling: %# %j', ([read, given, reading]) =>
  expect(read(given)).toEqual(reading),
);

test.for(["מע'מ", 'מע"מ', 'מע״מ', 'מע׳מ', 'מע`מ', 'מע”מ', ' מע״מ: '])('%s is one key, however it is quoted', (key) =>
  expect(foldOcrText(key)).toBe('מעמ'),
);

test('the sample of the office is read whole', () => {
  const read = readInvoiceOcr(sampleInvoiceOcr());
  expect(read.unreadable).toEqual([]);
  expect(read.fields).toEqual({
    plate: '90012345',
    issueDate: '2025-11-09',
    invoiceNumber: '6',
    supplierName: 'מוסך הדגמה בע"מ',
    supplierTaxId: '500000000',
    totalBeforeTax: '10260',
    taxAmount: '1846.8',
    totalAmount: '12106.8',
  });
  expect(
    read.lines.map((line) => [line.lineNumber, line.itemCategory, line.description, line.quantity, line.lineTotal]),
  ).toEqual([
    [1, 'PART', 'פגוש אחורי', '1', '2240'],
    [2, 'PART', 'פנס אחורי שמאל', '1', '1410'],
    [3, 'PART', 'חיישן חניה', '2', '510'],
    [4, 'WORK', 'פחחות כולל פירוקים והרכבות', null, '3600'],
    [5, 'WORK', 'עבודות צבע', null, '2500'],
  ]);
  expect(read.lines[2]).toMatchObject({ unitPrice: '255', metadata: { partNumber: 'EX-0103', origin: 'מקורי' } });
});

test('what can not be read is left out and named by its place, and nothing is guessed', () => {
  const read = readInvoiceOcr({
    'מס. חשבונית': { a: 1 },
    תאריך: '31/02/25',
    'עלות כוללת': '1.234,56',
    'שם מוסך': 'מוסך',
    חלקים: [{ 'שם חלק': 'פנס', כמות: 'שניים', 'מחיר יחידה': '10.00' }, 'פנס', 'אין מידע', null],
    עבודות: 'ראה נספח',
    תיקונים: { 'סוג תיקון': 'יישור', 'עלות תיקונים': '5' },
  });
  expect(read.fields).toEqual({ supplierName: 'מוסך' });
  expect(read.lines.map((line) => [line.lineNumber, line.description, line.quantity, line.unitPrice])).toEqual([
    [1, 'פנס', null, '10'],
    [2, 'יישור', null, null],
  ]);
  expect([...read.unreadable].sort()).toEqual(
    ['/תאריך', '/מס. חשבונית', '/עלות כוללת', '/חלקים/0/כמות', '/חלקים/1', '/עבודות'].sort(),
  );
});

test('two spellings of one key that disagree are no value; two that agree are one', () => {
  const read = readInvoiceOcr({ "ערך מע'מ": '18.00', 'ערך מע"מ': '18', 'עלות כוללת': '100', 'עלות  כוללת': '101' });
  expect(read.fields).toEqual({ taxAmount: '18' });
  expect([...read.unreadable].sort()).toEqual(['/עלות  כוללת', '/עלות כוללת'].sort());
});

test.for([[null], [5], ['text'], [[]], [[{}]]])('an answer that is no object says nothing but that: %j', ([ocr]) =>
  expect(readInvoiceOcr(ocr as never)).toEqual({ fields: {}, lines: [], unreadable: [''] }),
);

test('an empty object, and keys of prototypes, are nothing', () => {
  expect(readInvoiceOcr({})).toEqual({ fields: {}, lines: [], unreadable: [] });
  expect(readInvoiceOcr({ constructor: 'a', toString: 'b', חלקים: [{}] })).toEqual({
    fields: {},
    lines: [],
    unreadable: [],
  });
});
