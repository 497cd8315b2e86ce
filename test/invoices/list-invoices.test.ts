import { expect } from 'vitest';
import { openCase } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { upsertInvoices } from '../support/invoices.ts';

const numbersOf = (connection: { nodes: { invoiceNumber: string }[] }) =>
  connection.nodes.map((node) => node.invoiceNumber);

test('the invoices of the office are listed newest first, over its cases, by what is asked for', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const [one, two] = [await openCase(admin, { plate: '1234567' }), await openCase(admin, { plate: '7654321' })];
  await upsertInvoices(admin, {
    caseId: one.databaseId,
    invoices: [
      {
        invoiceNumber: '1',
        supplierName: 'Garage North',
        supplierTaxId: '511',
        issueDate: '2025-11-01',
        invoiceType: 'PARTS',
      },
      {
        invoiceNumber: '2',
        supplierName: 'Towing 100%',
        issueDate: '2025-11-02',
        status: 'PAID',
        invoiceType: 'TOWING',
      },
    ],
  });
  await upsertInvoices(admin, {
    caseId: two.databaseId,
    invoices: [
      { invoiceNumber: '3', supplierName: 'GARAGE SOUTH', issueDate: '2025-11-03', status: 'PENDING' },
      { invoiceNumber: '4', status: 'CANCELLED' },
    ],
  });
  const list = async (filter: object) =>
    numbersOf(
      (
        await admin.data('query ($filter: InvoiceFilter) { invoices(filter: $filter) { nodes { invoiceNumber } } }', {
          filter,
        })
      ).invoices,
    );
  expect(await list({})).toEqual(['4', '3', '2', '1']);
  expect(await list({ status: ['PENDING', 'PAID'] })).toEqual(['3', '2']);
  expect(await list({ supplierName: 'garage' })).toEqual(['3', '1']);
  expect(await list({ supplierName: '511' })).toEqual(['1']);
  expect(await list({ supplierName: '%' })).toEqual(['2']);
  expect(await list({ unpaid: true })).toEqual(['3']);
  expect(await list({ unpaid: false })).toEqual(['4', '2', '1']);
  expect(await list({ caseId: one.databaseId, invoiceType: 'PARTS' })).toEqual(['1']);
  expect(await list({ issuedAfter: '2025-11-02', issuedBefore: '2025-11-02' })).toEqual(['2']);
  expect(await list({ issuedAfter: '2025-11-03', issuedBefore: '2025-11-01' })).toEqual([]);

  const { data, errors } = await admin.send('{ invoices(filter: { status: ["LOST"] }) { totalCount } }');
  expect(data).toBeNull();
  expect(errors).toMatchObject([{ extensions: { code: 'VALIDATION_FAILED', field: ['filter', 'status'] } }]);
});

test('the invoices of a case are filtered by status, type and supplier, and paged', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: id } = await openCase(admin);
  const invoices = [1, 2, 3].map((number) => ({
    invoiceNumber: String(number),
    supplierName: number === 2 ? 'Other' : 'Garage',
    status: 'PENDING',
  }));
  await upsertInvoices(admin, { caseId: id, invoices });
  const answer = await admin.data(
    `query ($id: ID!) { case(id: $id) {
      garage: invoices(supplier: "gara", status: ["PENDING"]) { totalCount nodes { invoiceNumber } }
      towing: invoices(invoiceType: "TOWING") { totalCount }
      page: invoices(first: 1) { totalCount nodes { invoiceNumber } pageInfo { hasNextPage } } } }`,
    { id },
  );
  expect(answer.case).toEqual({
    garage: { totalCount: 2, nodes: [{ invoiceNumber: '3' }, { invoiceNumber: '1' }] },
    towing: { totalCount: 0 },
    page: { totalCount: 3, nodes: [{ invoiceNumber: '3' }], pageInfo: { hasNextPage: true } },
  });
});

test('an assessor is shown the invoices of his cases only; another office none', async ({ world }) => {
  const org = await world.org();
  const [admin, assessor] = [await org.member('admin'), await org.member('assessor')];
  for (const [client, plate] of [
    [admin, '1234567'],
    [assessor, '7654321'],
  ] as const) {
    const { databaseId: caseId } = await openCase(client, { plate });
    await upsertInvoices(client, { caseId, invoices: [{ invoiceNumber: plate }] });
  }
  const count = async (client: typeof admin) => (await client.data('{ invoices { totalCount } }')).invoices.totalCount;
  expect(await count(admin)).toBe(2);
  expect(await count(assessor)).toBe(1);
  expect(await count(await (await world.org()).member('admin'))).toBe(0);
});

test('the feed names an invoice, its lines and assignments with their types, and leads to them', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  await upsertInvoices(admin, { caseId, invoices: [{ invoiceNumber: '1', lines: [{ lineNumber: 1 }] }] });
  const { feedPage } = await admin.data(
    '{ feedPage { changes { entity node { __typename ... on Invoice { invoiceNumber } ... on InvoiceLine { lineNumber } } } } }',
  );
  expect(feedPage.changes.slice(-2)).toEqual([
    { entity: 'invoices', node: { __typename: 'Invoice', invoiceNumber: '1' } },
    { entity: 'invoice_lines', node: { __typename: 'InvoiceLine', lineNumber: 1 } },
  ]);
});
