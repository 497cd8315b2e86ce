import { expect } from 'vitest';
import type { TestClient } from '../support/client.ts';
import { CENTRES, moveAssignments, upsertInvoices } from '../support/invoices.ts';

/** Words that the crawl must not meet, and must be able to. */
export const PLANTED_INVOICES = ['canary-invoice-supplier', 'canary-invoice-ocr', 'canary-line', 'canary-assignment'];

/** What a stranger tries to write to a case, an invoice and a line that are not his. */
export interface InvoiceNames {
  readonly caseId: string;
  readonly invoiceId: string;
}

/** An invoice with a word of its own in every column that takes one. */
export async function plantInvoices(admin: TestClient, caseId: string): Promise<string> {
  const made = await upsertInvoices(admin, {
    caseId,
    invoices: [
      {
        invoiceNumber: 'canary-invoice-number',
        invoiceType: 'PARTS',
        supplierName: 'canary-invoice-supplier',
        supplierTaxId: 'canary-invoice-tax',
        plate: '66655577',
        ocr: { canary_ocr: 'canary-invoice-ocr' },
        metadata: { canary_invoice: 'canary-invoice-metadata' },
        lines: [
          {
            lineNumber: 1,
            description: 'canary-line',
            itemCategory: 'PART',
            metadata: { canary_line: 'canary-line-metadata' },
          },
        ],
      },
    ],
  });
  expect(made.userErrors).toEqual([]);
  const { databaseId, lines } = made.items[0].invoice;
  const proposed = await moveAssignments(admin, 'Propose', {
    caseId,
    assignments: [{ lineId: lines.nodes[0].databaseId, damageCenterCode: CENTRES[0], note: 'canary-assignment' }],
  });
  expect(proposed.userErrors).toEqual([]);
  return databaseId;
}

const ASSIGNMENT = ['Propose', 'Assign', 'Accept', 'Reject'].map((move) => `InvoiceLineAssignments${move}`);

const INPUTS: Record<string, (names: InvoiceNames) => Record<string, unknown>> = {
  InvoicesUpsert: ({ caseId, invoiceId }) => ({ caseId, invoices: [{ id: invoiceId, supplierName: 'mine now' }] }),
  InvoiceLinesBulkUpsert: ({ invoiceId }) => ({ invoiceId, mode: 'REPLACE', lines: [] }),
  ...Object.fromEntries(
    ASSIGNMENT.map((name) => [
      name,
      ({ caseId, invoiceId }: InvoiceNames) => ({
        caseId,
        assignments: [{ lineId: invoiceId, damageCenterCode: CENTRES[0] }],
      }),
    ]),
  ),
};

/** Each mutation of the domain as a call. */
export const INVOICE_CALLS = Object.fromEntries(
  Object.entries(INPUTS).map(([name, input]) => {
    const field = name[0]!.toLowerCase() + name.slice(1);
    const query = `mutation ($input: ${name}Input!) { ${field}(input: $input) { ok outcome userErrors { code message field } } }`;
    return [field, (names: InvoiceNames) => ({ query, input: input(names) })];
  }),
);
