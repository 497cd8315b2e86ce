import { expect } from 'vitest';
import { openCase, SAMPLE_PLATE } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { sampleInvoiceOcr, upsertInvoices } from '../support/invoices.ts';
import { countRows } from '../support/row-counts.ts';
import { statementsOf } from '../support/statements.ts';

const GARAGE = { supplierName: 'Garage North', supplierTaxId: '511', invoiceNumber: '6' };

test('the answer of the OCR is taken unchanged: fields, five lines, and a warning that it is of another vehicle', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin, { plate: '1234567' });
  const ocr = sampleInvoiceOcr();
  const made = await upsertInvoices(admin, { caseId, source: 'MAKE', invoices: [{ ocr }] });
  expect(made).toMatchObject({ ok: true, outcome: 'CREATED' });
  const { invoice } = made.items[0];
  expect(invoice).toMatchObject({
    invoiceNumber: '6',
    supplierName: 'מוסך הדגמה בע"מ',
    supplierTaxId: '500000000',
    issueDate: '2025-11-09',
    status: 'PENDING',
    statusLabel: 'ממתינה לשיוך',
    totalBeforeTax: '10260.00',
    taxAmount: '1846.80',
    totalAmount: '12106.80',
    linesTotal: '10260.00',
    plate: SAMPLE_PLATE,
    source: 'MAKE',
  });
  expect(invoice.ocr).toEqual(ocr);
  expect(invoice.lines.totalCount).toBe(5);
  expect(invoice.lines.nodes[2]).toMatchObject({
    lineNumber: 3,
    description: 'חיישן חניה',
    itemCategory: 'PART',
    quantity: '2',
    unitPrice: '255.00',
    lineTotal: '510.00',
    metadata: { partNumber: 'EX-0103' },
  });
  expect(invoice.warnings).toMatchObject([{ code: 'PLATE_MISMATCH', field: 'plate' }]);

  const again = await upsertInvoices(admin, { caseId, invoices: [{ ocr }] });
  expect(again.items[0]).toMatchObject({ outcome: 'UNCHANGED', invoice: { databaseId: invoice.databaseId } });
});

test('what people corrected stays when the same answer is delivered again', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin, { plate: '1234567' });
  const ocr = sampleInvoiceOcr();
  const made = await upsertInvoices(admin, { caseId, invoices: [{ ocr }] });
  const { databaseId: id, lines } = made.items[0].invoice;
  await upsertInvoices(admin, {
    caseId,
    invoices: [
      { id, plate: '12-345-67', invoiceNumber: '8', lines: [{ id: lines.nodes[0].databaseId, lineNumber: 9 }] },
    ],
  });
  const again = await upsertInvoices(admin, { caseId, invoices: [{ ocr }] });
  expect(again.items[0]).toMatchObject({
    outcome: 'UNCHANGED',
    invoice: { databaseId: id, invoiceNumber: '8', plate: '1234567', warnings: [], lines: { totalCount: 5 } },
  });
});

test('what is sent goes before what the OCR read; what it could not read is a warning', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const ocr = { ...sampleInvoiceOcr(), תאריך: '31/02/25', 'מס. חשבונית': { scan: 'blurred' } };
  const made = await upsertInvoices(admin, {
    caseId,
    invoices: [{ ocr, status: 'DRAFT', totalAmount: '12106.81', lines: [{ lineNumber: 1, lineTotal: '1.00' }] }],
  });
  const { invoice } = made.items[0];
  expect(invoice).toMatchObject({ status: 'DRAFT', issueDate: null, invoiceNumber: null, totalAmount: '12106.81' });
  expect(invoice.lines.totalCount).toBe(1);
  expect(invoice.warnings.map((one: { code: string; field: string }) => [one.code, one.field]).sort()).toEqual([
    ['LINES_MISMATCH', 'totalBeforeTax'],
    ['UNREADABLE', '/מס. חשבונית'],
    ['UNREADABLE', '/תאריך'],
  ]);
  // Without a number it is known again by its answer.
  const again = await upsertInvoices(admin, { caseId, invoices: [{ ocr }] });
  expect(again.outcome).toBe('UNCHANGED');
});

