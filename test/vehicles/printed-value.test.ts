import { expect, test } from 'vitest';
import {
  foldPrinted,
  printedDay,
  printedFlag,
  printedInteger,
  printedMoney,
  printedPercent,
  printedText,
  printedYear,
} from '../../src/resolvers/vehicles/printed-value.ts';

test.for([
  ['₪ 112,000', '112000.00'],
  ['₪112,000', '112000.00'],
  ['118,000', '118000.00'],
  ['₪ -7,801', '-7801.00'],
  ['-₪7,801.5', '-7801.50'],
  ['7,801-', '-7801.00'],
  ['\u200f₪\u00a0\u22127,801', '-7801.00'],
  ['1,450 ש"ח', '1450.00'],
  ['1,450 ש״ח', '1450.00'],
  ['₪ 0', '0.00'],
  ['-0', '0.00'],
  [0, '0.00'],
  [112000.5, '112000.50'],
  ['007', '7.00'],
  ['1,45', null],
  ['1.234.567', null],
  ['1.005', null],
  ['-7-', null],
  ['1234567890123', null],
  ['אין מידע', null],
  ['', null],
  ['-', null],
  ['about 100', null],
  [null, null],
  [true, null],
  [['1'], null],
] as const)('the amount %j is read as %j', ([given, read]) => {
  expect(printedMoney(given as never)).toBe(read);
});

test.for([
  ['-6.5%', '-6.5'],
  ['0%', '0'],
  ['0', '0'],
  ['4 %', '4'],
  ['-17.00%', '-17'],
  ['+2%', '2'],
  ['%', null],
  ['six', null],
] as const)('the percentage %j is read as %j', ([given, read]) => {
  expect(printedPercent(given)).toBe(read);
});

test.for([
  ['2021', 2021],
  [2021, 2021],
  ['04/2021', 2021],
  ['01/04/2021', 2021],
  ['2021-04', 2021],
  ['2021-04-01', 2021],
  ['21', null],
  ['3021', null],
  ['04/21', null],
  ['2021 or 2022', null],
] as const)('the year %j is read as %j', ([given, read]) => {
  expect(printedYear(given)).toBe(read);
});

test.for([
  ['1598', 1598],
  ['1,598 סמ"ק', 1598],
  ['ק"מ 98400 (+11200 ק"מ)', 98400],
  [2, 2],
  ['1.6', null],
  ['12345678901', null],
  ['none', null],
] as const)('the whole number of %j is read as %j', ([given, read]) => {
  expect(printedInteger(given)).toBe(read);
});

test.for([
  ['02/11/2025', '2025-11-02'],
  ['2.11.2025', '2025-11-02'],
  ['2025-11-02', '2025-11-02'],
  ['31/02/2025', null],
  ['02/11/25', '2025-11-02'],
  ['02/11-2025', null],
  ['soon', null],
] as const)('the day %j is read as %j', ([given, read]) => {
  expect(printedDay(given)).toBe(read);
});

test.for([
  ['כן', true],
  ['לא', false],
  [true, true],
  ['No', false],
  ['אוטומט', null],
  [undefined, null],
] as const)('the answer %j is read as %j', ([given, read]) => {
  expect(printedFlag(given)).toBe(read);
});

test('a text is read without the marks and spaces around it, and not when it is too long or says nothing', () => {
  expect(printedText(5)(' \u200fabc ')).toBe('abc');
  expect(printedText(5)(12)).toBe('12');
  expect(printedText(5)('abcdef')).toBeNull();
  expect(printedText(50)('אין מידע')).toBeNull();
});

test('a key is the same however it is quoted and spaced', () => {
  for (const key of ['מס ק"מ', 'מס  ק״מ', ' מס קמ', "מס ק''מ", '\u200fמס ק"מ']) expect(foldPrinted(key)).toBe('מס קמ');
});
