import { expect } from 'vitest';
import { findInvoiceWarnings } from '../../src/resolvers/invoices/invoice-warnings.ts';
import type { InvoiceFacts } from '../../src/resolvers/invoices/load-invoice-facts.ts';
import { openCase, sampleHelper } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { upsertInvoices } from '../support/invoices.ts';
import { statementsOf } from '../support/statements.ts';

const SOUND: InvoiceFacts = {
  id: 'id',
  plate: '1234567',
  casePlate: '1234567',
  totalBeforeTax: '10260.00',
  taxAmount: '1846.80',
  totalAmount: '12106.80',
  linesTotal: '10260.00',
  lineCount: 5,
  oddLines: [],
  vatRate: '18',
  ocr: null,
};

test.for([
  ['all agrees', {}, []],
  [
    'nothing is known',
    { plate: null, totalBeforeTax: null, taxAmount: null, totalAmount: null, linesTotal: null, vatRate: null },
    [],
  ],
  ['another plate', { plate: '7654321' }, ['PLATE_MISMATCH']],
  ['a total that is an agora off is rounding', { totalAmount: '12106.81' }, []],
  ['a total that is two off is not', { totalAmount: '12106.82' }, ['SUM_MISMATCH']],
  ['lines may each be an agora off', { linesTotal: '10260.05' }, []],
  ['but not more', { linesTotal: '10260.06' }, ['LINES_MISMATCH']],
  ['a line that does not multiply', { oddLines: [2, 4] }, ['LINE_MISMATCH']],
  ['another rate of VAT', { vatRate: '17' }, ['VAT_MISMATCH']],
  ['a helper without a rate', { vatRate: null }, []],
  ['an OCR answer that is no object', { ocr: 'scan failed' }, ['UNREADABLE']],
  [
    'a hundred unreadable places are named by twenty',
    { ocr: { חלקים: Array(100).fill(5) } },
    Array(20).fill('UNREADABLE'),
  ],
  [
    'all at once',
    { plate: '1', totalAmount: '1.00', linesTotal: '1.00', oddLines: [1], vatRate: '5' },
    ['PLATE_MISMATCH', 'SUM_MISMATCH', 'LINES_MISMATCH', 'LINE_MISMATCH', 'VAT_MISMATCH'],
  ],
] as [string, Partial<InvoiceFacts>, string[]][])('%s', ([, facts, codes]) => {
  expect(findInvoiceWarnings({ ...SOUND, ...facts }).map((warning) => warning.code)).toEqual(codes);
});

test('warnings speak of what is there now: lines, discounts, and the rate in the current helper', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin, { helper: sampleHelper() });
  const codes = async (invoice: object) => {
    const made = await upsertInvoices(admin, {
      caseId,
      invoices: [{ invoiceNumber: '1', supplierName: 'g', ...invoice }],
    });
    return made.items[0].invoice.warnings.map((warning: { code: string }) => warning.code);
  };
  const line = { lineNumber: 1, quantity: '2', unitPrice: '100.00', discountPercent: '10' };
  expect(await codes({ totalBeforeTax: '180.00', taxAmount: '32.40', totalAmount: '212.40', lines: [line] })).toEqual(
    [],
  );
  expect(await codes({ taxAmount: '30.60', totalAmount: '210.60' })).toEqual(['VAT_MISMATCH']);
  expect(await codes({ lines: [{ lineNumber: 1, lineTotal: '200.00' }] })).toEqual([
    'LINES_MISMATCH',
    'LINE_MISMATCH',
    'VAT_MISMATCH',
  ]);
  // A line without an amount: the sum is not known, so it does not disagree.
  expect(await codes({ lines: [{ lineNumber: 2 }] })).toEqual(['LINE_MISMATCH', 'VAT_MISMATCH']);
});

test('warnings and sums of many invoices cost the statements of one', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const invoices = Array.from({ length: 12 }, (_, index) => ({
    invoiceNumber: String(index),
    plate: '7654321',
    lines: [{ lineNumber: 1, lineTotal: '5' }],
  }));
  await upsertInvoices(admin, { caseId, invoices });
  const list = (first: number) =>
    `{ invoices(first: ${first}) { totalCount nodes { linesTotal warnings { code } lines(first: 2) { nodes { lineNumber assignments { status } part { partName } } } case { version } } } }`;
  const run = (first: number) =>
    statementsOf(
      () => admin.data(list(first)),
      (text) => text.includes('invoices'),
    );
  await run(12);
  const twelve = await run(12);
  expect(twelve.length, twelve.map((text) => text.slice(0, 120)).join('\n')).toBe((await run(1)).length);
  const answer = await admin.data(list(12));
  expect(answer.invoices.totalCount).toBe(12);
  for (const node of answer.invoices.nodes)
    expect(node).toMatchObject({
      linesTotal: '5.00',
      warnings: [{ code: 'PLATE_MISMATCH' }],
      lines: { nodes: [{ lineNumber: 1 }] },
    });
});
