import { expect } from 'vitest';
import { openCase } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { whileHeld } from '../support/held-inserts.ts';
import { upsertInvoices } from '../support/invoices.ts';
import { countRows } from '../support/row-counts.ts';

const GARAGE = { supplierName: 'Garage North', supplierTaxId: '511', invoiceNumber: '6' };

test.for([
  ['by tax id, whatever the name', { supplierTaxId: '511', supplierName: 'Other' }],
  ['by name, in any case, where the item lacks the tax id', { supplierName: 'gARAGE nORTH' }],
] as const)('an invoice is found %s', async ([, supplier], { world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const made = await upsertInvoices(admin, { caseId, invoices: [GARAGE] });
  const again = await upsertInvoices(admin, {
    caseId,
    invoices: [{ ...supplier, invoiceNumber: '6', totalAmount: '5' }],
  });
  expect(again.items[0]).toMatchObject({
    outcome: 'UPDATED',
    invoice: { databaseId: made.items[0].invoice.databaseId, supplierTaxId: '511', totalAmount: '5.00' },
  });
});

test('an invoice that lacks the tax id gets it from the item of its name and number; another garage may have the number', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const made = await upsertInvoices(admin, {
    caseId,
    invoices: [{ supplierName: 'Garage North', invoiceNumber: '6' }],
  });
  const again = await upsertInvoices(admin, {
    caseId,
    invoices: [GARAGE, { ...GARAGE, supplierTaxId: '777', supplierName: 'Garage South' }],
  });
  expect(again.items).toMatchObject([
    { outcome: 'UPDATED', invoice: { databaseId: made.items[0].invoice.databaseId, supplierTaxId: '511' } },
    { outcome: 'CREATED' },
  ]);
  // Two of one name by now: which is meant has to be said.
  await upsertInvoices(admin, { caseId, invoices: [{ ...GARAGE, supplierTaxId: '888' }] });
  const unclear = await upsertInvoices(admin, {
    caseId,
    invoices: [{ supplierName: 'Garage North', invoiceNumber: '6' }],
  });
  expect(unclear.userErrors).toMatchObject([
    { code: 'VALIDATION_FAILED', field: ['input', 'invoices', '0', 'supplierTaxId'] },
  ]);
});

test('an invoice that is on another case is never moved: the caller learns which case, if it is his to see', async ({
  world,
}) => {
  const org = await world.org();
  const [admin, assessor] = [await org.member('admin'), await org.member('assessor')];
  const hidden = await openCase(admin, { plate: '1234567' });
  const mine = await openCase(assessor, { plate: '7654321' });
  await upsertInvoices(admin, { caseId: hidden.databaseId, invoices: [GARAGE] });
  const before = await countRows(world.db);
  const input = { caseId: mine.databaseId, invoices: [{ ...GARAGE, invoiceNumber: '7' }, GARAGE] };

  const seen = await upsertInvoices(admin, input);
  expect(seen.userErrors).toMatchObject([{ code: 'DUPLICATE', field: ['input', 'invoices', '1'] }]);
  expect(seen.userErrors[0].message).toContain(hidden.filingId);
  const unseen = await upsertInvoices(assessor, input);
  expect(unseen.userErrors).toMatchObject([{ code: 'DUPLICATE', field: ['input', 'invoices', '1'] }]);
  expect(JSON.stringify(unseen)).not.toContain(hidden.filingId);
  expect(await countRows(world.db)).toEqual(before);

  const alone = await upsertInvoices(assessor, { ...input, atomic: false });
  expect(alone.items.map((item: { outcome: string }) => item.outcome)).toEqual(['CREATED', 'REJECTED']);
  const { databaseId: id } = alone.items[0].invoice;
  const renamed = await upsertInvoices(assessor, { ...input, invoices: [{ id, invoiceNumber: '6' }] });
  expect(renamed.userErrors).toMatchObject([{ code: 'DUPLICATE', field: ['input', 'invoices'] }]);
});

test('two organisations have each their own invoice of one supplier and number', async ({ world }) => {
  for (const plate of ['1234567', '7654321']) {
    const admin = await (await world.org()).member('admin');
    const { databaseId: caseId } = await openCase(admin, { plate });
    expect((await upsertInvoices(admin, { caseId, invoices: [GARAGE] })).outcome).toBe('CREATED');
  }
});

test('an id can not be given the supplier and number of another invoice', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const made = await upsertInvoices(admin, { caseId, invoices: [GARAGE, { ...GARAGE, invoiceNumber: '7' }] });
  const refused = await upsertInvoices(admin, {
    caseId,
    invoices: [{ id: made.items[1].invoice.databaseId, invoiceNumber: '6' }],
  });
  expect(refused.userErrors).toMatchObject([{ code: 'DUPLICATE', field: ['input', 'invoices', '0', 'invoiceNumber'] }]);
});

test('the same invoice sent at once to the same case is there once; to two cases, on one of them', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const [one, two] = [await openCase(admin, { plate: '1234567' }), await openCase(admin, { plate: '7654321' })];
  const send = (caseId: string, number: string) =>
    upsertInvoices(admin, { caseId, invoices: [{ ...GARAGE, invoiceNumber: number, lines: [{ lineNumber: 1 }] }] });
  const same = await whileHeld(
    world.db,
    'public.invoices',
    Array.from({ length: 6 }, () => () => send(one.databaseId, '1')),
  );
  expect(same.map((answer) => answer.outcome).sort()).toEqual(['CREATED', ...Array(5).fill('UNCHANGED')]);
  const both = await whileHeld(
    world.db,
    'public.invoices',
    [one, two].map(
      ({ databaseId }) =>
        () =>
          send(databaseId, '2'),
    ),
  );
  expect(both.map((answer) => answer.outcome).sort()).toEqual(['CREATED', 'REJECTED']);
  expect(await countRows(world.db)).toMatchObject({ 'public.invoices': 2, 'public.invoice_lines': 2 });
});