test('faults of an invoice and of its lines are all named by their place, and nothing is written', async ({
  world,
}) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const other = await openCase(admin, { plate: '7654321' });
  const foreign = await upsertInvoices(admin, { caseId: other.databaseId, invoices: [{ lines: [{ lineNumber: 1 }] }] });
  const foreignLine = foreign.items[0].invoice.lines.nodes[0].databaseId;
  const [part] = await world.db.query<{ id: string }>(
    "insert into public.parts_required (org_id, case_id, part_name) values ($1, $2, 'door') returning id",
    [org.id, other.databaseId],
  );
  const before = await countRows(world.db);
  const refused = await upsertInvoices(admin, {
    caseId,
    invoices: [
      { ...GARAGE, lines: [{ lineNumber: 1, lineTotal: '5' }] },
      { invoiceNumber: '', status: 'LOST', totalAmount: '-1', taxAmount: '1.005', plate: '12' },
      {
        invoiceNumber: '2',
        lines: [
          { lineNumber: 1 },
          { lineNumber: 1 },
          { lineNumber: 0, unitPrice: '-0.01', quantity: '1.0001', discountPercent: '100.5' },
          { lineNumber: 3, unitPrice: '1.005' },
          { lineNumber: 4, partId: part!.id },
          { lineNumber: 5, id: foreignLine },
        ],
      },
      { ...GARAGE, supplierName: 'Elsewhere' },
      { id: foreign.items[0].invoice.databaseId, invoiceNumber: '9' },
    ],
  });
  expect(refused).toMatchObject({ ok: false, outcome: 'REJECTED' });
  expect(
    refused.userErrors
      .map((error: { code: string; field: string[] }) => [error.code, error.field.slice(2).join('.')])
      .sort(),
  ).toEqual([
    ['DUPLICATE', '2.lines.1'],
    ['DUPLICATE', '3'],
    ['NOT_FOUND', '2.lines.4.partId'],
    ['NOT_FOUND', '2.lines.5.id'],
    ['NOT_FOUND', '4.id'],
    ['VALIDATION_FAILED', '1.invoiceNumber'],
    ['VALIDATION_FAILED', '1.plate'],
    ['VALIDATION_FAILED', '1.status'],
    ['VALIDATION_FAILED', '1.taxAmount'],
    ['VALIDATION_FAILED', '1.totalAmount'],
    ['VALIDATION_FAILED', '2.lines.2.discountPercent'],
    ['VALIDATION_FAILED', '2.lines.2.lineNumber'],
    ['VALIDATION_FAILED', '2.lines.2.quantity'],
    ['VALIDATION_FAILED', '2.lines.2.unitPrice'],
    ['VALIDATION_FAILED', '2.lines.3.unitPrice'],
  ]);
  expect(await countRows(world.db)).toEqual(before);
});

test('without atomic an invoice with a bad line is refused with its lines, and the others are written with theirs', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const made = await upsertInvoices(admin, {
    caseId,
    atomic: false,
    invoices: [
      { invoiceNumber: '1', lines: [{ lineNumber: 1 }, { lineNumber: 2, unitPrice: '-1' }] },
      { invoiceNumber: '2', lines: [{ lineNumber: 1, lineTotal: '5' }] },
    ],
  });
  expect(made.items).toMatchObject([
    {
      outcome: 'REJECTED',
      invoice: null,
      userErrors: [{ field: ['input', 'invoices', '0', 'lines', '1', 'unitPrice'] }],
    },
    { outcome: 'CREATED', invoice: { linesTotal: '5.00', lines: { totalCount: 1 } } },
  ]);
  expect(await countRows(world.db)).toMatchObject({ 'public.invoices': 1, 'public.invoice_lines': 1 });
});

test('an invoice of which only a line changed is UPDATED; lines that are not sent stay', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  await upsertInvoices(admin, { caseId, invoices: [{ ...GARAGE, lines: [{ lineNumber: 1 }, { lineNumber: 2 }] }] });
  const again = await upsertInvoices(admin, {
    caseId,
    invoices: [{ ...GARAGE, lines: [{ lineNumber: 2, lineTotal: '7' }] }],
  });
  expect(again).toMatchObject({
    outcome: 'UPDATED',
    items: [{ outcome: 'UPDATED', invoice: { lines: { totalCount: 2 } } }],
  });
});

test('five thousand lines of fifty invoices are two statements and two entries of the feed', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const invoices = Array.from({ length: 50 }, (_, invoice) => ({
    ...GARAGE,
    invoiceNumber: String(invoice),
    lines: Array.from({ length: 100 }, (_, line) => ({ lineNumber: line + 1, lineTotal: '1.00' })),
  }));
  const statements = await statementsOf(
    async () => {
      expect((await upsertInvoices(admin, { caseId, invoices })).outcome).toBe('CREATED');
    },
    (text) => text.includes('insert into public.invoice'),
  );
  expect(statements.filter((text) => /insert into public\.invoices/.test(text))).toHaveLength(1);
  expect(statements.filter((text) => /insert into public\.invoice_lines/.test(text))).toHaveLength(1);
  const log = await world.db.query(
    "select entity, kind from feed.change_log where entity like 'invoice%' order by org_seq",
  );
  expect(log).toEqual([
    { entity: 'invoices', kind: 'CREATED' },
    { entity: 'invoice_lines', kind: 'CREATED' },
  ]);
});

test('more than ten thousand lines are refused, however many invoices they are on', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const lines = Array.from({ length: 5_001 }, (_, index) => ({ lineNumber: index + 1 }));
  const refused = await upsertInvoices(admin, {
    caseId,
    invoices: [
      { invoiceNumber: '1', lines },
      { invoiceNumber: '2', lines },
    ],
  });
  expect(refused.userErrors).toMatchObject([{ code: 'PAYLOAD_TOO_LARGE', field: ['input', 'invoices'] }]);
});

test('who may only read is refused, and a case of another organisation is not there', async ({ world }) => {
  const org = await world.org();
  const { databaseId: caseId } = await openCase(await org.member('admin'));
  const input = { caseId, invoices: [GARAGE] };
  expect((await upsertInvoices(await org.member('assistant'), input)).userErrors).toMatchObject([
    { code: 'FORBIDDEN' },
  ]);
  const stranger = await upsertInvoices(await (await world.org()).member('admin'), input);
  expect(stranger.userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'caseId'] }]);
});
